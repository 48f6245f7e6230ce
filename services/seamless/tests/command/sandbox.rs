//! The clock of a sandbox is that of all its services; and what a draft lacks is said by its fields.

use std::{fs, time::Duration};

use seamless_testkit::eventually;
use serde_json::Value;

use crate::local::Local;

#[tokio::test]
async fn the_clock_of_a_sandbox_is_moved_for_every_service_and_who_is_behind_is_named() {
    let local = Local::up().await;
    let standing = |told: Vec<Value>| -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let services = told.iter().skip(1);
        services.map(|one| (text(&one["service"]), text(&one["now"]), text(&one["stands"]))).collect()
    };
    let advanced = local.json("eu-just", &["clock", "advance", "21d"]);
    assert_eq!(advanced[0]["ahead"], "1814400s");
    let services = standing(advanced);
    let names: Vec<&str> = services.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["notifications", "consignments", "training", "reporting"]);
    let (_, now, _) = &services[0];
    assert!(services.iter().all(|(_, time, stands)| time == now && stands == "there"), "{services:?}");
    // The services go by it, and not only say so.
    let plan = local.json("nl-customs", &["plan", "show", "NLRTM"]).remove(0);
    let day = plan["name"].as_str().unwrap().rsplit('/').next().unwrap();
    let distance = day.parse::<jiff::civil::Date>().unwrap()
        - now.parse::<jiff::Timestamp>().unwrap().to_zoned(jiff::tz::TimeZone::UTC).date();
    assert!(distance.get_days().abs() <= 1, "{day} is the day of {now}");

    let nobody = ["clock", "advance", "1h", "--also", "https://127.0.0.1:1", "--wait", "2s"];
    let (exit, complaint) = local.fails("eu-just", &nobody);
    assert!(exit == 1 && complaint.contains("https://127.0.0.1:1"), "{exit}: {complaint}");
    eventually("the others are there all the same", Duration::from_secs(60), async || {
        let shown = local.says("eu-just", &["clock", "show"]);
        let is_there = shown.contains("21 days and 1 hours") && shown.matches(" there").count() == 4;
        is_there.then_some(()).ok_or(shown)
    })
    .await;
}

#[tokio::test]
async fn what_a_draft_lacks_is_said_by_the_names_of_the_contract() {
    let local = Local::up().await;
    let file = local.folder.path().join("alerts.jsonl");
    let whole = r#"{"general": {"source": "own", "sourceReference": "D-1", "type": "NOTIFICATION_TYPE_OTHER_RISK"}, "product": {"productName": "Lamp"}}"#;
    let twice = r#"{"general": {"source": "own", "sourceReference": "D-2", "source": "other"}}"#;
    let wrong = r#"{"general": {"source": "own", "sourceReference": 7}}"#;
    fs::write(&file, format!("{whole}\n{twice}\n{wrong}\n")).unwrap();
    let output = local.run("eu-just", &["--json", "import", "jsonl", file.to_str().unwrap()]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{complaint}");
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counts["drafts"], &counts["rejected"]), (&1.into(), &2.into()), "{counts}");
    assert_eq!(counts["lacking"]["risk.types"], 1, "{counts}");
    for said in [
        "draft: line 1: product.category: choose a category",
        "draft: line 1: general.notifying_country: ",
        "line 2: source: is given twice",
        "line 3: general.source_reference: wants a text; got 7",
    ] {
        assert!(complaint.contains(said), "{said}: {complaint}");
    }
    let draft = local.json("eu-just", &["list", "--state", "draft"])[0]["uid"].as_str().unwrap().to_owned();
    let (exit, complaint) = local.fails("eu-just", &["submit", &draft]);
    assert!(exit == 4 && complaint.contains("measures: name at least one measure"), "{exit}: {complaint}");
}
