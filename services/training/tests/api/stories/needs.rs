//! Where training is needed, and what happened after it, by the alerts that each authority is shown.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, NotificationState::Transmitted, ProductCategory, RiskType},
    training::v1 as wire,
    r#type::v1::CivilDate,
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    stories::{created, effect::compared, published},
    words::{at, both, fields, reason, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

/// A feed for each of these authorities, and the service that follows them.
pub(super) async fn followed<const N: usize>(
    running: Running,
    authorities: [&str; N],
) -> ([ToldFeed; N], Running) {
    let mut feeds = Vec::new();
    for _ in authorities {
        feeds.push(ToldFeed::served(&running.credentials).await);
    }
    let feeds: [ToldFeed; N] = feeds.try_into().unwrap_or_else(|_| panic!("one feed for each"));
    let settings = alerts_of(&authorities.iter().copied().zip(&feeds).collect::<Vec<_>>());
    let running = running.with(&[("alerts", &settings)]).await;
    (feeds, running)
}

fn alerts_of(feeds: &[(&str, &ToldFeed)]) -> String {
    let one = |(authority, feed): &(&str, &ToldFeed)| {
        let (address, ca) = (feed.address(), feed.ca());
        format!(r#"{{ authority = "{authority}", channel = {{ address = "{address}", ca = "{ca}" }} }}"#)
    };
    format!("[{}]", feeds.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// An alert on a product of a category with these hazards, made in this country, or with no origin shown.
pub(super) fn alert(
    name: &str,
    category: ProductCategory,
    hazards: &[RiskType],
    origin: &str,
) -> told::Notification {
    told::Notification {
        name: format!("notifications/{name}"),
        state: Transmitted.into(),
        product: Some(told::Product { category: category.into(), ..Default::default() }),
        traceability: Some(told::Traceability { country_of_origin: origin.to_owned(), ..Default::default() }),
        risk: Some(told::Risk {
            types: hazards.iter().map(|one| *one as i32).collect(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

pub(super) fn toy(name: &str, hazards: &[RiskType], origin: &str) -> told::Notification {
    alert(name, ProductCategory::Toys, hazards, origin)
}

pub(super) fn transmits(feed: &ToldFeed, time: &str, notification: told::Notification) {
    transmits_as(feed, time, notification, EventStatus::Actual);
}

pub(super) fn transmits_as(
    feed: &ToldFeed,
    time: &str,
    notification: told::Notification,
    status: EventStatus,
) {
    let event = told::NotificationTransmitted { notification: Some(notification), ..Default::default() };
    feed.tell_at(&event, at(time), status);
}

fn removes(feed: &ToldFeed, time: &str, name: &str, authority: &str, reason: told::RemovalReason) {
    let removal = told::Removal {
        notification: format!("notifications/{name}"),
        authority: authority.to_owned(),
        reason: reason.into(),
        ..Default::default()
    };
    feed.tell_at(&told::RemovalOrdered { removal: Some(removal) }, at(time), EventStatus::Actual);
}

async fn proposed(
    partner: &Partner,
    request: wire::ProposeTopicsRequest,
) -> Result<wire::ProposeTopicsResponse, Status> {
    partner.needs.clone().propose_topics(request).await.map(tonic::Response::into_inner)
}

/// Topics, each as `area/hazard/origin: alerts after alerts_before`.
fn in_words(answer: &wire::ProposeTopicsResponse) -> Vec<String> {
    let word = |topic: &wire::Topic| {
        let hazard = topic.hazard().as_str_name().trim_start_matches("RISK_TYPE_").to_lowercase();
        let wire::Topic { product_area, country_of_origin: origin, alerts, alerts_before, .. } = topic;
        format!("{product_area}/{hazard}/{origin}: {alerts} after {alerts_before}")
    };
    answer.topics.iter().map(word).collect()
}

/// Waits until the feed of the partner took effect up to a position.
pub(super) async fn knows(partner: &Partner, position: i64) -> wire::ProposeTopicsResponse {
    eventually("the feed took effect", SOON, async || {
        let answer = proposed(partner, wire::ProposeTopicsRequest::default()).await?;
        let known = answer.known.as_ref().map(|known| known.position);
        if known == Some(position) { Ok(answer) } else { Err(Status::unavailable(format!("{known:?}"))) }
    })
    .await
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("notifications/{name}")).collect()
}

/// Each authority is proposed topics from what it is shown, in the order of counts, and no other learns of it.
pub async fn proposed_topics(running: Running) {
    use RiskType::{Chemical, Choking};
    running.set_clock("2027-06-01T00:00:00Z");
    let ([eu, gacc], running) = followed(running, ["eu-just", "cn-gacc"]).await;
    let [just, china, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| running.partner(id));
    let all = wire::ProposeTopicsRequest::default();
    let early = proposed(&just, all.clone()).await.unwrap_err();
    assert_eq!((early.code(), reason(&early).as_str()), (Code::Unavailable, "DEPENDENCY_UNAVAILABLE"));

    transmits(&eu, "2027-01-10T00:00:00Z", toy("old", &[Choking], "CN"));
    for (name, time) in [("a", "2027-05-01T00:00:00Z"), ("b", "2027-05-02T00:00:00Z")] {
        transmits(&eu, time, toy(name, &[Choking, Chemical], "CN"));
        // What is redacted for the other side is kept as it is shown to it.
        transmits(&gacc, time, toy(name, &[Choking], ""));
    }
    let mut online = toy("c", &[Choking], "SK");
    online.online = Some(told::Online { sold_online: Some(true), ..Default::default() });
    transmits(&eu, "2027-05-03T00:00:00Z", online);
    transmits(&eu, "2027-05-03T01:00:00Z", toy("d", &[], "CN"));
    transmits_as(&eu, "2027-05-04T00:00:00Z", toy("drill", &[Choking], "CN"), EventStatus::Exercise);
    let mut follow_up = toy("again", &[Choking], "CN");
    follow_up.general.get_or_insert_default().set_type(told::NotificationType::FollowUp);
    transmits(&eu, "2027-05-04T01:00:00Z", follow_up);
    // Imported from another system, which notified it long before.
    let mut imported = toy("imported", &[Chemical], "CN");
    imported.general = Some(told::General {
        source: "safety-gate".to_owned(),
        // Of the day nothing is told: it counts from the first of the month.
        notification_date: Some(CivilDate { year: 2027, month: 2, day: 0 }),
        ..Default::default()
    });
    transmits(&eu, "2027-05-05T00:00:00Z", imported);

    let seen = knows(&just, 8).await;
    let wanted = ["toys/chemical/CN: 2 after 1", "toys/choking/CN: 2 after 1", "toys/choking/SK: 1 after 0"];
    assert_eq!(in_words(&seen), wanted);
    assert_eq!((seen.alerts, seen.alerts_before, seen.alerts_without_topic), (4, 2, 1));
    assert_eq!(
        (seen.alerts_day_unknown, seen.alerts_before_day_unknown),
        (0, 1),
        "and it is said that it does"
    );
    assert_eq!((seen.topics[0].alerts_before_day_unknown, seen.topics[1].alerts_before_day_unknown), (1, 0));
    let choking = &seen.topics[1];
    assert_eq!(choking.newest_alerts, names(&["b", "a"]));
    assert_eq!((seen.topics[2].sold_online, choking.sold_online), (1, 0));
    let share = choking.share.unwrap();
    assert!(share.value == 0.5 && share.lower < 0.5 && share.upper > 0.5, "{share:?}");
    let trend = choking.trend.unwrap();
    assert!(trend.value == Some(2.0) && trend.lower < 1.0 && trend.upper > Some(2.0), "{trend:?}");
    assert_eq!(seen.topics[2].trend.unwrap().upper, None, "there was none before");
    let area = choking.product_area_name.as_ref().unwrap();
    assert_eq!([&area.versions[0].text, &area.versions[1].text], ["Toys", "玩具"]);
    let known = seen.known.unwrap();
    assert_eq!((known.authority.as_str(), known.known_until_time), ("eu-just", at("2027-05-05T00:00:00Z")));
    assert_eq!(known.first_alert_time, at("2027-01-10T00:00:00Z"));
    assert!(known.lag.unwrap().seconds >= 27 * 86_400);
    eu.is_known_until(at("2027-05-31T23:00:00Z").unwrap());
    eventually("a heartbeat is news", SOON, async || {
        let known = proposed(&just, all.clone()).await?.known.unwrap_or_default();
        let until = known.known_until_time;
        if until == at("2027-05-31T23:00:00Z") {
            Ok(())
        } else {
            Err(Status::unavailable(format!("{until:?}")))
        }
    })
    .await;

    let others = knows(&china, 2).await;
    assert_eq!(in_words(&others), ["toys/choking/: 2 after 0"], "as it is shown to it");
    let refused = proposed(&canada, all.clone()).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::FailedPrecondition, "FEED_NOT_FOLLOWED"),
        "{refused:?}"
    );
    let drills = wire::ProposeTopicsRequest { status: EventStatus::Exercise.into(), ..all.clone() };
    assert_eq!(in_words(&proposed(&just, drills).await.unwrap()), ["toys/choking/CN: 1 after 0"]);
    for (request, wanted) in [
        (wire::ProposeTopicsRequest { min_alerts: 2, ..all.clone() }, &wanted[..2]),
        (wire::ProposeTopicsRequest { country_of_origin: "SK".to_owned(), ..all.clone() }, &wanted[2..]),
        (wire::ProposeTopicsRequest { hazards: vec![Chemical.into()], ..all.clone() }, &wanted[..1]),
        (wire::ProposeTopicsRequest { product_area: "cosmetics".to_owned(), ..all.clone() }, &[]),
        (wire::ProposeTopicsRequest { days: 10, ..all.clone() }, &[]),
    ] {
        assert_eq!(in_words(&proposed(&just, request).await.unwrap()), wanted);
    }

    let (mut pages, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = wire::ProposeTopicsRequest { page_size: 1, page_token, ..all.clone() };
        let page = proposed(&just, request).await.unwrap();
        pages.extend(in_words(&page));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, wanted);
    covered(&just, &china).await;
}

/// What is announced or published about a topic covers it, for whoever sees it.
async fn covered(just: &Partner, china: &Partner) {
    let all = wire::ProposeTopicsRequest::default();
    let mut about = webinar(10);
    about.sessions = vec![session("day-1", "2027-07-01T09:00", "Europe/Brussels", 60)];
    about.product_areas = vec!["toys".to_owned()];
    about.hazards = vec![RiskType::Choking.into()];
    let draft = created(just, about.clone()).await;
    let seen = proposed(just, all.clone()).await.unwrap();
    assert!(seen.topics.iter().all(|topic| topic.covered_by.is_empty()), "{} is a draft", draft.name);
    let announced = published(just, about).await.name;
    let material = wire::Material {
        arrangement: "eu-cn".to_owned(),
        title: both("Phthalates", "邻苯二甲酸酯"),
        hazards: vec!["Chemical".to_owned()],
        product_areas: vec!["toys".to_owned()],
        original_language: "en".to_owned(),
        ..Default::default()
    };
    let mut materials = just.materials.clone();
    let request = wire::CreateMaterialRequest {
        material: Some(material),
        request_id: request_id(),
        ..Default::default()
    };
    let name = materials.create_material(request).await.unwrap().into_inner().name;
    let link = wire::LinkEditionRequest {
        name: name.clone(),
        language: "en".to_owned(),
        link: "https://example.eu/phthalates".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let etag = materials.link_edition(link).await.unwrap().into_inner().etag;
    let request = wire::PublishMaterialRequest {
        name: name.clone(),
        etag,
        request_id: request_id(),
        ..Default::default()
    };
    materials.publish_material(request).await.unwrap();
    let seen = proposed(just, all.clone()).await.unwrap();
    let cover: Vec<&[String]> = seen.topics.iter().map(|topic| topic.covered_by.as_slice()).collect();
    assert_eq!(cover, [[name].as_slice(), [announced.clone()].as_slice(), [announced.clone()].as_slice()]);
    let open = wire::ProposeTopicsRequest { not_covered: true, ..all.clone() };
    assert!(proposed(just, open).await.unwrap().topics.is_empty());
    let others = proposed(china, all).await.unwrap();
    assert_eq!(others.topics[0].covered_by, [announced], "the other side sees it too");
}

/// A withdrawal, an order to remove and a field that is shown no more take away what they take away, and from whom.
pub async fn taken_back(running: Running) {
    use RiskType::Choking;
    running.set_clock("2027-06-01T00:00:00Z");
    let ([eu, gacc], running) = followed(running, ["eu-just", "cn-gacc"]).await;
    let [just, china] = ["eu-just", "cn-gacc"].map(|id| running.partner(id));
    for name in ["a", "b", "c", "d"] {
        for feed in [&eu, &gacc] {
            transmits(feed, "2027-05-01T00:00:00Z", toy(name, &[Choking], "CN"));
        }
    }
    for partner in [&just, &china] {
        assert_eq!(in_words(&knows(partner, 4).await), ["toys/choking/CN: 4 after 0"]);
    }
    // The other side is taken off, and both are told.
    let later = "2027-05-02T00:00:00Z";
    for feed in [&eu, &gacc] {
        removes(feed, later, "a", "cn-gacc", told::RemovalReason::Revoked);
        removes(feed, later, "b", "cn-gacc", told::RemovalReason::ArrangementLeft);
        removes(feed, later, "c", "cn-gacc", told::RemovalReason::Downgraded);
    }
    let mut narrowed = toy("c", &[Choking], "CN");
    narrowed.risk = None;
    let updated = told::NotificationUpdated { notification: Some(narrowed) };
    gacc.tell_at(&updated, at(later), EventStatus::Actual);
    let left = knows(&china, 8).await;
    assert_eq!((in_words(&left), left.alerts), (vec!["toys/choking/CN: 1 after 0".to_owned()], 2));
    assert_eq!(left.topics[0].newest_alerts, names(&["d"]));
    assert_eq!(in_words(&knows(&just, 7).await), ["toys/choking/CN: 4 after 0"], "it is their alert still");
    let mut withdrawn = toy("d", &[Choking], "CN");
    withdrawn.set_state(told::NotificationState::Withdrawn);
    let withdrawn = told::NotificationWithdrawn { notification: Some(withdrawn) };
    for feed in [&eu, &gacc] {
        feed.tell_at(&withdrawn, at(later), EventStatus::Actual);
    }
    assert!(knows(&china, 9).await.topics.is_empty());
    assert_eq!(in_words(&knows(&just, 8).await), ["toys/choking/CN: 3 after 0"]);
    // Whoever gets it again is told of it anew.
    transmits(&gacc, "2027-05-20T00:00:00Z", toy("a", &[Choking], "CN"));
    assert_eq!(knows(&china, 10).await.topics[0].newest_alerts, names(&["a"]));
}

/// Everything that is wrong is told at once.
pub async fn wrong(running: Running) {
    running.set_clock("2027-06-01T00:00:00Z");
    let ([eu], running) = followed(running, ["eu-just"]).await;
    let just = running.partner("eu-just");
    transmits(&eu, "2027-05-01T00:00:00Z", toy("a", &[RiskType::Choking], "CN"));
    let bad = wire::ProposeTopicsRequest {
        end_time: at("2027-07-01T00:00:00Z"),
        days: 2_000,
        product_area: "space".to_owned(),
        hazards: vec![99],
        country_of_origin: "ZZ".to_owned(),
        min_alerts: -1,
        status: 9,
        ..Default::default()
    };
    let refused = fields(&proposed(&just, bad).await.unwrap_err());
    let named: Vec<&str> = refused.iter().map(|(field, _)| field.as_str()).collect();
    for field in
        ["days", "end_time", "product_area", "hazards[0]", "country_of_origin", "min_alerts", "status"]
    {
        assert!(named.contains(&field), "{field}: {refused:?}");
    }
    assert!(refused.iter().any(|(_, why)| why.contains("wants 1 to 1830; got 2000")), "{refused:?}");
    assert!(refused.iter().any(|(_, why)| why.contains("ListProductAreas lists; got space")), "{refused:?}");
    for days in [-1, 1_831] {
        let name = created(&just, webinar(5)).await.name;
        let refused = compared(&just, &name, days).await.unwrap_err();
        assert_eq!(fields(&refused)[0].0, "days", "{refused:?}");
    }
    // One alert more than an answer is worked out of.
    let running = running.with(&[("needs.most_alerts", "1")]).await;
    let just = running.partner("eu-just");
    knows(&just, 1).await;
    transmits(&eu, "2027-05-01T00:00:00Z", toy("b", &[RiskType::Choking], "CN"));
    eventually("there are too many", SOON, async || {
        let answer = proposed(&just, wire::ProposeTopicsRequest::default()).await;
        let told = answer.as_ref().err().map(reason).unwrap_or_default();
        if told == "LIMIT_REACHED" { Ok(()) } else { Err(told) }
    })
    .await;
}

/// A restart goes on at the checkpoint; a restored source is read anew; who is followed no more is forgotten; and the clock of a
/// sandbox is that of the feed.
pub async fn restarted(running: Running) {
    use RiskType::Choking;
    running.set_clock("2027-06-01T00:00:00Z");
    let ([eu, gacc], running) = followed(running, ["eu-just", "cn-gacc"]).await;
    for name in ["a", "b", "c"] {
        transmits(&eu, "2027-05-01T00:00:00Z", toy(name, &[Choking], "CN"));
    }
    transmits(&gacc, "2027-05-01T00:00:00Z", toy("a", &[Choking], "CN"));
    knows(&running.partner("eu-just"), 3).await;
    knows(&running.partner("cn-gacc"), 1).await;
    let running = running.restarted(|_| {}).await;
    let just = running.partner("eu-just");
    let answer = proposed(&just, wire::ProposeTopicsRequest::default()).await.unwrap();
    assert_eq!(in_words(&answer), ["toys/choking/CN: 3 after 0"], "it is known from the first call on");
    eventually("it goes on where it was", SOON, async || eu.followed_from() == Some(3)).await;
    transmits(&eu, "2027-05-02T00:00:00Z", toy("d", &[Choking], "CN"));
    assert_eq!(in_words(&knows(&just, 4).await), ["toys/choking/CN: 4 after 0"]);

    // The source is put back to what it was before the last two.
    eu.hold(true);
    eu.go_back(2);
    eventually("it is read anew", SOON, async || {
        let known = proposed(&just, wire::ProposeTopicsRequest::default()).await?.known.unwrap_or_default();
        if known.source_restored { Ok(()) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    let meanwhile = proposed(&just, wire::ProposeTopicsRequest::default()).await.unwrap();
    assert_eq!(in_words(&meanwhile), ["toys/choking/CN: 4 after 0"], "until then it is as it was");
    eu.hold(false);
    let restored = knows(&just, 2).await;
    assert_eq!(in_words(&restored), ["toys/choking/CN: 2 after 0"]);
    assert!(!restored.known.unwrap().source_restored);

    let alone = alerts_of(&[("eu-just", &eu)]);
    let running = running.with(&[("alerts", &alone)]).await;
    let refused = proposed(&running.partner("cn-gacc"), wire::ProposeTopicsRequest::default()).await;
    assert_eq!(reason(&refused.unwrap_err()), "FEED_NOT_FOLLOWED");
    let rows = async || {
        let connection = running.database.database.read();
        let sql = "SELECT COUNT(*) FROM alert WHERE authority = 'cn-gacc'";
        let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
        connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index::<i64>(0).unwrap()
    };
    eventually("what nobody would take back is forgotten", SOON, async || rows().await == 0).await;
    let both = alerts_of(&[("eu-just", &eu), ("cn-gacc", &gacc)]);
    let running = running.with(&[("alerts", &both), ("sandbox.enabled", "true")]).await;
    eventually("it is followed from its first event on", SOON, async || gacc.followed_from() == Some(0))
        .await;
    let ahead = Some(prost_types::Duration { seconds: 3 * 86_400, nanos: 0 });
    gacc.tell_at(
        &told::SandboxClockAdvanced { ahead, now: None },
        at("2027-06-01T00:00:00Z"),
        EventStatus::Actual,
    );
    let china = running.partner("cn-gacc");
    eventually("the clock of the sandbox is followed", SOON, async || {
        let end = proposed(&china, wire::ProposeTopicsRequest::default()).await?.end_time;
        let is_ahead = end.map(|end| end.seconds) > at("2027-06-03T00:00:00Z").map(|time| time.seconds);
        if is_ahead { Ok(()) } else { Err(Status::unavailable(format!("{end:?}"))) }
    })
    .await;
}
