//! Numbers as an operator asks for them, and the cases behind them.

use std::time::Duration;

use seamless_testkit::eventually;

use crate::local::Local;

#[tokio::test]
async fn numbers_are_asked_for_and_lead_to_their_cases() {
    let local = Local::up().await;
    local.says("eu-just", &["transmit", "--to", "cn-gacc", "--origin", "CN"]);
    let inbox = local.json("cn-gacc", &["inbox"]).len() as i64;
    let count = |row: &serde_json::Value| -> i64 {
        let count = &row["values"][0]["count"];
        count.as_str().map_or(0, |count| count.parse().unwrap())
    };
    let by_category = ["stats", "query", "--of", "cases", "--by", "category", "--measure", "cases"];
    let answer = eventually("the sendings are known to reporting", Duration::from_secs(20), async || {
        let answer = local.json("eu-just", &by_category).remove(0);
        if count(&answer["total"]) == inbox { Ok(answer) } else { Err(answer) }
    })
    .await;
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!(rows.iter().map(count).sum::<i64>(), inbox, "each has one category: {answer}");
    assert_eq!(answer["sources"][0]["input"]["source"], "notifications");

    // From each cell to its cases.
    for row in rows {
        let category = row["coordinates"][0]["value"].as_str().unwrap();
        let filter = format!("category={category}");
        let cases = local.json("eu-just", &["stats", "cases", "--of", "cases", "--where", &filter]);
        assert_eq!(cases.len() as i64, count(row), "{category}");
        assert!(cases[0]["transmission"].as_str().unwrap().ends_with("/transmissions/cn-gacc"));
    }
    let listed = local.says("eu-just", &["stats", "cases", "--by", "origin", "--where", "origin=CN"]);
    assert!(listed.contains(" shown") && listed.contains("China"), "{listed}");

    // For people in both languages, for spreadsheets; the most first, and the others as one.
    let top = [&by_category[..], &["--top", "cases", "--limit", "1", "--definitions"]].concat();
    let shown = local.says("eu-just", &top);
    assert!(shown.contains("others") && shown.contains("Alerts that were sent within"), "{shown}");
    let chinese = local.says("eu-just", &[&top[..], &["--language", "zh"]].concat());
    assert!(chinese.contains("合计") && chinese.contains("发送数"), "{chinese}");
    let csv = local.says("eu-just", &[&by_category[..], &["--measure", "median-days", "--csv"]].concat());
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), rows.len() + 2, "a heading, the rows and the total: {csv}");
    assert_eq!(lines[0], "category,cases,median-days");
    assert_eq!(*lines.last().unwrap(), format!("total,{inbox},"), "nobody has reacted");

    // GACC is shown the same sendings; Canada none.
    assert_eq!(count(&local.json("cn-gacc", &by_category).remove(0)["total"]), inbox);
    assert_eq!(count(&local.json("ca-hc", &by_category).remove(0)["total"]), 0);
    let foreign = [&by_category[..], &["--authority", "eu-just"]].concat();
    assert_eq!(local.fails("ca-hc", &foreign).0, 3);
    let (exit, complaint) = local.fails("eu-just", &["stats", "query", "--by", "recipient"]);
    assert!(exit == 4 && complaint.contains("query.dimensions[0]"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["stats", "query", "--where", "origin"]);
    assert!(exit == 2 && complaint.contains("--where wants a property"), "{exit}: {complaint}");
    let (exit, complaint) = local.fails("eu-just", &["stats", "query", "--where", "origin=Chinaa"]);
    assert!(exit == 4 && complaint.contains("query.filter[0].values[0]"), "{exit}: {complaint}");

    // For others small counts are withheld: none of the sample is in five alerts. They are told of a quarter that is over.
    let quarters = local.json("eu-just", &["stats", "query", "--by", "quarter"]).remove(0);
    let quarters = quarters["rows"].as_array().unwrap();
    let quarter = quarters.iter().find(|row| count(row) > 0).unwrap()["coordinates"][0]["value"].as_str();
    let of_quarter = ["--quarter", quarter.unwrap()];
    let by_category = ["stats", "release", "--by", "category"];
    let release = [&by_category[..], &of_quarter].concat();
    let (exit, complaint) = local.fails("eu-just", &release);
    assert!(exit == 4 && complaint.contains("query.period.end_date"), "{exit}: {complaint}");
    local.says("eu-just", &["clock", "advance", "93d"]);
    let released = eventually("the quarter is known until its end", Duration::from_secs(20), async || {
        let output = local.run("eu-just", &[&["--json"], &release[..]].concat());
        let answer = || serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
        if output.status.success() { Ok(answer()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
    })
    .await;
    for row in released["rows"].as_array().into_iter().flatten() {
        let told = &row["values"][0]["count"];
        let is_withheld = row["values"][0]["missing"] == "MISSING_VALUE_WITHHELD";
        assert!(is_withheld || told.as_str().unwrap().parse::<i64>().unwrap() >= 5, "{row}");
    }
    assert!(local.says("eu-just", &release).contains("withheld"));
    // What the order of rows would tell is not asked for.
    let (exit, complaint) = local.fails("eu-just", &[&release[..], &["--top", "alerts"]].concat());
    assert!(exit == 2 && complaint.contains("--top"), "{exit}: {complaint}");

    // Of the year before there are none.
    assert_eq!(count(&local.json("eu-just", &by_category).remove(0)["total"]), 0);

    let annual = ["report", "generate", "--template", "annual-statistics", "--for-others", "--wait"];
    let report = local.json("eu-just", &[&annual[..], &of_quarter].concat()).remove(0);
    assert_eq!(report["state"], "REPORT_STATE_GENERATED", "{report}");
    assert_eq!(report["forOthers"], true);
    let shown = local.says("eu-just", &["report", "show", report["name"].as_str().unwrap()]);
    assert!(shown.contains("withheld"), "{shown}");
}
