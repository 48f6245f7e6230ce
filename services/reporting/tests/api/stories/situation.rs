//! The page that says how things stand: who sees what, how one signs in, and what others learn.

use std::net::SocketAddr;

use sea_orm::ConnectionTrait;
use seamless_proto::seamless::{
    consignments::v1 as control,
    feed::v1::EventStatus,
    notifications::v1::{self as told, ClockState, ProductCategory, RiskType},
    reporting::v1 as wire,
    training::v1 as training,
};
use seamless_testkit::{HttpsAnswer, ToldFeed, eventually, https};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running, SITUATION, situation_of},
    stories::feeds::{activity, examined, examines, workshop_promised},
    words::{SOON, alert, alert_name, at, followed, followed_feeds, reason, request_id, sending, transmits},
};

/// A browser that may have a cookie.
struct Browser<'a> {
    running: &'a Running,
    address: SocketAddr,
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    fn new(running: &'a Running) -> Self {
        Self { running, address: situation_of(&running.address), cookie: None }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> HttpsAnswer {
        let mut headers = headers.to_vec();
        if let Some(cookie) = &self.cookie {
            headers.push(("Cookie", cookie));
        }
        if method == "POST" {
            headers.push(("Content-Length", "0"));
        }
        https(&self.running.credentials.issuer().ca_certificate(), self.address, method, path, &headers).await
    }

    async fn get(&self, path: &str) -> HttpsAnswer {
        self.ask("GET", path, &[]).await
    }

    /// Opens a link, as a person does; gives the status.
    async fn open(&mut self, path: &str) -> u16 {
        let answer = self.ask("POST", path, &[("Origin", SITUATION)]).await;
        self.cookie =
            header(&answer, "set-cookie").map(|cookie| cookie.split(';').next().unwrap().to_owned());
        answer.status
    }
}

fn header(answer: &HttpsAnswer, name: &str) -> Option<String> {
    answer.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone())
}

async fn link(partner: &Partner, id: &str) -> Result<wire::CreateSituationLinkResponse, Status> {
    let request = wire::CreateSituationLinkRequest { request_id: id.to_owned(), validate_only: false };
    partner.situation.clone().create_situation_link(request).await.map(tonic::Response::into_inner)
}

/// The path of a link that was made.
async fn path(partner: &Partner) -> String {
    link(partner, &request_id()).await.unwrap().url.strip_prefix(SITUATION).unwrap().to_owned()
}

/// A browser of somebody who is signed in for this authority.
async fn signed_in<'a>(running: &'a Running, authority: &str) -> Browser<'a> {
    let mut browser = Browser::new(running);
    assert_eq!(browser.open(&path(&running.partner(authority)).await).await, 303);
    browser
}

fn clock(id: u32, start: &str, due: &str) -> told::Clock {
    let sending = format!("{}/transmissions/cn-gacc", alert_name(id));
    told::Clock {
        name: format!("{sending}/clocks/online-reaction"),
        transmission: sending,
        rule: Some(told::ClockRule {
            rule_id: "online-reaction".to_owned(),
            length_days: 21,
            ..Default::default()
        }),
        state: ClockState::Running.into(),
        start_time: at(start),
        due_time: at(due),
        ..Default::default()
    }
}

/// Three alerts to China, of which two are known to Canada's feed as well, that China never learns of.
fn history(feed: &ToldFeed, ids: &[u32]) {
    for id in ids {
        let toy = alert(*id, ProductCategory::Toys, &[RiskType::Fire], "CN");
        transmits(feed, toy, sending(*id, "2027-07-01T08:00:00Z"));
        let event = told::ClockChanged {
            clock: Some(clock(*id, "2027-07-01T08:00:00Z", &format!("2027-07-{:02}T16:00:00Z", 20 + id))),
            ..Default::default()
        };
        feed.tell_at(&event, at("2027-07-01T08:00:00Z"), EventStatus::Actual);
    }
    feed.is_known_until(at("2027-07-22T16:00:00Z").unwrap());
}

/// The number of a tile.
fn tile(page: &str, title: &str) -> String {
    let rest =
        page.split(&format!("<dt>{title}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("{title}: {page}"));
    rest.split('<').next().unwrap().to_owned()
}

/// Each authority sees what its own feed told, in the language that it wants, and as of now.
pub async fn shown(running: Running) {
    running.set_clock("2027-07-22T16:00:00Z");
    let ([china_s, europe_s], running) = followed(running, ["cn-gacc", "eu-just"]).await;
    history(&china_s, &[1, 2]);
    history(&europe_s, &[1, 2, 3]);

    let china = signed_in(&running, "cn-gacc").await;
    let page = eventually("all is counted", SOON, async || {
        let page = china.get("/").await;
        assert_eq!(page.status, 200, "{}", page.body);
        if page.body.contains("Received and open") && tile(&page.body, "Received and open") == "2" {
            return Ok(page);
        }
        Err(Status::unavailable("it is being read"))
    })
    .await;
    // Of the first the deadline passed, of the second it is now.
    for (title, number) in [("Overdue", "2"), ("Of these not acknowledged", "2"), ("Sent and open", "0")] {
        assert_eq!(tile(&page.body, title), number, "{title}");
    }
    assert!(page.body.contains("<td class=\"number\">-1.0 days</td>"), "{}", page.body);
    assert!(page.body.contains("2027-07-23 00:00"), "as of now, in Beijing: {}", page.body);
    assert!(page.body.contains("2027-07-01 – 2027-09-30"));
    assert!(!page.body.contains(&alert_name(3)), "what its feed did not tell is not there");
    assert_eq!(header(&page, "cache-control").as_deref(), Some("no-store"));
    assert!(header(&page, "content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert_eq!(header(&page, "x-content-type-options").as_deref(), Some("nosniff"));

    let europe = signed_in(&running, "eu-just").await;
    let sent = eventually("all is counted", SOON, async || {
        let page = europe.get("/").await.body;
        if page.contains(&alert_name(3)) { Ok(page) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    for (title, number) in [
        ("Received and open", "0"),
        ("Sent and open", "3"),
        ("Overdue with partners", "2"),
        ("Due with partners within 7 days", "1"),
    ] {
        assert_eq!(tile(&sent, title), number, "{title}");
    }

    // In Chinese, because the browser or the reader wants it.
    let liked = china.ask("GET", "/", &[("Accept-Language", "fr, zh-CN;q=0.9, en;q=0.5")]).await;
    assert_eq!(tile(&liked.body, "收到未结"), "2");
    assert!(liked.body.contains("<html lang=\"zh-Hans\">"));
    assert!(china.get("/?lang=zh-Hans").await.body.contains("本方期限"));
    // What a script asks for is what the page has; asked again it is the same, until a minute or an event later.
    let fragment = china.get("/fragment?lang=en").await;
    assert_eq!(tile(&fragment.body, "Received and open"), "2");
    assert!(!fragment.body.contains("<html"));
    let tag = header(&fragment, "etag").unwrap();
    let same = china.ask("GET", "/fragment?lang=en", &[("If-None-Match", &tag)]).await;
    assert_eq!((same.status, same.body.as_str()), (304, ""));
    running.set_clock("2027-07-30T16:00:00Z");
    assert_eq!(china.get("/").await.status, 403, "who was signed in is so no more");
    let china = signed_in(&running, "cn-gacc").await;
    let later = eventually("time goes on", SOON, async || {
        let page = china.get("/").await.body;
        if page.contains("2027-07-31 00:00") { Ok(page) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    assert!(later.contains("-9.0 days"), "{later}");
    // An alert that is taken away leaves the page.
    let removed = told::RemovalOrdered {
        removal: Some(told::Removal {
            notification: alert_name(1),
            originator: "eu-just".to_owned(),
            authority: "cn-gacc".to_owned(),
            reason: told::RemovalReason::Revoked.into(),
            order_time: at("2027-07-30T16:00:00Z"),
            ..Default::default()
        }),
    };
    china_s.tell_at(&removed, at("2027-07-30T15:00:00Z"), EventStatus::Actual);
    eventually("it is gone", SOON, async || {
        let page = china.get("/").await.body;
        let is_gone = !page.contains(&alert_name(1));
        if is_gone && tile(&page, "Left by loss of rights") == "1" {
            Ok(())
        } else {
            Err(Status::unavailable("no"))
        }
    })
    .await;
}

/// What import control and training tell stands on the page as well, each where there is something of it.
pub async fn of_all_feeds(running: Running) {
    use control::{ControlOutcome, Selection, Verdict};
    running.set_clock("2027-07-22T16:00:00Z");
    let feeds = [("consignments", "eu-just"), ("training", "eu-just")];
    let ([goods, courses], running) = followed_feeds(running, feeds).await;
    let time = at("2027-07-20T08:00:00Z");
    let mut suspended = examined(1, Selection::Random, "2027-07-05T08:00:00Z", ControlOutcome::Safe);
    suspended.state = control::ControlState::Suspended.into();
    (suspended.outcome, suspended.decide_time) = (0, None);
    suspended.due_time = at("2027-07-21T16:00:00Z");
    examines(&goods, suspended);
    examines(&goods, examined(2, Selection::Random, "2027-07-06T08:00:00Z", ControlOutcome::Unsafe));
    for (body, verdict) in [("ccic", Verdict::Reliable), ("tuv", Verdict::NotReliable)] {
        let trust = control::Trust {
            name: format!("inspectionBodies/{body}/trust/toys"),
            inspection_body: body.to_owned(),
            product_area: "toys".to_owned(),
            verdict: verdict.into(),
            ..Default::default()
        };
        let change = control::TrustChange { trust: Some(trust), change_time: time, ..Default::default() };
        goods.tell_at(&control::TrustChanged { change: Some(change) }, time, EventStatus::Actual);
    }
    for (id, begins) in [(1, "2027-07-10T08:00:00Z"), (2, "2027-09-01T07:00:00Z")] {
        let published = training::Activity {
            state: training::ActivityState::Published.into(),
            ..activity(id, "eu-just", "eu-cn", begins)
        };
        courses.tell_at(
            &training::ActivityChanged { activity: Some(published), ..Default::default() },
            time,
            EventStatus::Actual,
        );
    }
    courses.tell_at(&workshop_promised("eu-cn"), time, EventStatus::Actual);
    let item = training::ActionItem {
        name: "activities/1/actionItems/1".to_owned(),
        owner: "eu-just".to_owned(),
        state: training::ActionItemState::Overdue.into(),
        due_time: at("2027-07-19T22:00:00Z"),
        ..Default::default()
    };
    let changed = training::ActionItemChanged { action_item: Some(item), ..Default::default() };
    courses.tell_at(&changed, time, EventStatus::Actual);
    for feed in [&goods, &courses] {
        feed.is_known_until(at("2027-07-22T16:00:00Z").unwrap());
    }

    let europe = signed_in(&running, "eu-just").await;
    let page = eventually("all is counted", SOON, async || {
        let page = europe.get("/").await.body;
        let told = ["those in doubt first", "Action items to be done", "To be decided", "Coming activities"];
        match told.iter().find(|one| !page.contains(**one)) {
            None => Ok(page),
            Some(missing) => Err(Status::unavailable(*missing)),
        }
    })
    .await;
    for (title, number) in [
        ("Suspended and not decided", "1"),
        ("Reliable", "1"),
        ("Not reliable", "1"),
        ("Announced and to come", "1"),
        ("Action items to be done", "1"),
        ("Obligations", "1"),
    ] {
        assert_eq!(tile(&page, title), number, "{title}");
    }
    assert!(tile(&page, "Share unsafe: drawn at random").starts_with("100"), "{page}");
    assert!(
        page.contains(">tuv toys<") && page.contains(">not reliable<") && page.contains("2027-09-01 09:00"),
        "by its own clocks: {page}"
    );
    assert!(page.contains("arrangements/eu-cn/obligations/") || page.contains("eu-cn, 2027-01-01"), "{page}");
    assert!(!page.contains("Received and open") || tile(&page, "Received and open") == "0");
    let chinese = europe.get("/?lang=zh-Hans").await.body;
    for said in ["欧盟委员会司法与消费者总司 – ", ">不可靠<", "<th scope=\"row\">培训</th>"]
    {
        assert!(chinese.contains(said), "{said} in {chinese}");
    }
    assert_eq!((tile(&chinese, "待办行动项").as_str(), tile(&chinese, "不可靠").as_str()), ("1", "1"));
}

/// A link is good once, for a quarter of an hour, and who opened it for some hours; whoever has none learns nothing.
pub async fn doors(running: Running) {
    running.set_clock("2027-07-22T16:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    history(&feed, &[1]);
    let china = running.partner("cn-gacc");
    let stranger = Browser::new(&running);
    let closed = stranger.get("/").await;
    assert_eq!(closed.status, 403);
    assert!(closed.body.contains("You are not signed in") && !closed.body.contains("deadlines"));

    // The same request makes one link, whose secret is told once.
    let id = request_id();
    let made = link(&china, &id).await.unwrap();
    let again = link(&china, &id).await.unwrap();
    assert_eq!((again.name.as_str(), again.url.as_str()), (made.name.as_str(), ""));
    let checked = wire::CreateSituationLinkRequest { request_id: request_id(), validate_only: true };
    let checked = china.situation.clone().create_situation_link(checked).await.unwrap().into_inner();
    assert_eq!(checked.url, "");

    // Looked at as programs look at links, nothing happens; a form from elsewhere opens nothing; then it is opened, once.
    let path_of = made.url.strip_prefix(SITUATION).unwrap();
    let looked = stranger.get(path_of).await;
    assert_eq!(looked.status, 200);
    assert!(looked.body.contains("<form method=\"post\"") && header(&looked, "set-cookie").is_none());
    let elsewhere = stranger.ask("POST", path_of, &[("Origin", "https://evil.example")]).await;
    assert_eq!((elsewhere.status, &elsewhere.body), (403, &closed.body));
    let nowhere = stranger.ask("POST", path_of, &[]).await;
    assert_eq!((nowhere.status, &nowhere.body), (403, &closed.body), "no browser leaves out from where");
    let mut browser = Browser::new(&running);
    let opened = browser.ask("POST", path_of, &[("Origin", SITUATION)]).await;
    assert_eq!(opened.status, 303);
    let cookie = header(&opened, "set-cookie").unwrap();
    for part in
        ["__Host-seamless-situation=", "Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=28800"]
    {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    assert_eq!(browser.get("/").await.status, 200);

    // Opened before, never made, of another form: all are answered alike.
    let wrong = format!("/enter/{}", "a".repeat(64));
    for path in [path_of, &wrong, "/enter/", "/enter/../../etc/passwd", "/leave/"] {
        let answer = stranger.ask("POST", path, &[("Origin", SITUATION)]).await;
        let is_entrance = path.starts_with("/enter/");
        assert_eq!(answer.status, if is_entrance { 403 } else { 404 }, "{path}");
        if is_entrance {
            assert_eq!(answer.body, closed.body, "{path}");
        }
    }
    assert_eq!(stranger.get("/elsewhere").await.status, 404);
    assert_eq!(stranger.ask("DELETE", "/", &[]).await.status, 405);
    let forged =
        Browser { cookie: Some("__Host-seamless-situation=guessed".to_owned()), ..Browser::new(&running) };
    assert_eq!(forged.get("/").await.body, closed.body);

    // A link that nobody opened within its time, and a sign-in that is over.
    let late = path(&china).await;
    // The clock went on a little since it was set.
    running.set_clock("2027-07-22T16:20:00Z");
    assert_eq!(Browser::new(&running).open(&late).await, 403);
    running.set_clock("2027-07-22T23:59:00Z");
    assert_eq!(browser.get("/").await.status, 200);
    running.set_clock("2027-07-23T00:05:00Z");
    assert_eq!(browser.get("/").await.body, closed.body);

    // Who signs out is out, also with the cookie as it was; what the authority takes back is good no more.
    let browser = signed_in(&running, "cn-gacc").await;
    assert_eq!(browser.ask("POST", "/leave", &[("Origin", "https://evil.example")]).await.status, 303);
    assert_eq!(browser.get("/").await.status, 200, "a form from elsewhere signs nobody out");
    assert_eq!(browser.ask("POST", "/leave", &[("Origin", SITUATION)]).await.status, 303);
    assert_eq!(browser.get("/").await.status, 403);
    let browser = signed_in(&running, "cn-gacc").await;
    let waiting = path(&china).await;
    let revoke = async |partner: &Partner| {
        let request = wire::RevokeSituationLinksRequest { request_id: request_id(), validate_only: false };
        partner.situation.clone().revoke_situation_links(request).await.unwrap().into_inner().revoked
    };
    assert_eq!(revoke(&running.partner("eu-just")).await, 0, "nobody takes back what is of others");
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(revoke(&china).await, 2);
    assert_eq!(browser.get("/").await.status, 403);
    assert_eq!(Browser::new(&running).open(&waiting).await, 403);

    // Whose time has been over for a month is forgotten, and nobody else.
    let last = path(&china).await;
    let kept = async || {
        let connection = running.database.database.read();
        let sql = "SELECT COUNT(*) FROM record WHERE kind = 'situation_access'";
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
        connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
    };
    assert!(kept().await > 5, "{}", kept().await);
    running.set_clock("2027-08-23T00:21:00Z");
    assert_eq!(Browser::new(&running).open(&last).await, 403);
    let china = running.partner("cn-gacc");
    let last = path(&china).await;
    eventually("old links are forgotten", SOON, async || kept().await == 1).await;
    assert_eq!(Browser::new(&running).open(&last).await, 303);

    // Of whom nothing is known here there is nothing to show.
    let refused = link(&running.partner("ca-hc"), &request_id()).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::FailedPrecondition, "FEED_NOT_FOLLOWED".to_owned())
    );
}

/// Links have an end, requests too, and a service without a page has no links.
pub async fn limits(running: Running) {
    running.set_clock("2027-07-22T16:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let running = running.with(&[("situation.links", "2"), ("situation.requests.per_path", "4")]).await;
    let china = running.partner("cn-gacc");
    let first = path(&china).await;
    path(&china).await;
    let refused = link(&china, &request_id()).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused:?}");
    // Two at the same moment: one is in.
    let (mut one, mut other) = (Browser::new(&running), Browser::new(&running));
    let (a, b) = tokio::join!(one.open(&first), other.open(&first));
    assert_eq!(a.min(b), 303, "{a} {b}");
    assert_eq!(a.max(b), 403, "{a} {b}");
    let one = if a == 303 { one } else { other };
    // Strangers do not use up what is of who is signed in.
    let stranger = Browser::new(&running);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(stranger.get("/").await.status);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 429]);
    assert_eq!(one.get("/").await.status, 200);
    // Links that are over do not count.
    running.set_clock("2027-07-22T16:16:00Z");
    path(&china).await;
}
