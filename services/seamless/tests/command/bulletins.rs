//! A bulletin as an operator makes it: asked for, read in both languages, saved, checked without a service, published.

use std::fs;

use crate::local::Local;

/// A recall as the CPSC tells of it, of a product of two countries.
const RECALLS: &str = r#"[
  {"RecallID": 1, "RecallNumber": "27001", "RecallDate": "2026-05-04T00:00:00", "Title": "Kettles recalled due to burn hazard",
   "Description": "This recall involves kettles.", "URL": "https://www.cpsc.gov/Recalls/2026/kettles",
   "Products": [{"Name": "Kettles", "NumberOfUnits": "About 9,500 (In addition, about 275 were sold in Canada)"}],
   "Hazards": [{"Name": "The handle can come off, posing a burn hazard."}],
   "Retailers": [{"Name": "Amazon.com from December 2025 through January 2026 for about $50."}],
   "ManufacturerCountries": [{"Country": "Vietnam"}, {"Country": "China"}], "RemedyOptions": [{"Option": "Refund"}]},
  {"RecallID": 2, "RecallNumber": "27002", "RecallDate": "2026-06-01T00:00:00", "Title": "Lamps recalled due to fire hazard",
   "Description": "This recall involves lamps.", "URL": "https://www.cpsc.gov/Recalls/2026/lamps",
   "Products": [{"Name": "Lamps", "NumberOfUnits": "About 100"}], "Hazards": [{"Name": "The lamp can overheat, posing a fire hazard."}],
   "ManufacturerCountries": [{"Country": "China"}], "RemedyOptions": [{"Option": "Repair"}]}
]"#;

#[tokio::test]
async fn a_bulletin_is_made_read_saved_checked_offline_and_published() {
    let local = Local::up().await;
    let file = local.folder.path().join("recalls.json");
    fs::write(&file, RECALLS).unwrap();
    local.says("us-cpsc", &["import", "cpsc-json", file.to_str().unwrap()]);
    let made = |origin: &str, month: &str| {
        let generate =
            ["bulletin", "generate", "--recalling", "us-cpsc", "--origin", origin, "--month", month];
        let bulletin = local.json("us-cpsc", &[&generate[..], &["--wait"]].concat()).remove(0);
        assert_eq!(bulletin["state"], "REPORT_STATE_GENERATED", "{bulletin}");
        bulletin
    };
    let may = made("CN", "2026-05");
    assert_eq!((may["alertCount"].as_i64(), made("VN", "2026-06")["alertCount"].as_i64()), (Some(1), None));
    let name = may["name"].as_str().unwrap();
    let shown = local.says("us-cpsc", &["bulletin", "show", name, "--definitions"]);
    assert!(
        shown.contains("Kettles recalled") && shown.contains("refund") && shown.contains("9,500"),
        "{shown}"
    );
    assert!(shown.contains("civil date of notification"), "{shown}");
    let chinese = local.says("us-cpsc", &["bulletin", "show", name, "--language", "zh"]);
    assert!(chinese.contains("【缺少译文】 Kettles recalled") && chinese.contains("退款"), "{chinese}");

    let folder = local.folder.path().join("bulletin");
    let path = folder.to_str().unwrap();
    local.says("us-cpsc", &["bulletin", "download", name, "--output", path]);
    let verified = local.says("us-cpsc", &["bulletin", "verify", path]);
    assert_eq!(verified.matches("good").count(), 8, "{verified}");
    assert!(verified.contains("with the key") && verified.contains("not whose it is"), "{verified}");
    assert!(verified.contains("alerts of us-cpsc on products made in CN"), "{verified}");
    let page = folder.join("hazard-bulletin_us-cpsc_CN_2026-05-zh-Hans.html");
    fs::write(&page, fs::read_to_string(&page).unwrap().replace("退款", "维修")).unwrap();
    let (exit, complaint) = local.fails("us-cpsc", &["bulletin", "verify", path]);
    assert!(exit == 4 && complaint.contains("was changed"), "{exit}: {complaint}");
    let one = folder.with_extension("pdf");
    let download = ["bulletin", "download", name, "--format", "pdf", "--out", one.to_str().unwrap()];
    assert!(local.says("us-cpsc", &download).contains("digest verified"));

    local.says("us-cpsc", &["bulletin", "approve", name]);
    local.says("us-cpsc", &["bulletin", "publish", name, "--to", "cn-gacc"]);
    let received = local.json("cn-gacc", &["bulletin", "list", "--received"]);
    assert_eq!((received.len(), received[0]["name"].as_str()), (1, Some(name)));
    assert!(local.says("cn-gacc", &["feed", "--service", "reporting"]).contains("BulletinPublished"));
    assert_eq!(local.fails("ca-hc", &["bulletin", "show", name]).0, 3);
    let terms = local.says("cn-gacc", &["bulletin", "glossary"]);
    assert!(terms.contains("choking") && terms.contains("窒息"), "{terms}");

    let (exit, complaint) = local.fails("us-cpsc", &["bulletin", "accept", name, "--reason", "late"]);
    assert!(exit == 4 && complaint.contains("PUBLISHED"), "{exit}: {complaint}");
    let wrong = ["bulletin", "generate", "--recalling", "us-cpsc", "--origin", "CN", "--month", "May"];
    let (exit, complaint) = local.fails("us-cpsc", &wrong);
    assert!(exit == 2 && complaint.contains("--month wants a month such as 2027-05; got May"), "{complaint}");
}
