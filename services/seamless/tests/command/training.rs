//! Workshops and who takes part, as an operator sees them: the sample, a registration that waits, gets its offer, and is told.

use std::time::Duration;

use seamless_testkit::{eventually, https};

use crate::local::Local;

#[tokio::test]
async fn a_workshop_fills_and_who_waits_gets_the_seat_that_becomes_free() {
    let local = Local::up().await;
    assert!(local.says("ca-hc", &["whoami", "--service", "training"]).contains("accepted"));
    assert_eq!(local.json("eu-just", &["activities", "list"]).len(), 3, "the sample");
    let found = local.json("cn-gacc", &["activities", "list", "网售电器", "--kind", "workshop"]);
    let name = found[0]["name"].as_str().unwrap();
    let id = name.trim_start_matches("activities/");
    assert!(
        local.json("ca-hc", &["activities", "list", "--kind", "workshop"]).is_empty(),
        "it is the EU's and China's"
    );
    let shown = local.says("cn-gacc", &["activities", "show", &id[..23]]);
    assert!(
        shown.contains("14:30 Asia/Shanghai") && shown.contains("0 confirmed and 0 offered of 2"),
        "{shown}"
    );

    let register = |who: &str, answer: &str| {
        let email = format!("{who}@example.cn");
        let arguments = ["register", id, "--name", who, "--email", &email, "--country", "CN", "--audience"];
        let more = ["manufacturer", "--answer", answer, "--lang", "zh-Hans", "--zone", "Asia/Shanghai"];
        let arguments: Vec<String> = arguments.iter().chain(&more).map(|one| (*one).to_owned()).collect();
        arguments
    };
    let run = |who: &str| {
        let arguments = register(who, "consent=true");
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        local.json("cn-gacc", &arguments).remove(0)
    };
    let refused = register("wang", "consent=false");
    let refused: Vec<&str> = refused.iter().map(String::as_str).collect();
    let (exit, complaint) = local.fails("cn-gacc", &refused);
    assert!(exit == 4 && complaint.contains("without this consent"), "{exit}: {complaint}");
    let first = run("li");
    assert_eq!(first["state"], "REGISTRATION_STATE_CONFIRMED");
    run("chen");
    let waits = run("zhao");
    assert_eq!(waits["state"], "REGISTRATION_STATE_WAITING");
    let waits = waits["name"].as_str().unwrap();
    let (exit, complaint) =
        local.fails("eu-just", &["registrations", "promote", waits, "--reason", "speaks"]);
    assert!(exit == 4 && complaint.contains("2 are taken by people"), "{exit}: {complaint}");
    local.says("cn-gacc", &["registrations", "withdraw", first["name"].as_str().unwrap()]);
    let listed = local.says("eu-just", &["registrations", "list", id]);
    assert!(
        listed.contains("offered") && listed.contains("withdrawn") && listed.contains("zhao"),
        "{listed}"
    );
    assert!(local.says("cn-gacc", &["registrations", "confirm", waits]).contains("confirmed"));
    assert_eq!(local.fails("ca-hc", &["registrations", "list", id]).0, 3);

    let slots = ["slots", "--side", "brussels=Europe/Brussels:EU", "--side", "beijing=Asia/Shanghai:CN"];
    let week = ["--from", "2036-09-29", "--until", "2036-10-04", "--limit", "1"];
    let slots: Vec<&str> = slots.iter().chain(&week).copied().collect();
    let best = local.says("eu-just", &slots);
    assert!(best.contains("2036-09-29 09:00") && best.contains("2036-09-29 15:00"), "{best}");
    let none = [&slots[..5], &["--from", "2036-10-01", "--until", "2036-10-02"]].concat();
    let none = local.says("eu-just", &none);
    assert!(none.contains("beijing") && none.contains("holiday"), "{none}");

    // Chen was there, of whom the file has the address; who Zhao is, of whom it has another one, is asked.
    let rows = "name,email,join,leave\nchen,chen@example.cn,2026-05-04 14:00,2026-05-04 15:00\n\
                zhao,zhao@home.example,2026-05-04 14:00,2026-05-04 15:00\n";
    std::fs::write(local.folder.path().join("there.csv"), rows).unwrap();
    let import = ["attendance", "import", id, "there.csv", "--mapping", "plain"];
    assert!(local.says("eu-just", &import).contains("nothing is stored yet: say the --zone"));
    let import = [&import[..], &["--zone", "Asia/Shanghai"]].concat();
    let taken = local.says("eu-just", &import);
    assert!(taken.contains("0 registered people were there") && taken.contains("other address"), "{taken}");
    assert!(local.says("eu-just", &import).contains("taken in before"));
    let answer =
        ["attendance", "answer", id, "--asked", "zhao", "--email", "zhao@home.example", "--is", waits];
    assert!(!local.says("eu-just", &answer).contains("who are they"));
    assert_eq!(local.fails("ca-hc", &["attendance", "show", id]).0, 3);

    let moved = [
        "activities",
        "reschedule",
        id,
        "--session",
        "day-1",
        "--start",
        "2036-04-01T10:00",
        "--reason",
        "The hall is taken.",
    ];
    assert!(local.says("eu-just", &moved).contains("2036-04-01 10:00 Asia/Shanghai"));
    let (exit, complaint) = local.fails("cn-gacc", &moved);
    assert_eq!(exit, 3, "who leads it moves it: {complaint}");
    let year = local.says("eu-just", &["obligations", "eu-cn"]);
    assert!(
        year.contains("workshop") && year.contains("quarterly report") && !year.contains("untold"),
        "{year}"
    );
    // The sandbox has one clock: an offer that nobody answers for a month of it ends in this service, too.
    let last = run("sun");
    assert_eq!(last["state"], "REGISTRATION_STATE_WAITING");
    let last = last["name"].as_str().unwrap();
    local.says("cn-gacc", &["registrations", "withdraw", waits]);
    let state = || {
        let all = local.json("eu-just", &["registrations", "list", id]);
        all.iter().find(|one| one["name"] == last).unwrap()["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "REGISTRATION_STATE_OFFERED");
    local.says("eu-just", &["clock", "advance", "30d"]);
    eventually("the offer expires by the sandbox's clock", Duration::from_secs(20), async || {
        let state = state();
        if state == "REGISTRATION_STATE_EXPIRED" { Ok(()) } else { Err(state) }
    })
    .await;
    let told = local.says("cn-gacc", &["feed", "--service", "training", "--type", "ActivityChanged"]);
    assert!(told.contains("ActivityChanged") && !told.contains("li@example.cn"), "{told}");
}

#[tokio::test]
async fn who_registers_is_written_to_and_answers_with_a_calendar() {
    let local = Local::up().await;
    let file = |name: &str, content: &str| std::fs::write(local.folder.path().join(name), content).unwrap();
    let text = r#"{"kind": "ACTIVITY_KIND_WEBINAR", "format": "ACTIVITY_FORMAT_ONLINE", "visibility": "ACTIVITY_VISIBILITY_PUBLIC",
        "title": {"versions": [{"languageCode": "en", "text": "Magnets in toys"}]},
        "sessions": [{"id": "day-1", "start": {"local": "2031-03-15T09:00", "zone": "Europe/Brussels"}, "minutes": 90}],
        "registration": {"capacity": 5}}"#;
    file("webinar.json", text);
    let made = local.json("eu-just", &["activities", "create", "webinar.json", "--publish"]).remove(0);
    let id = made["name"].as_str().unwrap().trim_start_matches("activities/").to_owned();
    local.says(
        "ca-hc",
        &[
            "register",
            &id,
            "--name",
            "Dana Twin",
            "--email",
            "dana@example.ca",
            "--country",
            "CA",
            "--audience",
            "manufacturer",
        ],
    );
    let mail = eventually("the mail is written", Duration::from_secs(20), async || {
        let shown = local.json("ca-hc", &["mails", "list", &id]);
        let sent = shown.iter().find(|mail| mail["state"] == "MAIL_STATE_SENT");
        sent.cloned().ok_or_else(|| format!("{shown:?}"))
    })
    .await;
    let name = mail["name"].as_str().unwrap();
    let data = local.data().join("mails").join(format!("{}.eml", name.rsplit('/').next().unwrap()));
    let written = std::fs::read_to_string(data).unwrap();
    assert!(
        written.contains("Subject: Confirmed: Magnets in toys") && written.contains("To: \"Dana Twin\""),
        "{written}"
    );
    let (exit, complaint) = local.fails("eu-just", &["mails", "resend", name]);
    assert_eq!(exit, 4, "{complaint}");

    file("plain.eml", "From: a@b.example\r\n\r\nI am on holiday.\r\n");
    let (exit, complaint) = local.fails("eu-just", &["mails", "receive", "plain.eml"]);
    assert!(exit == 1 && complaint.contains("neither the answer"), "{exit}: {complaint}");
    let reply_to = written.lines().find_map(|line| line.strip_prefix("Reply-To: ")).unwrap().trim();
    let registration = name.split('/').nth(3).unwrap();
    let answer = format!(
        "From: dana@example.ca\nTo: {reply_to}\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n\n\
         BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:{registration}-day-1@seamless.example\nSEQUENCE:0\n\
         DTSTAMP:20310101T000000Z\nATTENDEE;PARTSTAT=DECLINED:mailto:dana@example.ca\nEND:VEVENT\nEND:VCALENDAR\n"
    );
    file("answer.eml", &answer);
    assert!(local.says("eu-just", &["mails", "receive", "answer.eml"]).contains("withdrawn"));
    assert!(local.says("eu-just", &["mails", "receive", "answer.eml"]).contains("repeated"));
}

/// What the README shows: two of the sample workshop were there, on two platforms; each gets a certificate.
#[tokio::test]
async fn two_platforms_attendance_becomes_certificates_that_everybody_verifies() {
    let local = Local::up().await;
    let (eu, gacc) = ("eu-just", "cn-gacc");
    let found = local.json(gacc, &["activities", "list", "--kind", "workshop"]);
    let workshop = found[0]["name"].as_str().unwrap();
    for who in ["chen", "zhao"] {
        let email = format!("{who}@example.cn");
        let register = ["register", workshop, "--name", who, "--email", &email, "--country", "CN"];
        let more = ["--audience", "manufacturer", "--answer", "consent=true"];
        local.says(gacc, &[&register[..], &more].concat());
    }
    let (exit, complaint) = local.fails(eu, &["certificates", "issue", workshop]);
    assert!(exit == 4 && complaint.contains("PUBLISHED"), "{exit}: {complaint}");
    local.says(eu, &["clock", "advance", "62d"]);
    eventually("the workshop is over", Duration::from_secs(20), async || {
        let held = local.run(eu, &["activities", "hold", workshop, "--participants", "2"]);
        if held.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&held.stderr).into_owned()) }
    })
    .await;
    let sample = |name: &str| local.data().join("sample").join(name).display().to_string();
    let import = ["attendance", "import", workshop];
    let (zoom, tencent) = (sample("attendance-zoom.csv"), sample("attendance-tencent.csv"));
    let zoom = [&import[..], &[zoom.as_str(), "--mapping", "zoom", "--zone", "Asia/Shanghai"]].concat();
    assert!(local.says(eu, &zoom).contains("1 registered people were there, 1 who are not"));
    let tencent = [&import[..], &[tencent.as_str(), "--mapping", "tencent"]].concat();
    assert!(local.says(eu, &tencent).contains("2 registered people were there"));
    let issued = local.says(eu, &["certificates", "issue", workshop]);
    assert!(issued.contains("2 shown") && issued.contains("0 were not there for long enough"), "{issued}");

    let listed = local.json(gacc, &["certificates", "list", workshop]);
    let chen = listed.iter().find(|one| one["printedName"] == "chen").unwrap();
    let code = chen["code"].as_str().unwrap();
    local.says(gacc, &["certificates", "download", code, "--lang", "zh-Hans", "--output", "chen.pdf"]);
    assert!(std::fs::read(local.folder.path().join("chen.pdf")).unwrap().starts_with(b"%PDF"));
    let typed = code.to_lowercase();
    let verified = local.says("ca-hc", &["certificates", "verify", &typed, "--name", "Chen"]);
    assert!(verified.contains("counts") && verified.contains("the one that was given"), "{verified}");
    local.says(eu, &["certificates", "revoke", code, "--reason", "He left early."]);
    let verified = local.says("ca-hc", &["certificates", "verify", code]);
    assert!(verified.contains("taken back") && verified.contains("He left early."), "{verified}");
    let (exit, complaint) = local.fails("ca-hc", &["certificates", "verify", "K7QF-3M2P"]);
    assert!(exit == 4 && complaint.contains("18 characters"), "{exit}: {complaint}");
}

#[tokio::test]
async fn slides_are_kept_in_editions_and_an_old_translation_is_told() {
    let local = Local::up().await;
    let file = |name: &str, content: &str| std::fs::write(local.folder.path().join(name), content).unwrap();
    let text = r#"{"originalLanguage": "en", "wantedLanguages": ["zh-Hans"], "visibility": "ACTIVITY_VISIBILITY_PUBLIC",
        "title": {"versions": [{"languageCode": "en", "text": "Magnets in toys"}, {"languageCode": "zh-Hans", "text": "玩具中的磁铁"}]},
        "hazards": ["choking"], "productAreas": ["toys"]}"#;
    file("material.json", text);
    let made = local.json("eu-just", &["materials", "create", "material.json"]).remove(0);
    let id = made["name"].as_str().unwrap().trim_start_matches("materials/");
    let (exit, complaint) = local.fails("eu-just", &["materials", "publish", id]);
    assert_eq!(exit, 4, "it wants an edition of the original: {complaint}");

    file("slides.txt", "Keep magnets away.\n");
    file("slides-zh.txt", "远离磁铁。\n");
    local.says("eu-just", &["materials", "upload", id, "--lang", "en", "slides.txt"]);
    local.says("eu-just", &["materials", "upload", id, "--lang", "zh-Hans", "slides-zh.txt"]);
    local.says("eu-just", &["materials", "publish", &id[..23]]);
    file("slides.txt", "Keep magnets away from children.\n");
    let shown = local.says("eu-just", &["materials", "upload", id, "--lang", "en", "slides.txt"]);
    assert!(shown.contains("zh-Hans (stale)"), "{shown}");
    let found = local.says("cn-gacc", &["materials", "list", "磁铁", "--area", "toys"]);
    assert!(found.contains("Magnets in toys") && found.contains("1 shown"), "{found}");

    let download = ["materials", "download", id, "--lang", "zh-Hans", "--output", "got.txt"];
    assert!(local.says("ca-hc", &download).contains("digest verified"));
    assert_eq!(std::fs::read_to_string(local.folder.path().join("got.txt")).unwrap(), "远离磁铁。\n");
    assert!(!local.folder.path().join("got.txt.part").exists());
    let (exit, complaint) =
        local.fails("ca-hc", &["materials", "download", id, "--lang", "fr", "--output", "none"]);
    assert!(exit == 2 && complaint.contains("no such edition"), "{exit}: {complaint}");
    local.says("eu-just", &["materials", "link", id, "--lang", "fr", "https://example.org/film"]);
    let (exit, complaint) = local.fails("ca-hc", &["materials", "download", id, "--lang", "fr"]);
    assert!(exit == 2 && complaint.contains("https://example.org/film"), "{exit}: {complaint}");
    local.says("eu-just", &["materials", "withdraw", id]);
    assert_eq!(local.fails("ca-hc", &["materials", "show", id]).0, 3);
    assert!(local.says("cn-gacc", &["materials", "list"]).contains("0 shown"));
}

#[tokio::test]
async fn a_calendar_is_subscribed_to_and_its_link_revoked() {
    let local = Local::up().await;
    let (eu, gacc) = ("eu-just", "cn-gacc");
    let made = local.json(gacc, &["calendars", "create", "--lang", "zh-Hans"]).remove(0);
    let url = made["url"].as_str().unwrap().to_owned();
    let name = made["calendarLink"]["name"].as_str().unwrap().to_owned();
    let (address, path) = url.strip_prefix("https://").unwrap().split_once('/').unwrap();
    let (address, path) = (address.parse().unwrap(), format!("/{path}"));
    let ca = local.data().join("issuer/ca.pem");
    let answer = https(&ca, address, "GET", &path, &[]).await;
    let text = answer.body.replace("\r\n ", "");
    assert!(
        answer.status == 200 && text.contains("BEGIN:VEVENT") && text.contains("NAME:研讨会"),
        "{answer:?}"
    );
    let same = https(&ca, address, "GET", &path, &[("If-None-Match", answer.header("etag"))]).await;
    assert_eq!(same.status, 304);
    // Another program over the same sockets: curl, where the machine has it.
    let mut curl = std::process::Command::new("curl");
    match curl
        .args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert"])
        .arg(&ca)
        .arg(&url)
        .output()
    {
        Ok(read) => {
            let told = String::from_utf8_lossy(&read.stderr).into_owned();
            assert!(read.status.success(), "{told}");
            assert_eq!(String::from_utf8(read.stdout).unwrap(), answer.body);
        }
        Err(error) => println!("NOT TESTED with curl: {error}"),
    }

    let listed = local.says(gacc, &["calendars", "list"]);
    assert!(listed.contains("1 shown") && !listed.contains(&path), "{listed}");
    assert!(local.says(eu, &["calendars", "list"]).contains("0 shown"));
    assert_eq!(local.fails(eu, &["calendars", "revoke", &name]).0, 3);
    let id = name.trim_start_matches("calendarLinks/");
    assert!(local.says(gacc, &["calendars", "revoke", &id[..23]]).contains("revoked"));
    assert_eq!(https(&ca, address, "GET", &path, &[]).await.status, 404);
    let (exit, complaint) = local.fails(gacc, &["calendars", "revoke", &name]);
    assert_eq!(exit, 4, "{complaint}");
    let shown = local.says(eu, &["calendars", "create", "--programme", "SPEAC"]);
    assert!(shown.contains("https://127.0.0.1:") && shown.contains("it is not shown again"), "{shown}");
}
