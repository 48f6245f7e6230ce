//! What those who took part thought of an activity, as who registered them gives it and its organiser reads it.

use std::time::Duration;

use seamless_calendar::{Clock, SystemClock};
use seamless_testkit::eventually;

use crate::local::Local;

#[tokio::test]
async fn four_answers_are_a_number_and_five_are_read_without_whose_they_are() {
    let local = Local::up().await;
    let (eu, gacc) = ("eu-just", "cn-gacc");
    let soon = SystemClock.now() + jiff::SignedDuration::from_hours(10 * 24);
    let start = soon.strftime("%Y-%m-%dT%H:%M");
    let webinar = format!(
        r#"{{"kind": "ACTIVITY_KIND_WEBINAR", "format": "ACTIVITY_FORMAT_ONLINE", "visibility": "ACTIVITY_VISIBILITY_PUBLIC",
        "title": {{"versions": [{{"languageCode": "en", "text": "Magnets in toys"}}]}},
        "sessions": [{{"id": "day-1", "start": {{"local": "{start}", "zone": "Europe/Brussels"}}, "minutes": 90}}],
        "registration": {{"capacity": 5}}}}"#
    );
    std::fs::write(local.folder.path().join("webinar.json"), webinar).unwrap();
    let made = local.json(eu, &["activities", "create", "webinar.json", "--publish"]).remove(0);
    let name = made["name"].as_str().unwrap();
    let registrations: Vec<String> = ["li", "chen", "zhao", "sun", "wang"]
        .map(|who| {
            let email = format!("{who}@example.cn");
            let person = ["register", name, "--name", who, "--email", &email, "--country", "CN"];
            let made = local.json(gacc, &[&person[..], &["--audience", "manufacturer"]].concat()).remove(0);
            made["name"].as_str().unwrap().to_owned()
        })
        .to_vec();
    let ratings = ["--clarity", "4", "--organisation", "3"];
    let given = |registration: &str, usefulness: &str, more: &[&str]| -> Vec<String> {
        let give = ["feedback", "give", registration, "--usefulness", usefulness];
        [&give[..], &ratings, more].concat().into_iter().map(str::to_owned).collect()
    };
    let give = |registration: &str, usefulness: &str, more: &[&str]| {
        let arguments = given(registration, usefulness, more);
        local.says(gacc, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = |authority: &str, registration: &str, usefulness: &str| {
        let arguments = given(registration, usefulness, &[]);
        local.fails(authority, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (exit, complaint) = refused(gacc, &registrations[0], "5");
    assert!(exit == 4 && complaint.contains("PUBLISHED"), "it was not held yet: {exit}: {complaint}");
    local.says(eu, &["clock", "advance", "12d"]);
    eventually("the webinar is over", Duration::from_secs(20), async || {
        let held = local.run(eu, &["activities", "hold", name, "--participants", "5"]);
        if held.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&held.stderr).into_owned()) }
    })
    .await;

    let show = ["feedback", "show", name];
    let words = ["--text", "More on magnets, please.", "--lang", "en"];
    for (registration, usefulness) in registrations.iter().zip(["5", "5", "4", "2"]) {
        let said = if usefulness == "2" { &words[..] } else { &[] };
        assert!(give(registration, usefulness, said).contains(": given"));
    }
    let (exit, complaint) = refused(gacc, &registrations[4], "6");
    assert!(exit == 4 && complaint.contains("usefulness"), "{exit}: {complaint}");
    assert_eq!(refused(eu, &registrations[4], "5").0, 3, "who registered them gives it for them");
    assert_eq!(local.says(eu, &show).trim(), "4 answers; more is told from 5 on");
    let summary = local.json(eu, &show).remove(0);
    assert_eq!((&summary["answers"], &summary["leastAnswers"]), (&4.into(), &5.into()), "{summary}");
    assert!(summary.get("together").is_none(), "{summary}");

    // What is given again replaces what was given before.
    give(&registrations[0], "4", &[]);
    assert!(local.says(eu, &show).contains("4 answers;"));
    give(&registrations[4], "5", &[]);
    let shown = local.says(eu, &show);
    assert!(shown.contains("4.00") && shown.contains("3.00") && shown.contains("0 1 0 2 2"), "{shown}");
    assert!(shown.contains("[en] More on magnets, please."), "{shown}");
    assert!(!shown.contains("sun") && !shown.contains("registrations/"), "{shown}");
    let summary = local.json(eu, &show).remove(0);
    assert_eq!((&summary["answers"], &summary["together"]["answers"]), (&5.into(), &5.into()), "{summary}");
    for other in [gacc, "ca-hc"] {
        assert_eq!(local.fails(other, &show).0, 3, "the organiser reads it: {other}");
    }
}
