//! Declarations as customs gets them: a watched folder, and the work list that comes of it.

use std::{fmt::Write as _, fs, path::Path, process::Stdio, time::Duration};

use seamless_testkit::eventually;
use serde_json::Value;

use crate::local::Local;

fn declaration(items: &[(&str, &str)], arrival: &str) -> String {
    let mut text = format!(
        "<H1><LRN>L-1</LRN><GoodsShipment><dateAndTimeOfArrival>{arrival}</dateAndTimeOfArrival>\
         <Exporter><name>=Pomdido</name></Exporter>"
    );
    for (parcel, mass) in items {
        write!(
            text,
            "<GovernmentAgencyGoodsItem><parcelIdentificationNumber>{parcel}</parcelIdentificationNumber><Commodity>\
             <descriptionOfGoods>plastic set</descriptionOfGoods><CommodityCode><harmonizedSystemSubHeadingCode>950300\
             </harmonizedSystemSubHeadingCode></CommodityCode><GoodsMeasure><grossMass>{mass}</grossMass></GoodsMeasure>\
             </Commodity></GovernmentAgencyGoodsItem>"
        )
        .unwrap();
    }
    text.push_str("</GoodsShipment></H1>");
    text
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_watched_folder_screens_each_declaration_once_and_officers_get_their_work_list() {
    let local = Local::up().await;
    let plan = local.json("nl-customs", &["plan", "show", "NLRTM"]).remove(0);
    let day = plan["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let plan = ["plan", "set", "NLRTM", "--capacity", "200", "--random", "0.9", "--arrivals", "148"];
    local.says("nl-customs", &plan);
    let folder = local.folder.path().join("in");
    fs::create_dir(&folder).unwrap();
    let put = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    let watch = |more: &[&str]| {
        let path = folder.to_str().unwrap();
        let common = ["--json", "screen", path, "--watch", "--once", "--settled", "0s", "--declarations"];
        local.run("nl-customs", &[&common[..], &["--entry-point", "NLRTM"], more].concat())
    };
    let arrival = format!("{day}T10:00:00Z");
    let good = declaration(&[("P1", "2"), ("P2", "heavy"), ("P3", "3")], &arrival);
    // Nobody knows when these arrive.
    put("timeless.xml", &declaration(&[("P4", "2")], "soon"));
    put("good.xml", &good);
    put("laughs.xml", "<!DOCTYPE l [<!ENTITY a \"ha\">]><H1>&a;</H1>");
    put("half.xml.part", "<H1>");
    let output = watch(&[]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    assert!(complaint.contains("document type declaration is refused"), "{complaint}");
    let told = output.stdout.split(|byte| *byte == b'\n');
    let told: Vec<Value> = told.filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let counts = |at: usize| {
        let counts = &told[at]["counts"];
        ["rows", "unread", "rejected"].map(|count| counts[count].as_u64().unwrap())
    };
    assert_eq!((&told[0]["file"], counts(0)), (&"good.xml".into(), [3, 1, 0]));
    assert_eq!((&told[1]["file"], counts(1)), (&"timeless.xml".into(), [1, 0, 1]));
    assert_eq!(names(&folder), ["done", "half.xml.part", "refused", "results"]);
    assert_eq!(names(&folder.join("done")), ["good.xml", "timeless.xml"]);
    let refused = names(&folder.join("refused"));
    assert_eq!((refused.len(), refused[0].as_str()), (2, "laughs.xml"), "{refused:?}");
    let reason = fs::read_to_string(folder.join("refused").join(&refused[1])).unwrap();
    assert!(refused[1].ends_with(".reason.txt") && reason.contains("could define entities"), "{reason}");
    let results = names(&folder.join("results"));
    assert_eq!(results.len(), 3, "{results:?}");
    let read = |name: &str| fs::read_to_string(folder.join("results").join(name)).unwrap();
    let decided: Vec<Value> =
        read(&results[0]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let screening = |at: usize| decided[at]["screening"]["name"].as_str().unwrap().to_owned();
    assert_eq!((decided.len(), &decided[2]["goods"]), (3, &"P3".into()));
    assert_eq!(decided[2]["place"], "/H1/GoodsShipment/GovernmentAgencyGoodsItem[3]");
    // Goods at the border get a decision, without what cannot be read of them.
    let left_out = &decided[1]["leftOut"];
    assert_eq!((left_out[0]["field"].as_str(), decided[0].get("leftOut")), (Some("gross_mass_kg"), None));
    assert!(left_out[0]["description"].as_str().unwrap().contains("heavy"), "{left_out}");
    // Only of those nobody knows when they arrive.
    assert!(
        results[1].starts_with("timeless.xml.") || results[2].starts_with("timeless.xml."),
        "{results:?}"
    );
    let rejected =
        results.iter().find(|name| name.ends_with(".rejected.jsonl")).map(|name| read(name)).unwrap();
    assert!(
        rejected.contains("GovernmentAgencyGoodsItem") && rejected.contains("arrival_time"),
        "{rejected}"
    );

    // As after a kill between the decisions and putting the file aside: the same answers under the same names.
    fs::rename(folder.join("done/good.xml"), folder.join("good.xml")).unwrap();
    let output = watch(&["--results", "csv"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["counts"]["decidedBefore"], 3);
    let table = names(&folder.join("results")).into_iter().find(|name| name.ends_with(".csv")).unwrap();
    let table = read(&table);
    assert!(
        table.starts_with("place,goods,lane,")
            && table.contains("gross_mass_kg: ")
            && table.contains(&screening(0))
            && table.contains(&screening(1)),
        "{table}"
    );

    // Two items of one parcel, sent under a number of the parcel alone.
    let items = format!(
        "entry_point,arrival_time,parcel_id,item,commodity_code,description\n\
         NLRTM,{day}T10:00:00Z,P9,1,950300,plastic set\nNLRTM,{day}T10:00:00Z,P9,2,950300,plastic set\n"
    );
    let file = local.folder.path().join("items.csv");
    fs::write(&file, items).unwrap();
    local.says("nl-customs", &["screen", file.to_str().unwrap()]);

    // What officers do, and why.
    let list = |name: &str, lanes: &[&str]| {
        let out = local.folder.path().join(name);
        let work = ["screening", "work-list", "NLRTM", "--day", &day, "--out", out.to_str().unwrap()];
        local.says("nl-customs", &[&work[..], lanes].concat());
        fs::read(out).unwrap()
    };
    let all = ["--lane", "red", "--lane", "yellow", "--lane", "green", "--lane", "blue"];
    let table = String::from_utf8(list("work.csv", &all)).unwrap();
    let mut rows = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let columns = rows.headers().unwrap().clone();
    let place = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> =
        rows.records().map(Result::unwrap).filter(|row| row[place("goods")].starts_with('P')).collect();
    let mut known: Vec<&str> = rows.iter().map(|row| &row[place("goods")]).collect();
    known.sort_unstable();
    assert_eq!(known, ["P1", "P2", "P3", "P9/1", "P9/2"], "each item has a row: {table}");
    for row in &rows {
        assert!(!row[place("why")].is_empty(), "each says why: {row:?}");
        let exporter = if row[place("goods")].starts_with("P9") { "" } else { "'=Pomdido" };
        assert_eq!(&row[place("exporter")], exporter, "no cell is a formula");
        assert_eq!(&row[place("plan")], day.as_str());
        assert_eq!(&row[place("arrival_time_utc")], format!("{day} 10:00"));
        assert!(
            row[place("unsafe_probability")].parse::<f64>().is_ok_and(|share| (0.0..=1.0).contains(&share))
        );
    }
    let lane = |row: &csv::StringRecord| {
        ["red", "yellow", "blue", "green"].iter().position(|lane| *lane == &row[place("lane")])
    };
    assert!(rows.iter().map(lane).is_sorted(), "red before yellow");
    assert!(list("work.xlsx", &all).starts_with(b"PK"), "a workbook");
    // The day is that of the entry point, unless another time zone is asked for.
    let out = local.folder.path().join("zone.csv");
    let work = ["screening", "work-list", "NLRTM", "--day", &day, "--out", out.to_str().unwrap()];
    assert!(local.says("nl-customs", &work).contains("in Europe/Amsterdam"));
    let told = local.json("nl-customs", &[&work[..], &["--zone", "Asia/Shanghai"]].concat()).remove(0);
    assert_eq!(told["zone"], "Asia/Shanghai");
    let elsewhere = work.map(|word| if word == "NLRTM" { "CNSHA" } else { word });
    let (exit, complaint) = local.fails("nl-customs", &elsewhere);
    assert!(exit == 2 && complaint.contains("NLRTM"), "{exit}: {complaint}");
    let out = local.folder.path().join("work.ods");
    let work = ["screening", "work-list", "NLRTM", "--day", &day, "--out", out.to_str().unwrap()];
    let (exit, complaint) = local.fails("nl-customs", &work);
    assert!(exit == 2 && complaint.contains(".csv or .xlsx"), "{exit}: {complaint}");
}

#[tokio::test]
async fn a_place_by_its_url_is_watched_as_a_folder_is() {
    let local = Local::up().await;
    let plan = local.json("nl-customs", &["plan", "show", "NLRTM"]).remove(0);
    let day = plan["name"].as_str().unwrap().rsplit('/').next().unwrap();
    let place = local.folder.path().join("bucket/in");
    fs::create_dir_all(&place).unwrap();
    let good = declaration(&[("U1", "2"), ("U2", "heavy")], &format!("{day}T10:00:00Z"));
    let put = |name: &str, text: &str| fs::write(place.join(name), text).unwrap();
    put("货物 #1.xml", &good);
    put("laughs.xml", "<!DOCTYPE l [<!ENTITY a \"ha\">]><H1>&a;</H1>");
    put("half.xml.part", "<H1>");
    let url = format!("file://{}", place.display());
    let watch = ["screen", &url, "--watch", "--once", "--declarations", "--entry-point", "NLRTM"];
    let told = local.json("nl-customs", &watch).remove(0);
    assert_eq!((&told["file"], &told["counts"]["rows"]), (&"货物 #1.xml".into(), &2.into()), "{told}");
    let written = |folder: &str| names(&place.join(folder));
    assert_eq!(written(""), ["done", "half.xml.part", "refused", "results"]);
    assert_eq!(written("done"), ["货物 #1.xml"]);
    assert_eq!(fs::read_to_string(place.join("done/货物 #1.xml")).unwrap(), good);
    let (refused, results) = (written("refused"), written("results"));
    assert!(refused[0] == "laughs.xml" && refused[1].ends_with(".reason.txt"), "{refused:?}");
    assert!(results.len() == 1 && results[0].ends_with(".decisions.jsonl"), "{results:?}");
    let decided = || {
        let text = fs::read_to_string(place.join("results").join(&results[0])).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.map(|decided| decided["screening"]["name"].clone()).collect::<Vec<_>>()
    };
    let first = decided();

    // As after a kill before it was taken away: the same answer under the same name.
    put("货物 #1.xml", &good);
    let told = local.json("nl-customs", &watch).remove(0);
    assert_eq!(told["counts"]["decidedBefore"], 2);
    assert_eq!((written("results"), decided()), (results.clone(), first));
    assert_eq!(written("done").len(), 2, "none takes another's place");
    let elsewhere = watch.map(|word| if word == url { "ftp://host/in" } else { word });
    let (exit, complaint) = local.fails("nl-customs", &elsewhere);
    assert!(exit == 2 && complaint.contains("got ftp://"), "{exit}: {complaint}");
}

#[tokio::test]
async fn a_watched_folder_whose_program_is_killed_in_the_middle_goes_on_and_decides_nothing_twice() {
    const ROWS: usize = 5_000;
    let local = Local::up().await;
    // As many are expected as come: none goes to a later day.
    let plan = ["plan", "set", "NLRTM", "--capacity", "40", "--arrivals", &ROWS.to_string()];
    let plan = local.json("nl-customs", &plan).remove(0);
    let day = plan["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let folder = local.folder.path().join("in");
    fs::create_dir(&folder).unwrap();
    let mut rows = "entry_point,arrival_time,parcel_id,hs,description\n".to_owned();
    for number in 0..ROWS {
        writeln!(rows, "NLRTM,{day}T10:00:00Z,W{number},950300,toy blocks").unwrap();
    }
    fs::write(folder.join("parcels.csv"), rows).unwrap();
    let watch = ["screen", folder.to_str().unwrap(), "--watch", "--settled", "0s"];
    let mut watcher = local.command();
    let mut watcher = watcher.args(["--as", "nl-customs"]).args(watch).stdout(Stdio::null()).spawn().unwrap();
    let results = folder.join("results");
    eventually("some decisions are written", Duration::from_secs(120), async || {
        let parts = fs::read_dir(&results).into_iter().flatten().flatten();
        let written = parts.filter_map(|part| part.metadata().ok()).map(|facts| facts.len()).sum::<u64>();
        (written > 0).then_some(()).ok_or(written)
    })
    .await;
    watcher.kill().unwrap();
    watcher.wait().unwrap();
    assert!(folder.join("parcels.csv").exists(), "it was in the middle");
    assert!(names(&results).iter().all(|name| name.starts_with('.')), "nothing stands there by half");

    let told = local.json("nl-customs", &[&watch[..], &["--once"]].concat()).remove(0);
    assert_eq!((&told["counts"]["rows"], &told["counts"]["rejected"]), (&ROWS.into(), &0.into()), "{told}");
    assert!(told["counts"]["decidedBefore"].as_u64().unwrap() > 0, "{told}");
    let written = names(&results);
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(fs::read_to_string(results.join(&written[0])).unwrap().lines().count(), ROWS);
    let plan = local.json("nl-customs", &["plan", "show", "NLRTM", "--day", &day]).remove(0);
    assert_eq!(plan["arrivals"], ROWS.to_string(), "each arrived once");
}
