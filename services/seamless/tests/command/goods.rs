//! What is inspected, arrives, is screened and controlled: the tour with goods, and a server that is killed in the middle.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Stdio,
    time::Duration,
};

use seamless_testkit::eventually;
use serde_json::Value;

use crate::local::Local;

/// The decisions that a run wrote; a line that a kill cut short is no decision.
fn decisions(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn written(local: &Local, name: &str, text: &str) -> String {
    let file = local.folder.path().join(name);
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

fn reasons(decision: &Value) -> Vec<&str> {
    let reasons = decision["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
    reasons.iter().map(|reason| reason["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn from_the_alert_to_what_an_inspection_is_worth() {
    let local = Local::up().await;
    assert!(local.says("nl-customs", &["whoami", "--service", "consignments"]).contains("accepted"));
    // The sample is there, and may be loaded again at will.
    let sample = local.data().join("sample");
    let inspections = sample.join("inspections.csv").display().to_string();
    let again = local.json("cn-gacc", &["inspections", "import", &inspections]).remove(0);
    assert_eq!((&again["rows"], &again["unchanged"]), (&6.into(), &6.into()));
    assert_eq!(local.json("cn-gacc", &["inspections", "list"]).len(), 6);
    assert!(local.json("eu-just", &["inspections", "list", "--body", "cn-ciq-shenzhen"]).len() == 2);
    eventually("customs knows the alerts", Duration::from_secs(20), async || {
        let status = local.json("nl-customs", &["screening", "status"]).remove(0);
        (status["alerts"] == "12").then_some(()).ok_or(status)
    })
    .await;

    // Everything is drawn by lot today; one row in the middle is wrong, and costs itself alone.
    let plan = ["plan", "set", "NLRTM", "--capacity", "200", "--random", "0.9", "--arrivals", "148"];
    local.says("nl-customs", &plan);
    let goods = fs::read_to_string(sample.join("consignments.csv")).unwrap();
    let wrong = goods.lines().nth(40).unwrap().replacen("NLRTM,", "CNSHA,", 1);
    let goods = written(&local, "goods.csv", &goods.replace(goods.lines().nth(40).unwrap(), &wrong));
    let out = local.folder.path().join("decisions.jsonl");
    let screen = ["--json", "screen", &goods, "--out", out.to_str().unwrap()];
    let output = local.run("nl-customs", &screen);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{complaint}");
    assert!(complaint.contains("line 41: entry_point: ") && complaint.contains("CNSHA"), "{complaint}");
    let counts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&counts["rows"], &counts["red"], &counts["rejected"]), (&147.into(), &146.into(), &1.into()));
    let decided = decisions(&out);
    assert_eq!(decided.len(), 146);

    // The drum of the alert is red for the alert; the balls that failed, for the inspection; a certificate that nobody
    // issued is doubtful.
    let first: Vec<&Value> = decided[..3].iter().map(|decision| &decision["screening"]).collect();
    for (screening, reason) in first.iter().zip(["ALERT_MATCH", "INSPECTED_FAILED", "CERTIFICATE_DOUBTFUL"]) {
        assert_eq!(screening["lane"], "LANE_RED");
        assert!(reasons(screening).contains(&format!("REASON_KIND_{reason}").as_str()), "{screening}");
    }
    let name = first[0]["name"].as_str().unwrap();
    let shown = local.says("nl-customs", &["screening", "show", name]);
    assert!(shown.contains("probably the product of an alert") && shown.contains("Pomdido"), "{shown}");
    assert!(local.says("nl-customs", &["screening", "replay", name]).contains("the same"));
    assert_eq!(local.fails("cn-gacc", &["screening", "show", name]).0, 3);

    // What was found makes one body's passes not reliable, and the exporting side sees it.
    assert!(local.says("eu-just", &["trust"]).contains("nothing is known yet"));
    assert!(local.says("eu-just", &["models", "list"]).contains("stated and not measured"));
    let controls = sample.join("controls.csv").display().to_string();
    let import = ["controls", "import", &controls, "--decisions", out.to_str().unwrap()];
    let (exit, complaint) = local.fails("nl-customs", &import);
    assert!(exit == 6 && complaint.contains("no decision on 26NL"), "the wrong row: {exit}: {complaint}");
    local.run("nl-customs", &import);
    assert_eq!(local.json("nl-customs", &["controls", "list", "--limit", "500"]).len(), 146, "none twice");
    // What was recorded tells what the screening knew, and which alert was made of it, once there is one.
    let controls = local.json("nl-customs", &["controls", "list", "--limit", "500"]);
    let drum = controls.iter().find(|control| control["screening"] == first[0]["name"]).unwrap();
    let known = &drum["screened"]["matchedNotifications"][0]["notification"];
    let link =
        ["controls", "link", drum["name"].as_str().unwrap(), "--notification", known.as_str().unwrap()];
    let linked = local.says("nl-customs", &link);
    assert!(linked.contains("the screening knew of") && linked.contains("its alert is"), "{linked}");
    let (exit, complaint) = local.fails("nl-customs", &link);
    assert!(exit != 0 && complaint.contains("the alert of this control"), "{exit}: {complaint}");
    let verdicts = |authority: &str| -> HashMap<String, Value> {
        let trust = local.json(authority, &["trust", "--body", "cn-ciq-shenzhen"]).into_iter();
        trust.map(|trust| (trust["name"].as_str().unwrap().to_owned(), trust["verdict"].clone())).collect()
    };
    let trust = "inspectionBodies/cn-ciq-shenzhen/trust/eu-just.toys";
    for authority in ["eu-just", "cn-gacc"] {
        assert_eq!(verdicts(authority)[trust], "VERDICT_NOT_RELIABLE");
    }
    let table = local.says("eu-just", &["trust"]);
    assert!(table.contains("not reliable") && table.contains("a verdict wants 30"), "{table}");
    assert!(local.says("eu-just", &["trust", "changes", trust]).contains("not reliable"));

    // People decide.
    let grant = ["approvals", "grant", "--body", "cn-ciq-shanghai", "--area", "toys", "--check", "0.2"];
    let why = ["--until", "2099-01-01", "--evidence", "audit", "--reason", "pilot"];
    let (exit, complaint) = local.fails("eu-just", &[&grant[..], &why[..]].concat());
    assert!(exit == 4 && complaint.contains("valid_until"), "{exit}: {complaint}");
    models(&local, first[0]["name"].as_str().unwrap()).await;
    let rates = local.says("nl-customs", &["plan", "hit-rates", "NLRTM"]);
    assert!(rates.contains("drawn at random") && rates.contains("Not examined is not unsafe"), "{rates}");
    assert!(
        rates.contains("targeting finds") && rates.contains("(95 %: "),
        "the lift has its interval: {rates}"
    );
    let told = local.says("cn-gacc", &["feed", "--service", "consignments"]);
    assert!(told.contains("ControlChanged") && told.contains("TrustChanged"), "{told}");

    let revoke = ["inspections", "revoke", "cn-ciq-shanghai/SH-2026-0101", "--reason", "issued in error"];
    local.says("cn-gacc", &revoke);
    let shown = local.says("eu-just", &["inspections", "show", "cn-ciq-shanghai/SH-2026-0101"]);
    assert!(shown.contains("revoked") && shown.contains("issued in error"), "{shown}");
}

/// A model is trained of what was found, compared, moved as a file, and let decide; what it counted is told in both languages.
async fn models(local: &Local, screened: &str) {
    let (exit, complaint) = local.fails("nl-customs", &["models", "train"]);
    assert_eq!(exit, 3, "the contact point trains: {complaint}");
    let shown = local.says("nl-customs", &["screening", "show", screened]);
    assert!(shown.contains("% (stated), not measured"), "{shown}");
    // What was found is settled five seconds later.
    let trained = eventually("there are outcomes to learn", Duration::from_secs(30), async || {
        let output = local.run("eu-just", &["models", "train", "--json"]);
        let made = serde_json::from_slice::<Value>(&output.stdout).ok();
        made.filter(|made| made["outcomes"] == "146").ok_or(output)
    })
    .await;
    let name = trained["name"].as_str().unwrap();
    let short = name.trim_start_matches("models/");
    assert_eq!(trained["state"], "MODEL_STATE_SHADOW");
    let shown = local.says("nl-customs", &["models", "show", short]);
    assert!(shown.contains("shadow") && shown.contains("146, "), "{shown}");
    let compared = local.says("nl-customs", &["models", "compare", short]);
    assert!(compared.contains("eu-just.0") && compared.contains("no outcome yet that neither"), "{compared}");

    let file = local.folder.path().join("moved.model").display().to_string();
    let saved = local.says("eu-just", &["models", "export", name, "--output", &file]);
    assert!(saved.contains("digest verified"), "{saved}");
    assert_eq!(local.fails("nl-customs", &["models", "export", name, "--output", &file]).0, 3);
    let imported = local.json("eu-just", &["models", "import", &file]).remove(0);
    assert_eq!((&imported["sha256"], &imported["outcomes"]), (&trained["sha256"], &trained["outcomes"]));
    assert!(local.says("eu-just", &["models", "list"]).contains("retired"), "one in shadow at a time");
    let wrong = written(local, "no.model", "no model");
    let (exit, complaint) = local.fails("eu-just", &["models", "import", &wrong]);
    assert!(exit == 4 && complaint.contains("chunk"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["models", "import", "missing.model"]);
    assert!(exit == 2 && complaint.contains("missing.model"), "{exit}: {complaint}");

    let activated = local.says("eu-just", &["models", "activate", imported["name"].as_str().unwrap()]);
    assert!(activated.contains("deciding") && activated.contains("imported"), "{activated}");
    let file = local.data().join("sample/consignments.csv").display().to_string();
    let again = local.says("nl-customs", &["screen", &file, "--round", "with a model"]);
    let is_counted = |reason: &&Value| reason["kind"] == "REASON_KIND_MODEL";
    let told: Vec<Value> = again
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["screening"].clone())
        .filter(|screening| screening["reasons"].as_array().unwrap().iter().any(|reason| is_counted(&reason)))
        .collect();
    let reason = told[0]["reasons"].as_array().unwrap().iter().find(is_counted).unwrap();
    assert!(reason["explanation"].as_str().unwrap().contains("earlier"), "{reason}");
    assert!(reason["earlierExamined"].is_string() && reason["features"].is_array(), "{reason}");
    let name = told[0]["name"].as_str().unwrap();
    let shown = local.says("nl-customs", &["screening", "show", name, "--language", "zh"]);
    assert!(shown.contains("此前") && shown.contains("风险"), "{shown}");
}

/// Two barcodes that nothing but a blank keeps apart: the goods with either of them are stopped.
#[tokio::test]
async fn goods_are_stopped_by_an_alert_whose_barcodes_stand_side_by_side() {
    let local = Local::up().await;
    let report = "<weeklyReport><notifications><caseNumber>SR/07001/26</caseNumber><reference>F-7001</reference>\
                  <category>Toys</category><product>Rattle</product><barcode>6932173550102 6932173550119</barcode>\
                  <riskType>Choking</riskType><danger>Small parts.</danger><measures>Withdrawal of the product from the \
                  market</measures><notifyingCountry>Netherlands</notifyingCountry><level>Serious risk</level>\
                  </notifications></weeklyReport>";
    let report = written(&local, "report.xml", report);
    local.says("eu-just", &["import", "safety-gate-xml", &report]);
    eventually("customs knows the alert", Duration::from_secs(20), async || {
        let status = local.json("nl-customs", &["screening", "status"]).remove(0);
        (status["alerts"] == "13").then_some(()).ok_or(status)
    })
    .await;
    let goods = "sep=;\r\nentry_point;arrival_time;parcel_id;country_of_origin;commodity_code;description;gtins\r\n\
                 NLRTM;2023-11-14T10:00:00Z;P1;CN;950300;plastic set in a box;6932173550102\r\n\
                 NLRTM;2023-11-14T10:00:00Z;P2;CN;950300;plastic set in a box;\u{202d}693217355011-9\u{202c}\r\n;;;;;;\r\n";
    let goods = written(&local, "side_by_side.csv", goods);
    let decided = local.says("nl-customs", &["screen", &goods]);
    let lanes: Vec<Value> = decided
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["screening"]["lane"].clone())
        .collect();
    assert_eq!(lanes, ["LANE_RED", "LANE_RED"], "{decided}");
}

/// Customs of a side whose alerts nobody follows are told that they know of none.
#[tokio::test]
async fn who_knows_no_alerts_is_warned() {
    let local = Local::up().await;
    let output = local.run("ca-hc", &["screening", "status"]);
    let warned = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && warned.contains("warning: no alerts are known"), "{warned}");
    assert!(warned.contains("no alerts were ever followed"), "{warned}");
    eventually("customs knows the alerts", Duration::from_secs(20), async || {
        let output = local.run("nl-customs", &["screening", "status"]);
        if output.stderr.is_empty() { Ok(()) } else { Err(output) }
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_in_its_own_words() {
    let local = Local::up().await;
    let screen = |name: &str, text: &str| {
        let file = written(&local, name, text);
        local.fails("nl-customs", &["screen", &file])
    };
    let (exit, complaint) = local.fails("nl-customs", &["screen", "missing.csv"]);
    assert!(exit == 2 && complaint.contains("missing.csv"), "{exit}: {complaint}");
    for (name, text, said) in [
        ("empty.csv", "", "an empty file"),
        ("page.csv", "<html><body>Service unavailable</body></html>", "a web page"),
        (
            "header.csv",
            "entry_point,colour,exporter.hat\n",
            "colour: there is no such column\n  exporter.hat: there",
        ),
        (
            "semicolons.csv",
            "sep=;\nentry_point;colour\n",
            "arrival_time: is required\n  the header names: entry_point, colour",
        ),
        (
            "twice.csv",
            "entry_point,arrival_time,hs,commodity_code\n",
            "got hs (column 3) and commodity_code (column 4)",
        ),
        ("picture.csv", "\u{1}PNG\0\0\0\rIHDR", "a binary file"),
        ("array.json", "[{}]", "a JSON array"),
    ] {
        let (exit, complaint) = screen(name, text);
        assert!(exit == 2 && complaint.contains(said), "{exit}: {complaint}");
    }
    // With a byte order mark and the line ends of other systems; and rows that the service refuses.
    let arrival = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    let header = "\u{feff}entry_point,arrival_time,container,parcel_id\r\n";
    let rows = format!(
        "{header}NLRTM,{arrival},CSQU3054383,P1\r\nNLRTM,{arrival},CSQU3054384,P2\r\nCNSHA,{arrival},,P3\r\n"
    );
    let file = written(&local, "goods.csv", &rows);
    let output = local.run("nl-customs", &["screen", &file]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{complaint}");
    let decided = String::from_utf8(output.stdout).unwrap();
    assert_eq!(decided.lines().count(), 2, "{decided}");
    let [first, second] = [0, 1].map(|line| decided.lines().nth(line).unwrap());
    assert!(first.contains(r#""goods":"P1""#) && !first.contains("unread"), "{first}");
    assert!(second.contains(r#""goods":"P2""#), "{second}");
    assert!(
        second.contains(r#""unread":[{"field":"consignment.containers[0]""#),
        "decided without it: {second}"
    );
    assert!(complaint.contains("line 4: entry_point: "), "{complaint}");
    let rejected = fs::read_to_string(local.folder.path().join("goods.csv.rej.jsonl")).unwrap();
    assert_eq!(rejected.lines().count(), 1);
    // To whom an entry point does not belong, it is refused.
    let output = local.run("cn-gacc", &["screen", &file]);
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test]
async fn decisions_outlive_a_server_that_is_killed_in_the_middle_and_none_is_made_twice() {
    const ROWS: usize = 20_000;
    let mut local = Local::up().await;
    let name = |line: &Value| line["screening"]["name"].as_str().unwrap().to_owned();
    let mut rows = "entry_point,arrival_time,parcel_id,commodity_code,description\n".to_owned();
    // As many are expected as come: none goes to a later day.
    let plan = ["plan", "set", "NLRTM", "--capacity", "40", "--arrivals", &ROWS.to_string()];
    let plan = local.json("nl-customs", &plan).remove(0);
    let day = plan["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    for number in 0..ROWS {
        writeln!(rows, "NLRTM,{day}T10:00:00Z,P{number},950300,toy blocks").unwrap();
    }
    let file = written(&local, "parcels.csv", &rows);
    let out = |run: &str| local.folder.path().join(format!("{run}.jsonl"));
    let (first, second, third) = (out("first"), out("second"), out("third"));

    // One client gives up at once, the other waits until the server is there again.
    let mut told: Vec<Value> = Vec::new();
    for (out, patience) in [(&first, "0s"), (&second, "60s")] {
        let mut client = local.command();
        client.args(["--as", "nl-customs", "screen", &file, "--patience", patience, "--out"]).arg(out);
        let mut client = client.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let before = told.len();
        eventually("some goods are decided", Duration::from_secs(120), async || {
            let decided = decisions(out).len();
            (decided > before + 1_000).then_some(()).ok_or(decided)
        })
        .await;
        local.kill();
        if patience == "0s" {
            assert_eq!(client.wait().unwrap().code(), Some(5), "the service is out of reach");
        }
        local.start().await;
        assert_eq!(client.wait().unwrap().success(), patience != "0s");
        told = decisions(out);
    }
    let (cut, whole) = (decisions(&first), decisions(&second));
    assert!(cut.len() < ROWS, "the server was killed in the middle");
    assert_eq!(whole.len(), ROWS);
    let names: HashSet<String> = whole.iter().map(name).collect();
    assert_eq!(names.len(), ROWS, "each has a decision of its own");

    let again = ["--json", "screen", &file, "--out", third.to_str().unwrap()];
    let counts: Value = serde_json::from_str(&local.says("nl-customs", &again)).unwrap();
    assert_eq!(counts["decidedBefore"], ROWS);
    let last = decisions(&third);
    for earlier in [&cut, &whole] {
        for (before, now) in earlier.iter().zip(&last) {
            assert_eq!(before["screening"], now["screening"], "the first answer stands");
        }
    }
    let plan = local.json("nl-customs", &["plan", "show", "NLRTM", "--day", &day]).remove(0);
    assert_eq!(plan["arrivals"], ROWS.to_string(), "each arrived once");
}
