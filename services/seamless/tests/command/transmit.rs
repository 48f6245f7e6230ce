//! Sending all of an origin: who cannot have it is refused before anything is sent, and what is passed over is named.

use crate::local::Local;

/// An alert of the sample under another key, with another status where one is given.
fn another(local: &Local, key: &str, status: Option<&str>) -> String {
    let first = include_str!("../../sample/alerts.jsonl").lines().next().unwrap();
    let mut alert: serde_json::Value = serde_json::from_str(first).unwrap();
    alert["general"]["sourceReference"] = key.into();
    if let Some(status) = status {
        alert["status"] = status.into();
    }
    let file = local.folder.path().join(format!("{key}.jsonl"));
    std::fs::write(&file, alert.to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_passed_over_is_said_and_nothing_goes_to_whom_it_cannot() {
    let local = Local::up().await;
    let send = |to: &str| ["transmit", "--to", to, "--origin", "CN"].map(str::to_owned);
    for (to, why) in [("xx-nobody", "no authority of this id takes part"), ("nl-nvwa", "none is in force")] {
        let (exit, complaint) =
            local.fails("eu-just", &["transmit", "--to", "cn-gacc", "--to", to, "--origin", "CN"]);
        assert!(exit == 4 && complaint.contains(why), "{exit}: {complaint}");
    }
    assert!(local.json("cn-gacc", &["inbox"]).is_empty(), "all are refused before one is sent");

    let made = local.json("eu-just", &["list", "--origin", "CN"]);
    let names: Vec<_> = made.iter().map(|one| one["name"].as_str().unwrap()).collect();
    local.says("eu-just", &["withdraw", names[0], "--reason", "the wrong product"]);
    local.says("eu-just", &["import", "jsonl", &another(&local, "draft", None), "--draft"]);
    local.says("eu-just", &["import", "jsonl", &another(&local, "drill", Some("EVENT_STATUS_EXERCISE"))]);
    for find in [["list", "--limit", "50"].as_slice(), &["search", "kettle"]] {
        let said = |statuses: &[&str]| local.says("eu-just", &[find, statuses].concat());
        let (real, drills) = (said(&[]), said(&["--status", "exercise"]));
        assert!(!real.contains("[exercise]") && !real.contains("STATUS"), "{real}");
        assert!(drills.contains("[exercise] Electric kettle") && drills.contains("1 shown"), "{drills}");
        let both = said(&["--status", "actual", "--status", "exercise"]);
        let of = |status: &str| both.lines().filter(|line| line.trim_end().ends_with(status)).count();
        assert_eq!((of("STATUS"), of(" exercise"), of(" actual")), (1, 1, of("actual")), "{both}");
        assert!(of(" actual") >= 1, "{both}");
    }
    // One that another authority has already goes to GACC as well.
    local.says("eu-just", &["transmit", "--to", "ca-hc", names[1]]);

    let said = local.says("eu-just", &send("cn-gacc").each_ref().map(String::as_str));
    let summary = format!(
        "{0} of {0} sent to cn-gacc; passed over: 1 drill or test, 1 not validated, 1 withdrawn",
        names.len() - 1
    );
    assert!(said.contains(&summary), "{said}");
    assert!(said.contains(&format!("{} passed over: withdrawn", names[0])), "{said}");
    assert_eq!(local.json("cn-gacc", &["inbox"]).len(), names.len() - 1);

    let again = local.says("eu-just", &send("cn-gacc").each_ref().map(String::as_str));
    assert!(again.contains(&format!("{} already sent", names.len() - 1)), "{again}");
    assert!(again.contains("0 of 0 sent to cn-gacc"), "{again}");
}
