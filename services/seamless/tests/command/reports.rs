//! A report as an operator makes it: asked for, read, saved, checked without a service, published, and read by the partner.

use std::{fs, time::Duration};

use seamless_testkit::eventually;

use crate::local::Local;

#[tokio::test]
async fn single_documents_are_saved_and_checked_whatever_they_are_called() {
    let mut local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let quarter = ["report", "generate", "--template", "quarterly-partner", "--partner", "cn-gacc", "--wait"];
    let name = local.json("eu-just", &quarter).remove(0)["name"].as_str().unwrap().to_owned();
    let shown = local.says("eu-just", &["report", "show", &name, "--definitions"]);
    assert!(shown.contains("generated") && shown.contains("as known at"), "{shown}");

    // The feeds of the other services are followed too.
    for template in ["import-control", "training"] {
        let made = local.json("eu-just", &["report", "generate", "--template", template, "--wait"]).remove(0);
        assert_eq!(made["state"], "REPORT_STATE_GENERATED", "{made}");
        local.says("eu-just", &["report", "cancel", made["name"].as_str().unwrap()]);
    }

    let folder = local.folder.path().to_owned();
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for format in ["html", "pdf", "xlsx", "csv", "protobuf"] {
        let out = file(&format!("saved.{format}"));
        let download = ["report", "download", &name, "--format", format, "--out", &out];
        assert!(local.says("eu-just", &download).contains("digest verified"));
    }
    assert!(fs::read(file("saved.pdf")).unwrap().starts_with(b"%PDF-"));
    assert!(fs::read(file("saved.xlsx")).unwrap().starts_with(b"PK"));
    let chinese = file("chinese.html");
    let download = ["report", "download", &name, "--format", "html", "--out", &chinese];
    local.says("eu-just", &[&download[..], &["--language", "zh-Hans"]].concat());
    assert!(fs::read_to_string(&chinese).unwrap().contains("发送给伙伴方的通报"));
    assert!(fs::read_to_string(file("saved.html")).unwrap().contains("Alerts sent to the partner"));

    // The whole folder, for the signed manifest; then nothing but files, without a service.
    let whole = file("whole");
    local.says("eu-just", &["report", "download", &name, "--output", &whole]);
    local.stop();
    let (manifest, keys) = (format!("{whole}/manifest.jws"), format!("{whole}/keys.json"));
    let saved = [file("saved.pdf"), file("saved.csv"), chinese.clone()];
    let saved: Vec<&str> = saved.iter().map(String::as_str).collect();
    let verify = ["report", "verify", &manifest, "--keys", &keys];
    let verified = local.says("eu-just", &[&verify[..], &saved].concat());
    assert!(verified.matches("good").count() == 3 && verified.contains("signed as"), "{verified}");
    let jwks: serde_json::Value = serde_json::from_str(&fs::read_to_string(&keys).unwrap()).unwrap();
    let key = jwks["keys"][0]["kid"].as_str().unwrap();
    assert!(verified.contains(&format!("with the key {key} of {keys}")), "{verified}");
    assert!(!verified.contains("not whose it is"), "the keys were given: {verified}");
    let stranger = file("stranger.csv");
    fs::write(&stranger, "1,2,3").unwrap();
    let (exit, complaint) = local.fails("eu-just", &[&verify[..], &saved, &[&stranger]].concat());
    assert!(
        exit == 4 && complaint.contains("stranger.csv is not named in the manifest"),
        "{exit}: {complaint}"
    );
    assert_eq!(complaint.matches("is not named").count(), 1, "{complaint}");
    fs::copy(&stranger, format!("{whole}/added.csv")).unwrap();
    let (exit, complaint) = local.fails("eu-just", &["report", "verify", &whole]);
    assert!(exit == 4 && complaint.contains("added.csv is not named in the manifest"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &[&verify[..], &["missing.pdf"]].concat());
    assert!(exit == 2 && complaint.contains("missing.pdf"), "{exit}: {complaint}");
    // Another service's keys say nothing of it.
    let others = local.data().join("issuer").join("jwks.json");
    let others = others.to_str().unwrap();
    let (exit, complaint) = local.fails("eu-just", &["report", "verify", &manifest, "--keys", others]);
    assert!(exit != 0 && complaint.contains("manifest.jws"), "{exit}: {complaint}");

    // What was made is there after a restart.
    local.start().await;
    assert_eq!(local.json("eu-just", &["report", "list"]).len(), 3);
    local.says("eu-just", &["report", "cancel", &name]);
    let (exit, complaint) = local.fails("eu-just", &["report", "approve", &name]);
    assert!(exit == 4 && complaint.contains("CANCELLED"), "{exit}: {complaint}");
    let days = ["report", "generate", "--partner", "cn-gacc", "--from", "2026-13-01", "--to", "2026-12-31"];
    let (exit, complaint) = local.fails("eu-just", &days);
    assert!(exit == 2 && complaint.contains("--from wants a day"), "{exit}: {complaint}");
    let drill = ["report", "generate", "--partner", "cn-gacc", "--quarter", "2026-Q1"];
    let drill = [&drill[..], &["--zone", "Asia/Shanghai", "--status", "exercise"]].concat();
    let drill = local.json("eu-just", &drill).remove(0);
    let (from, to) = (&drill["period"]["startDate"], &drill["period"]["endDate"]);
    assert_eq!(
        (from["month"].as_i64(), to["month"].as_i64(), to["day"].as_i64()),
        (Some(1), Some(3), Some(31))
    );
    assert_eq!(drill["status"], "EVENT_STATUS_EXERCISE");
}

#[tokio::test]
async fn up_serves_four_services_and_stops_when_asked() {
    let mut local = Local::up().await;
    for service in ["notifications", "consignments", "training", "reporting"] {
        let said = local.says("eu-just", &["whoami", "--service", service]);
        assert!(said.contains("accepted by the service"), "{service}: {said}");
    }
    let endpoints = fs::read_to_string(local.data().join("endpoints.json")).unwrap();
    let endpoints: serde_json::Value = serde_json::from_str(&endpoints).unwrap();
    assert!(endpoints["reporting"].as_str().unwrap().starts_with("https://127.0.0.1:"), "{endpoints}");
    for made in ["reporting.db", "report-files", "report-keys"] {
        assert!(local.data().join(made).exists(), "{made}");
    }
    eventually("the sample is known to reporting", Duration::from_secs(20), async || {
        let standing = local.json("eu-just", &["report", "standing"]).remove(0);
        let source = &standing["sources"][0];
        let is_known = source["input"]["source"] == "notifications" && source["knownUntil"].is_string();
        if is_known { Ok(()) } else { Err(standing) }
    })
    .await;
    local.stop();
    assert_eq!(local.fails("eu-just", &["report", "list"]).0, 5);
}

#[tokio::test]
async fn a_report_is_made_saved_checked_offline_published_and_compared() {
    let local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let made = |authority: &str, partner: &str| {
        let generate = ["report", "generate", "--partner", partner, "--wait"];
        let report = local.json(authority, &generate).remove(0);
        assert_eq!(report["state"], "REPORT_STATE_GENERATED", "{report}");
        report["name"].as_str().unwrap().to_owned()
    };
    let name = made("eu-just", "cn-gacc");
    let shown = local.says("eu-just", &["report", "show", &name]);
    assert!(shown.contains("Alerts sent to the partner") && shown.contains("sold online"), "{shown}");
    let chinese = local.says("eu-just", &["report", "show", &name, "--language", "zh"]);
    assert!(chinese.contains("发送给伙伴方的通报") && chinese.contains("无案例"), "{chinese}");

    let places = local.says("eu-just", &["report", "cases", &name]);
    assert!(places.contains("sent/by_category") && places.contains("\"CN\""), "{places}");
    let all = local.json("eu-just", &["report", "cases", &name, "--of", "sent/total"]);
    let of_china = ["report", "cases", &name, "--of", "sent/by_origin", "--row", "CN"];
    assert_eq!(local.json("eu-just", &of_china), all);
    assert!(!all.is_empty() && all.iter().all(|case| case["count"] == "1"), "{all:?}");
    let said = local.says("eu-just", &of_china);
    let (count, alert) = (all.len(), all[0]["name"].as_str().unwrap());
    let of_all = format!("{count} of {count} counted now shown; the report tells {count}");
    assert!(said.contains(alert) && said.contains(&of_all), "{said}");
    let (exit, complaint) = local.fails("eu-just", &["report", "cases", &name, "--of", "total"]);
    assert!(exit == 2 && complaint.contains("--of wants a section and a figure"), "{exit}: {complaint}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    local.says("eu-just", &["report", "download", &name, "--output", path]);
    let keys = local.says("eu-just", &["report", "keys"]);
    assert_eq!(fs::read_to_string(folder.path().join("keys.json")).unwrap().trim_end(), keys.trim_end());
    let files = fs::read_dir(path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: Vec<String> = files.collect();
    assert_eq!(files.len(), 10, "eight documents, the signature, the keys: {files:?}");
    let verified = local.says("eu-just", &["report", "verify", path]);
    assert_eq!(verified.matches("good").count(), 8, "{verified}");
    assert!(verified.contains("not whose it is"), "its own keys prove no more: {verified}");
    let verified = local.json("eu-just", &["report", "verify", path]).remove(0);
    assert!(verified["keyId"].is_string() && verified["keysGiven"] == false, "{verified}");
    // Signature and keys alone prove nothing of any file.
    let bare = tempfile::tempdir().unwrap();
    for name in ["manifest.jws", "keys.json"] {
        fs::copy(folder.path().join(name), bare.path().join(name)).unwrap();
    }
    let (exit, complaint) = local.fails("eu-just", &["report", "verify", bare.path().to_str().unwrap()]);
    assert!(exit == 4 && complaint.contains("nothing is there"), "{exit}: {complaint}");
    let page = folder.path().join(files.iter().find(|file| file.ends_with("-en.html")).unwrap());
    fs::write(&page, fs::read_to_string(&page).unwrap().replace("Alerts", "Alarms")).unwrap();
    let (exit, complaint) = local.fails("eu-just", &["report", "verify", path]);
    assert!(exit == 4 && complaint.contains("-en.html was changed"), "{exit}: {complaint}");
    fs::remove_file(&page).unwrap();
    let verified = local.says("eu-just", &["report", "verify", path]);
    assert!(verified.contains("missing") && verified.matches("good").count() == 7, "{verified}");
    let signature = folder.path().join("manifest.jws");
    let forged = fs::read_to_string(&signature).unwrap().replacen("ey", "eyA", 1);
    fs::write(&signature, forged).unwrap();
    assert_eq!(local.fails("eu-just", &["report", "verify", path]).0, 4);

    let (exit, complaint) = local.fails("eu-just", &["report", "publish", &name, "--to", "cn-gacc"]);
    assert!(exit == 4 && complaint.contains("GENERATED"), "{exit}: {complaint}");
    local.says("eu-just", &["report", "approve", &name]);
    assert!(local.json("cn-gacc", &["report", "list", "--received"]).is_empty());
    local.says("eu-just", &["report", "publish", &name, "--to", "cn-gacc"]);
    let received = local.json("cn-gacc", &["report", "list", "--received"]);
    assert_eq!((received.len(), received[0]["name"].as_str()), (1, Some(name.as_str())));
    let copy = folder.path().join("copy.pdf");
    let download = ["report", "download", &name, "--format", "pdf", "--out", copy.to_str().unwrap()];
    assert!(local.says("cn-gacc", &download).contains("digest verified"), "its reader has it, too");
    assert_eq!(local.fails("ca-hc", &download).0, 3);
    assert_eq!(local.fails("cn-gacc", &of_china).0, 3, "what stands behind a figure is its owner's");
    let told = local.says("cn-gacc", &["feed", "--service", "reporting"]);
    assert!(told.contains("ReportPublished"), "{told}");

    // What the partner did since stands in a second one, and the comparison says so.
    let alert = local.json("cn-gacc", &["inbox"]).remove(0);
    let alert = alert["notification"]["name"].as_str().unwrap();
    local.says("cn-gacc", &["acknowledge", alert]);
    let later = made("eu-just", "cn-gacc");
    let compared = local.says("eu-just", &["report", "compare", &name, &later]);
    assert!(compared.contains("source notifications: events behind"), "{compared}");
    assert!(compared.contains("Acknowledged"), "{compared}");

    let (exit, complaint) = local.fails("eu-just", &["report", "generate"]);
    assert!(exit == 4 && complaint.contains("report.partner: is required"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["report", "generate", "--period", "2027-Q5"]);
    assert!(exit == 2 && complaint.contains("wants 2027-Q2 or 2027; got 2027-Q5"), "{exit}: {complaint}");
    let standing = local.says("cn-gacc", &["report", "standing"]);
    assert!(standing.contains("notifications"), "{standing}");
}

#[tokio::test]
async fn a_schedule_of_reports_is_created_paused_run_and_deleted() {
    let local = Local::up().await;
    let create = [
        "report",
        "schedules",
        "create",
        "0 6 1 * *",
        "--partner",
        "cn-gacc",
        "--zone",
        "Europe/Brussels",
        "--period",
        "previous-quarter",
        "--to",
        "cn-gacc",
        "--approve-automatically",
        "--name",
        "The quarter",
    ];
    let schedule = local.json("eu-just", &create).remove(0);
    let name = schedule["name"].as_str().unwrap();
    assert_eq!(schedule["state"], "SCHEDULE_STATE_ACTIVE");
    let (exit, complaint) =
        local.fails("eu-just", &["report", "schedules", "create", "0 0 30 2 *", "--partner", "cn-gacc"]);
    assert!(exit == 4 && complaint.contains("never does"), "{exit}: {complaint}");

    // The clock of the sandbox goes on by forty days: a first of a month is among them, and its run is about the quarter before.
    local.says("eu-just", &["clock", "advance", "40d"]);
    let run = eventually("it ran", Duration::from_secs(30), async || {
        let mut runs = local.json("eu-just", &["report", "schedules", "runs", name]);
        runs.retain(|run| run["outcome"] == "SCHEDULE_OUTCOME_REPORTED");
        if runs.is_empty() { Err("no run yet") } else { Ok(runs.remove(0)) }
    })
    .await;
    let (from, to) = (&run["period"]["startDate"], &run["period"]["endDate"]);
    let [begins, ends] = [from, to].map(|day| day["month"].as_i64().unwrap());
    assert_eq!((from["day"].as_i64(), ends - begins), (Some(1), 2), "{run}");
    let due = run["intendedTime"].as_str().unwrap();
    let again = local.json("eu-just", &["report", "schedules", "run", name, "--due", due]).remove(0);
    assert_eq!((&again["period"], &again["schedule"]), (&run["period"], &schedule["name"]));
    let (exit, complaint) =
        local.fails("eu-just", &["report", "schedules", "run", name, "--due", "2026-01-01T00:00:00Z"]);
    assert!(exit == 4 && complaint.contains("is due"), "{exit}: {complaint}");

    // It went to the partner by itself, and training has heard of it: what was promised of that quarter is done.
    let promised = format!("quarterly-report.{}-{begins:02}-01", from["year"]);
    let done = eventually("the obligation is fulfilled", Duration::from_secs(60), async || {
        let mut all = local.json("cn-gacc", &["obligations", "eu-cn"]);
        all.retain(|one| one["name"].as_str().is_some_and(|name| name.ends_with(&promised)));
        let one = all.pop().unwrap_or_default();
        let is_done =
            one["state"].as_str().is_some_and(|state| state.starts_with("OBLIGATION_STATE_FULFILLED"));
        if is_done { Ok(one) } else { Err(one) }
    })
    .await;
    assert_eq!(done["fulfilledBy"][0]["report"], run["report"], "{done}");

    let paused = local.says("eu-just", &["report", "schedules", "pause", name]);
    assert!(paused.contains("paused") && paused.contains("The quarter"), "{paused}");
    assert!(local.says("eu-just", &["report", "schedules", "resume", name]).contains("active"));
    assert_eq!(local.json("eu-just", &["report", "schedules", "list"]).len(), 1);
    local.says("eu-just", &["report", "schedules", "delete", name]);
    assert!(local.json("eu-just", &["report", "schedules", "list"]).is_empty());
    let (exit, _) = local.fails("eu-just", &["report", "schedules", "pause", name]);
    assert_eq!(exit, 4);
    assert_eq!(local.fails("cn-gacc", &["report", "schedules", "runs", name]).0, 3);

    let begun = local.says("eu-just", &["report", "rebuild"]);
    let sources = ["notifications", "consignments", "training"];
    assert!(sources.iter().all(|source| begun.contains(&format!("{source}: running"))), "{begun}");
    eventually("what was read is built anew", Duration::from_secs(30), async || {
        let shown = local.says("eu-just", &["report", "standing"]);
        if shown.matches("0 facts changed").count() == 3 { Ok(()) } else { Err(shown) }
    })
    .await;
    let one = local.says("eu-just", &["report", "rebuild", "--source", "training"]);
    assert_eq!(one.lines().count(), 1, "{one}");
    let (exit, complaint) = local.fails("eu-just", &["report", "rebuild", "--source", "laboratories"]);
    assert!(exit == 4 && complaint.contains("laboratories"), "{exit}: {complaint}");
}
