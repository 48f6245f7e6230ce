//! A notification is called by its reference, its id or a beginning of it, wherever a command wants one.

use crate::local::Local;

#[tokio::test]
async fn a_notification_is_called_as_people_call_it() {
    let local = Local::up().await;
    let kettle = local.json("eu-just", &["show", "SR/90001/26"]).remove(0);
    let (name, uid) = (kettle["name"].as_str().unwrap(), kettle["uid"].as_str().unwrap());
    assert_eq!(kettle["general"]["sourceReference"], "S-001");
    let nearly_all = &uid[..uid.len() - 1];
    for called in ["sr/90001/26", "notifications/SR/90001/26", "s-001", name, uid, nearly_all] {
        assert_eq!(local.json("eu-just", &["show", called])[0]["name"], name, "{called}");
    }
    assert!(local.says("eu-just", &["list"]).contains("SR/90001/26"), "the tables show what it is called");

    // What could be several is not guessed: withdrawing the wrong one would be worse.
    let (exit, complaint) = local.fails("eu-just", &["withdraw", &uid[..4], "--reason", "wrong product"]);
    assert_eq!(exit, 2, "{complaint}");
    let names: Vec<&str> = complaint.lines().filter(|line| line.contains("notifications/")).collect();
    assert!(names.len() == 5 && complaint.ends_with("…\n"), "{complaint}");
    let (exit, complaint) = local.fails("eu-just", &["show", "SR/90001"]);
    assert!(exit == 4 && complaint.contains("SR/90001 is no notification"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["show", "ffff"]);
    assert!(exit == 4 && complaint.contains("the beginning of an id"), "{exit}: {complaint}");
    let (exit, _) = local.fails("cn-gacc", &["show", "SR/90001/26"]);
    assert_eq!(exit, 4, "what nobody sent is known to nobody");

    // Two authorities can call alerts alike: then it takes the id.
    let sample = include_str!("../../sample/alerts.jsonl").lines().next().unwrap();
    let import = |line: String, more: &[&str]| {
        let file = local.folder.path().join("more.jsonl");
        std::fs::write(&file, line).unwrap();
        local.says("eu-just", &[&["import", "jsonl", file.to_str().unwrap()], more].concat());
    };
    import(sample.replace("S-001", "S-900"), &["--draft"]);
    let (exit, complaint) = local.fails("eu-just", &["similar", "SR/90001/26"]);
    assert!(exit == 2 && complaint.contains(name), "{exit}: {complaint}");
    // Further arguments that name one are taken likewise.
    assert!(local.says("eu-just", &["submit", "S-900", "--different", "S-001"]).contains("is submitted"));

    let drill = sample.replace("S-001", "DRILL-1").replace("SR/90001/26", "SR/99999/26");
    import(drill.replacen('{', r#"{"status": "EVENT_STATUS_EXERCISE", "#, 1), &[]);
    assert_eq!(local.json("eu-just", &["show", "SR/99999/26"])[0]["status"], "EVENT_STATUS_EXERCISE");

    local.says("eu-just", &["transmit", "S-001", "--to", "cn-gacc"]);
    local.says("cn-gacc", &["acknowledge", "SR/90001/26"]);
    local.says("cn-gacc", &["follow-up", "start", nearly_all]);
    assert!(local.says("cn-gacc", &["clocks", "S-001"]).contains("21 calendar days"));
}
