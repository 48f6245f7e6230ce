//! The command as people use it: the README's tour, and a server that is killed in the middle.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that does not go on fails its test")]

mod bulletins;
mod declarations;
mod feedback;
mod goods;
mod local;
mod names;
mod needs;
mod reports;
mod restored;
mod sandbox;
mod stats;
mod training;
mod transmit;

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use local::Local;
use seamless_calendar::{Clock, SystemClock};
use seamless_testkit::eventually;

/// The deadline of an online alert: a question stops its clock, the answer starts it again, and time breaks it.
#[tokio::test]
async fn a_question_stops_the_clock_and_time_breaks_the_deadline() {
    let local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let inbox = local.json("cn-gacc", &["inbox"]);
    let name = inbox[0]["notification"]["name"].as_str().unwrap();
    let state = || local.json("cn-gacc", &["clocks", name])[0]["state"].as_str().unwrap().to_owned();
    assert_eq!(state(), "CLOCK_STATE_RUNNING");
    let explained = local.says("cn-gacc", &["clocks", name]);
    assert!(explained.contains("21 calendar days") && explained.contains("[Asia/Shanghai]"), "{explained}");

    let ask = ["flag", "raise", name, "--kind", "more-information", "--field", "product.batch_numbers"];
    let asked =
        local.json("cn-gacc", &[&ask[..], &["--en", "Which batches?", "--zh", "哪些批次？"]].concat());
    let question = asked[0]["name"].as_str().unwrap();
    assert_eq!(state(), "CLOCK_STATE_PAUSED");
    local.says("eu-just", &["clock", "advance", "30d"]);
    assert_eq!(state(), "CLOCK_STATE_PAUSED", "as long as the question is open, no deadline passes");
    local.says("eu-just", &["flag", "answer", question, "--en", "All of 2026."]);
    assert_eq!(state(), "CLOCK_STATE_RUNNING");
    assert!(local.says("cn-gacc", &["clocks", name]).contains("paused"));
    local.says("eu-just", &["clock", "advance", "25d"]);
    eventually("the breach is established", Duration::from_secs(20), async || {
        let late = local.json("eu-just", &["clocks", "--overdue", "--others"]);
        let found = late.iter().any(|clock| clock["name"].as_str().unwrap().starts_with(name));
        if found { Ok(()) } else { Err(late.len()) }
    })
    .await;
    // A sandbox has one clock: goods are decided on 55 days later, too.
    let then = || -> jiff::Timestamp {
        let status = local.json("nl-customs", &["screening", "status"]).remove(0);
        status["alertsKnownUntil"].as_str().unwrap().parse().unwrap()
    };
    let now = SystemClock.now();
    eventually("the other service goes by the same clock", Duration::from_secs(20), async || {
        let hours = then().duration_since(now).as_hours();
        if (54 * 24..56 * 24).contains(&hours) { Ok(()) } else { Err(hours) }
    })
    .await;
    let moves = local.says("ca-hc", &["feed", "--type", "SandboxClockAdvanced"]);
    assert_eq!(moves.lines().count(), 2, "everybody is told, of each move: {moves}");
    let (exit, complaint) = local.fails("ca-hc", &["feed", "--type", "ClockAdvanced"]);
    assert!(exit != 0 && complaint.contains("SandboxClockAdvanced"), "{exit}: {complaint}");
    let told = local.says("cn-gacc", &["feed"]);
    for event in ["ClockPaused", "ClockResumed", "ClockWarned", "ClockBreached"] {
        assert!(told.contains(event), "{event} is not in {told}");
    }
    let (exit, complaint) = local.fails("cn-gacc", &["flag", "answer", question, "--en", "again"]);
    assert!(exit == 3 || exit == 4, "{exit}: {complaint}");
}

/// As in `seamless completions bash | true`.
#[test]
fn who_stops_listening_hears_no_complaint() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_seamless"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn the_tour_of_the_readme_works() {
    let local = Local::up().await;
    assert!(local.says("cn-gacc", &["whoami"]).contains("accepted by the service"));
    assert_eq!(local.json("eu-just", &["list"]).len(), 12);
    let kettle = local.json("eu-just", &["search", "水壶", "--origin", "CN"]).remove(0);
    assert_eq!(kettle["notification"]["general"]["sourceReference"], "S-001");
    assert!(
        local
            .says("eu-just", &["search", "kettle"])
            .contains("product.product_name.versions.text: Electric kettle")
    );
    let pasted = "Electric kettle, 1.5 l, stainless steel, with a filter, a thermometer and a lamp, as sold by many shops";
    assert!(local.says("eu-just", &["search", pasted]).contains("Electric kettle"));
    let like_it = kettle["notification"]["name"].as_str().unwrap();
    // A draft on the same kettle is submitted only with an answer.
    let first = include_str!("../../sample/alerts.jsonl").lines().next().unwrap().replace("S-001", "S-900");
    let draft = local.folder.path().join("draft.jsonl");
    std::fs::write(&draft, first).unwrap();
    local.says("eu-just", &["import", "jsonl", draft.to_str().unwrap(), "--draft"]);
    let drafts = local.json("eu-just", &["list", "--state", "draft"]);
    let draft = drafts[0]["name"].as_str().unwrap();
    let similar = local.json("eu-just", &["similar", draft]).remove(0);
    assert_eq!(similar["candidates"][0]["notification"]["name"], like_it);
    let (exit, complaint) = local.fails("eu-just", &["submit", draft]);
    assert!(exit == 4 && complaint.contains(like_it), "{exit}: {complaint}");
    assert!(local.says("eu-just", &["submit", draft, "--different", like_it]).contains("is submitted"));
    let (exit, complaint) = local.fails("eu-just", &["search", "!"]);
    assert!(exit == 4 && complaint.contains("query: is required"), "{exit}: {complaint}");
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let inbox = local.json("cn-gacc", &["inbox"]);
    assert!(!inbox.is_empty() && inbox[0]["notification"]["online"]["soldOnline"] == true);
    assert!(local.json("ca-hc", &["inbox"]).is_empty());
    let name = inbox[0]["notification"]["name"].as_str().unwrap();

    let (ours, theirs) = (local.json("eu-just", &["show", name]), local.json("cn-gacc", &["show", name]));
    assert!(ours[0].get("internalNote").is_some(), "the first of the sample has an internal note");
    assert!(theirs[0].get("internalNote").is_none());

    local.says("cn-gacc", &["acknowledge", name]);
    local.says("cn-gacc", &["follow-up", "start", name, "--note", "assigned"]);
    local.says(
        "cn-gacc",
        &["follow-up", "traced", name, "--manufacturer", "Ningbo Example", "--country", "CN"],
    );
    local.says("cn-gacc", &["follow-up", "measure", name, "--action", "corrective-action-at-factory"]);
    local.says("cn-gacc", &["follow-up", "close", name]);
    let back = local.json("eu-just", &["show", name]);
    assert_eq!(back.last().unwrap()["state"], "FOLLOW_UP_STATE_CLOSED");
    assert!(local.says("eu-just", &["feed", "--limit", "5"]).lines().count() == 5);

    // What goes wrong says what and why, with an exit code that means something.
    let (exit, complaint) = local.fails("cn-gacc", &["follow-up", "close", name]);
    assert!(exit == 4 && complaint.contains("CLOSED"), "{exit}: {complaint}");
    assert_eq!(local.fails("ca-hc", &["show", name]).0, 3);
    let (exit, complaint) = local.fails("xx-none", &["inbox"]);
    assert!(exit == 2 && complaint.contains("xx-none.token"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["import", "jsonl", "missing.jsonl"]);
    assert!(exit == 2 && complaint.contains("missing.jsonl"), "{exit}: {complaint}");
    assert!(local.says("eu-just", &["completions", "bash"]).contains("follow-up"));
}

#[tokio::test]
async fn a_case_is_proven_without_the_service() {
    let mut local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let inbox = local.json("cn-gacc", &["inbox"]);
    let name = inbox[0]["notification"]["name"].as_str().unwrap();
    local.says("cn-gacc", &["feed", "--acknowledge"]);
    local.says("cn-gacc", &["show", name]);
    local.says(
        "cn-gacc",
        &["report-unreadable", name, "--reason", "missing-attachment", "--note", "picture 2"],
    );
    local.says("cn-gacc", &["acknowledge", name]);
    let ledger = eventually("every entry has its receipt", Duration::from_secs(20), async || {
        let ledger = local.json("eu-just", &["evidence", name, "--recipient", "cn-gacc"]);
        (ledger.len() == 5 && ledger.iter().all(|entry| entry.get("receipt").is_some())).then_some(ledger)
    })
    .await;
    let kinds: Vec<&str> = ledger.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    for kind in ["SENT", "DELIVERED", "UNREADABLE", "OPENED", "ACKNOWLEDGED"] {
        assert!(kinds.contains(&format!("EVIDENCE_KIND_{kind}").as_str()), "{kind} is not among {kinds:?}");
    }
    assert!(local.says("cn-gacc", &["evidence", name]).contains("unreadable: missing attachment picture 2"));

    // GACC's feed is complete; a copy that lacks an event is not, and is told where.
    assert!(local.says("cn-gacc", &["feed", "--verify"]).contains("complete"));
    let copy = local.says("cn-gacc", &["--json", "feed"]);
    let folder = local.folder.path().to_owned();
    let file = |name: &str, content: &str| -> String {
        let file = folder.join(name);
        std::fs::write(&file, content).unwrap();
        file.display().to_string()
    };
    let whole = file("whole.jsonl", &copy);
    assert!(local.says("cn-gacc", &["feed", "--verify", "--copy", &whole]).contains("complete"));
    let lines: Vec<&str> = copy.lines().collect();
    let position = |line: &str| -> String {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["position"].as_str().unwrap().to_owned()
    };
    let gap = file("gap.jsonl", &[&lines[..2], &lines[3..]].concat().join("\n"));
    let (exit, complaint) = local.fails("cn-gacc", &["feed", "--verify", "--copy", &gap]);
    let (missing, next) = (position(lines[2]), position(lines[3]));
    assert_eq!(exit, 4);
    assert!(complaint.contains(&format!("position {next} follows {missing}")), "{complaint}");
    let id =
        serde_json::from_str::<serde_json::Value>(lines[2]).unwrap()["eventId"].as_str().unwrap().to_owned();
    let other = file("other.jsonl", &copy.replace(&id, "00000000-0000-7000-8000-000000000000"));
    let (_, complaint) = local.fails("cn-gacc", &["feed", "--verify", "--copy", &other]);
    assert!(complaint.contains(&format!("broken: position {missing}:")), "{complaint}");

    // The file of the case and the public keys are enough, for ever.
    let case = folder.join("case.jsonl").display().to_string();
    assert!(local.says("cn-gacc", &["evidence", name, "--export", &case]).contains("complete"));
    let keys = file("keys.json", &local.says("cn-gacc", &["receipt-keys"]));
    local.kill();
    let exported = std::fs::read_to_string(&case).unwrap();
    let verify = |file: &str| {
        let output = local.command().args(["verify-receipt", file, "--keys", &keys]).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    };
    let (exit, said) = verify(&case);
    assert_eq!((exit, said.matches("good").count()), (0, 6), "five entries and the manifest: {said}");
    let receipt = ledger[0]["receipt"].as_str().unwrap();
    assert_eq!(verify(&file("receipt", receipt)).0, 0);
    let last = if receipt.ends_with('A') { "Q" } else { "A" };
    let (exit, said) = verify(&file("changed", &[&receipt[..receipt.len() - 1], last].concat()));
    assert!(exit == 4 && said.contains("receipt"), "{exit}: {said}");
    let (exit, said) = verify(&file("case-changed.jsonl", &exported.replace("picture 2", "picture 3")));
    assert!(exit == 4 && said.contains("has not the digest"), "{exit}: {said}");
    let first = exported.split_once('\n').unwrap();
    let (exit, said) = verify(&file("case-without-head.jsonl", first.1));
    assert!(
        exit == 4 && said.contains("line 1: item 1 is missing before the notification"),
        "{exit}: {said}"
    );
}

/// Our own format, with rows that are fine, that the reader refuses and that the service refuses.
fn alerts(folder: &Path, count: usize, broken: bool) -> PathBuf {
    let mut text = String::new();
    for number in 0..count {
        writeln!(
            text,
            r#"{{"general":{{"source":"story","sourceReference":"{number}","type":"NOTIFICATION_TYPE_OTHER_RISK","notifyingCountry":"DE"}},"product":{{"productName":"toy drum","category":"PRODUCT_CATEGORY_TOYS"}},"traceability":{{"countryOfOrigin":"CN"}},"risk":{{"types":["RISK_TYPE_CHOKING"]}},"measures":[{{"action":"MEASURE_ACTION_DESTRUCTION"}}]}}"#
        )
        .unwrap();
    }
    if broken {
        text.push_str("[1, 2]\n{\"general\": {\"source\": \"story\", \"sourceReference\": \"x\"}, \"product\": {\"gtins\": [\"12\"]}}\n");
    }
    let file = folder.join("alerts.jsonl");
    std::fs::write(&file, text).unwrap();
    file
}

#[tokio::test]
async fn an_import_accounts_for_each_row_and_keeps_what_it_rejects() {
    let local = Local::up().await;
    let file = alerts(local.folder.path(), 40, true);
    let output = local.run("eu-just", &["--json", "import", "jsonl", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(6));
    let counts: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&counts["rows"], &counts["created"], &counts["rejected"]),
        (&42.into(), &40.into(), &2.into())
    );
    let rejected = std::fs::read_to_string(local.folder.path().join("alerts.jsonl.rej.jsonl")).unwrap();
    assert_eq!(rejected.lines().count(), 2);
    assert!(rejected.lines().nth(1).unwrap().contains("product.gtins[0]"), "{rejected}");
    let again = local.run("eu-just", &["--json", "import", "jsonl", file.to_str().unwrap()]);
    let counts: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((&counts["created"], &counts["unchanged"]), (&0.into(), &40.into()));
}

#[tokio::test]
async fn a_follower_misses_nothing_while_the_server_is_killed_again_and_again() {
    const ALERTS: usize = 300;
    let mut local = Local::up().await;
    let mut follower = local.command();
    follower.args(["--as", "cn-gacc", "--json", "feed", "--follow"]).stdout(Stdio::piped());
    let mut follower = follower.spawn().unwrap();
    let lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let (sender, events) = std::sync::mpsc::channel::<serde_json::Value>();
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                return;
            }
        }
    });

    let file = alerts(local.folder.path(), ALERTS, false);
    let mut followed = Vec::new();
    for _ in 0..3 {
        // A writer that is cut off in the middle: what it was told is done stays done, the rest is done later.
        let mut importer = local.command();
        importer.args(["--as", "eu-just", "import", "jsonl", file.to_str().unwrap(), "--patience", "0s"]);
        importer.stdout(Stdio::null()).stderr(Stdio::null());
        let mut importer = importer.spawn().unwrap();
        let mut sender = local.command();
        sender.args(["--as", "eu-just", "transmit", "--to", "cn-gacc", "--origin", "CN"]);
        sender.stdout(Stdio::null()).stderr(Stdio::null());
        let mut sender = sender.spawn().unwrap();
        followed.extend(events.recv_timeout(Duration::from_millis(700)));
        local.kill();
        importer.wait().unwrap();
        sender.wait().unwrap();
        local.start().await;
    }
    local.says("eu-just", &["import", "jsonl", file.to_str().unwrap()]);
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);

    let all = local.json("cn-gacc", &["feed"]);
    let transmitted: Vec<_> = all
        .iter()
        .filter(|event| event["type"].as_str().unwrap().ends_with("NotificationTransmitted"))
        .collect();
    let sample = 6;
    assert_eq!(transmitted.len(), ALERTS + sample, "each alert was transmitted, and none twice");
    eventually("the follower has everything", Duration::from_secs(60), async || {
        followed.extend(events.try_iter());
        followed.last().map(|event: &serde_json::Value| event["position"].clone())
            == all.last().map(|last| last["position"].clone())
    })
    .await;
    follower.kill().unwrap();
    follower.wait().unwrap();
    let positions = |events: &[serde_json::Value]| {
        events.iter().map(|event| event["position"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(positions(&followed), positions(&all), "nothing is missing, and nothing came twice");
    for pair in followed.windows(2) {
        assert_eq!(pair[1]["previousPosition"], pair[0]["position"]);
    }
}

/// An import outlives the server: it waits, connects again, sends what was not answered, and each alert is there once.
#[tokio::test]
async fn an_import_goes_on_by_itself_after_the_server_was_killed_under_it() {
    const ALERTS: usize = 3_000;
    let mut local = Local::up().await;
    let before = local.json("eu-just", &["list", "--limit", "9999"]).len();
    let file = alerts(local.folder.path(), ALERTS, true);
    let mut importer = local.command();
    importer.args([
        "--json",
        "--as",
        "eu-just",
        "import",
        "jsonl",
        file.to_str().unwrap(),
        "--patience",
        "120s",
    ]);
    let mut importer = importer.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    eventually("some alerts are imported", Duration::from_secs(120), async || {
        local.json("eu-just", &["list", "--limit", "100"]).len() > before
    })
    .await;
    local.kill();
    assert!(importer.try_wait().unwrap().is_none(), "it was in the middle of the file");
    local.start().await;

    let output = importer.wait_with_output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{complaint}");
    assert!(complaint.contains("trying again for 120s"), "{complaint}");
    let counts: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |fate: &str| counts[fate].as_u64().unwrap();
    assert_eq!(
        (number("rows"), number("rejected")),
        (ALERTS as u64 + 2, 2),
        "each row has met its fate: {counts}"
    );
    assert_eq!(number("created") + number("unchanged"), ALERTS as u64, "{counts}");
    let after = local.json("eu-just", &["list", "--limit", "9999"]).len();
    assert_eq!(after, before + ALERTS, "each alert is there, and none twice");
}

#[tokio::test]
async fn both_sides_flag_converse_and_follow_an_offer() {
    let local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let inbox = local.json("cn-gacc", &["inbox"]);
    let name = inbox[0]["notification"]["name"].as_str().unwrap();

    let kind = ["--kind", "more-information", "--field", "product.batchNumbers"];
    let (exit, complaint) =
        local.fails("cn-gacc", &[&["flag", "raise", name, "--en", "batch?"], &kind[..]].concat());
    assert!(exit == 4 && complaint.contains("requested_fields[0]"), "{exit}: {complaint}");
    let kind = ["--kind", "more-information", "--field", "product.batch_numbers"];
    let raise = [&["flag", "raise", name, "--en", "which batch", "--zh", "哪一批"], &kind[..]].concat();
    let flag = local.json("cn-gacc", &raise).remove(0);
    let flag = flag["name"].as_str().unwrap();
    assert!(local.says("eu-just", &["flag", "list", "--theirs", "--unread"]).contains("more information"));
    assert!(local.says("eu-just", &["message", "list", flag]).contains("[zh] 哪一批"));
    local.says("eu-just", &["flag", "answer", flag, "--en", "lot 7", "--mention", "product.batch_numbers"]);
    assert!(local.says("cn-gacc", &["inbox"]).contains("1 unread"));
    local.says("cn-gacc", &["message", "read", flag]);
    assert!(local.says("cn-gacc", &["flag", "resolve", flag]).contains("resolved; 2 messages, 0 unread"));
    assert_eq!(local.fails("eu-just", &["flag", "answer", flag, "--en", "lot 8"]).0, 4);

    let started =
        local.json("eu-just", &["message", "send", name, "--to", "cn-gacc", "--en", "shall we meet"]);
    let discussion = started[0]["name"].as_str().unwrap();
    assert!(
        local.says("cn-gacc", &["message", "send", discussion, "--en", "on Monday"]).contains("/messages/2")
    );
    let url = "https://market.example.invalid/found";
    let found = local.json("cn-gacc", &["listing", "report", name, "--url", url]).remove(0);
    let listing = found["name"].as_str().unwrap();
    assert!(local.says("eu-just", &["listing", "list", name, "--status", "live"]).contains(url));
    let check = ["listing", "check", listing, "--found", "taken-down", "--note", "page is gone"];
    assert!(local.says("eu-just", &check).contains("is taken down"));
    assert_eq!(local.fails("ca-hc", &["listing", "list", name]).0, 3);
}

#[tokio::test]
async fn a_file_is_attached_and_fetched_although_the_server_is_killed() {
    let mut local = Local::up().await;
    let name = local.json("eu-just", &["list", "--origin", "CN"])[0]["name"].as_str().unwrap().to_owned();
    local.says("eu-just", &["transmit", "--to", "cn-gacc", &name]);
    let content: Vec<u8> =
        b"%PDF-1.7\n".iter().copied().chain((0..40_000_000u32).map(|n| (n >> 7) as u8)).collect();
    let file = local.folder.path().join("report.pdf");
    std::fs::write(&file, &content).unwrap();
    let mut attach = local.command();
    attach.args(["--as", "eu-just", "attach", &name, file.to_str().unwrap(), "--description", "test report"]);
    let mut attach = attach.stdout(Stdio::null()).spawn().unwrap();
    eventually("a part of the file is committed", Duration::from_secs(60), async || {
        let uploads = local.data().join("files/uploads");
        let parts = std::fs::read_dir(uploads).into_iter().flatten().flatten();
        let parts = parts.filter_map(|upload| std::fs::read_dir(upload.path().join("parts")).ok());
        parts.map(Iterator::count).sum::<usize>() > 1
    })
    .await;
    local.kill();
    local.start().await;
    assert!(attach.wait().unwrap().success(), "the upload goes on by itself");

    let listed = local.json("cn-gacc", &["attachments", &name]);
    assert_eq!((listed.len(), &listed[0]["state"]), (1, &"ATTACHMENT_STATE_STORED".into()));
    let attachment = listed[0]["name"].as_str().unwrap();
    let fetched = local.folder.path().join("fetched.pdf");
    let said = local.says("cn-gacc", &["download", attachment, "--output", fetched.to_str().unwrap()]);
    assert!(said.contains("digest verified"), "{said}");
    assert!(std::fs::read(&fetched).unwrap() == content, "byte for byte");
    local.says("cn-gacc", &["download", attachment, "--range", "5-1000", "-o", fetched.to_str().unwrap()]);
    assert_eq!(std::fs::read(&fetched).unwrap(), content[5..1000]);
    let (exit, complaint) = local.fails("cn-gacc", &["download", attachment]);
    assert!(exit == 2 && complaint.contains("report.pdf exists"), "{exit}: {complaint}");
    let text = local.folder.path().join("page.pdf");
    std::fs::write(&text, "<html></html>").unwrap();
    let (exit, complaint) = local.fails("cn-gacc", &["attach", &name, text.to_str().unwrap()]);
    assert!(exit == 4 && complaint.contains("announced.media_type"), "{exit}: {complaint}");
}

/// Keys, tokens and databases are their owner's alone, those that an earlier version left open as well.
#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_data_folder() {
    use std::{fs, os::unix::fs::PermissionsExt};

    fn open_to_others(folder: &Path, found: &mut Vec<String>, seen: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            if mode & 0o077 != 0 {
                found.push(format!("{} {mode:o}", path.display()));
            }
            if entry.file_type().unwrap().is_dir() {
                open_to_others(&path, found, seen);
            }
        }
    }

    let mut local = Local::up().await;
    local.says("eu-just", &["list"]);
    let (mut found, mut seen) = (Vec::new(), Vec::new());
    open_to_others(&local.data(), &mut found, &mut seen);
    assert!(found.is_empty(), "{found:?}");
    for file in
        ["notifications.db", "notifications.db-wal", "consignments.db-shm", "jwt.key", "eu-just.token"]
    {
        assert!(seen.iter().any(|name| name == file), "{file} is not among {seen:?}");
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&local.data()), 0o700);

    local.kill();
    for (path, open) in [(local.data(), 0o755), (local.data().join("notifications.db"), 0o644)] {
        fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
    }
    local.start().await;
    assert_eq!((mode(&local.data()), mode(&local.data().join("notifications.db"))), (0o700, 0o600));
}
