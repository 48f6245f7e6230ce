//! The texts of bulletins: in every format, in both languages, held to the glossary.

use seamless_proto::seamless::{
    notifications::v1::{self as told, RiskType},
    reporting::v1::{self as wire, ReportFormat},
    r#type::v1::{LocalizedText, TranslationState},
};
use tonic::Code;

use crate::{
    bulletin_words::{
        about, alerts, approved, content, count, downloaded, made, published, recall, tells, texts, told_by,
        updates,
    },
    running::{Partner, Running},
    words::{fields, followed, request_id},
};

const NOW: &str = "2027-08-01T00:00:00Z";

/// Three recalls of May, of two hazards; the words of one are awkward.
fn may() -> [told::Notification; 3] {
    let [mut one, mut two, mut three] =
        [(1, "2027-05-31"), (2, "2027-05-02"), (3, "2027-05-03")].map(|(id, day)| recall(id, day, &["CN"]));
    let general = one.general.as_mut().unwrap();
    general.title = "=HYPERLINK(\"http://evil.example\") <b>Kettles</b> #eval(1)".to_owned();
    two.risk.as_mut().unwrap().types = vec![RiskType::Choking.into(), RiskType::Burns.into()];
    three.risk.as_mut().unwrap().types = Vec::new();
    three.measures[0].remedies.push(told::Remedy { kind: told::RemedyKind::Repair.into(), note: None });
    [one, two, three]
}

/// One data set, read back from each of its documents.
pub async fn formats(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let us = running.partner("us-cpsc");
    for alert in may() {
        tells(&feed, &alert, "2027-07-01T08:00:00Z");
    }
    told_by(&running, &feed, 2);
    let bulletin = made(&us, about("us-cpsc", "CN", (2027, 5))).await;
    let said = content(&us, &bulletin).await;
    let clusters: Vec<(RiskType, usize)> =
        said.clusters.iter().map(|cluster| (cluster.risk_type(), cluster.alerts.len())).collect();
    assert_eq!(clusters, [(RiskType::Burns, 2), (RiskType::Unspecified, 1)], "each stands once");
    let rows = |table: &str| {
        let tables = said.sections.iter().flat_map(|section| &section.tables);
        let table = tables.into_iter().find(|one| one.id == table).unwrap();
        let count = |row: &wire::Row| match &row.values[0].value {
            Some(wire::value::Value::Count(count)) => *count,
            other => panic!("{other:?} is no count"),
        };
        table.rows.iter().map(|row| (row.id.clone(), count(row))).collect::<Vec<_>>()
    };
    let counts = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|(id, count)| ((*id).to_owned(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(rows("by_hazard"), counts(&[("BURNS", 2), ("CHOKING", 1), ("", 1)]));
    assert_eq!(rows("by_remedy"), counts(&[("REFUND", 3), ("REPAIR", 1)]));
    let all = alerts(&said);
    let units = &all[0].units[0];
    assert_eq!((units.count, units.approximate, units.country.as_str()), (9_500, true, "US"));
    assert_eq!(all[0].items.as_ref().unwrap().versions[0].text, "About 9,500. Sold at: Example.com");
    assert_eq!(all[0].operators[0].operator_name, "Example Imports");

    let csv = downloaded(&us, &bulletin, ReportFormat::Csv, "").await.unwrap();
    let mut reader = csv::Reader::from_reader(csv.strip_prefix("\u{feff}".as_bytes()).unwrap());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |alert: &str, line: &str| {
        let row = rows.iter().find(|row| &row[1] == alert && &row[2] == line).expect("there is the row");
        (row[4].to_owned(), row[5].to_owned(), row[11].to_owned())
    };
    for alert in &all {
        let text = |text: &Option<LocalizedText>| text.as_ref().unwrap().versions[0].text.clone();
        let (english, chinese, lacks) = cell(&alert.alert, "hazard");
        assert_eq!((&english, lacks.as_str()), (&text(&alert.hazard), "missing_zh"));
        assert_eq!(english, chinese, "the original stands in its place");
        assert_eq!(cell(&alert.alert, "title").0.trim_start_matches('\''), text(&alert.title));
        assert_eq!(cell(&alert.alert, "page").0, alert.consumer_url);
        assert!(cell(&alert.alert, "remedies").1.starts_with("退款"));
        for (language, made_in) in [("en", "China"), ("zh-Hans", "中国")] {
            let page = downloaded(&us, &bulletin, ReportFormat::Html, language).await.unwrap();
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains(made_in) && page.contains(&alert.reference), "{language}");
            assert!(page.contains("The kettle can overheat.") && !page.contains("<b>"), "{language}");
            assert!(page.contains(if language == "en" { "Hazard: burns" } else { "危害：" }), "{language}");
            assert_eq!(page.contains("缺少中文译文"), language == "zh-Hans");
            assert_eq!(page.matches("<article").count(), 3);
        }
    }
    for language in ["en", "zh-Hans"] {
        let paper = downloaded(&us, &bulletin, ReportFormat::Pdf, language).await.unwrap();
        assert!(paper.starts_with(b"%PDF-"));
        let workbook = downloaded(&us, &bulletin, ReportFormat::Xlsx, language).await.unwrap();
        assert!(workbook.starts_with(b"PK"));
    }
    let refused = downloaded(&us, &bulletin, ReportFormat::Pdf, "fr").await.unwrap_err();
    assert_eq!(fields(&refused), ["language"]);
}

/// Missing and old translations are marked, in every document, and counted; a text in a third language stands for both.
pub async fn marked(running: Running) {
    use TranslationState::{Missing, Original, Stale, Translated};
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let us = running.partner("us-cpsc");
    let mut one = recall(1, "2027-05-31", &["CN"]);
    one.risk.as_mut().unwrap().description =
        texts(&[("en", "It can overheat and burn.", Original), ("zh-Hans", "可能过热并造成烧伤。", Stale)]);
    one.product.as_mut().unwrap().product_name =
        texts(&[("nl", "Waterkoker", Original), ("zh", "电水壶", Translated), ("en", "", Missing)]);
    // The headline was changed, its translation was not.
    let general = one.general.as_mut().unwrap();
    general.title_texts = texts(&[("en", "Kettle recalled", Original), ("zh-Hans", "水壶召回", Translated)]);
    general.title = "Kettles recalled again".to_owned();
    tells(&feed, &one, "2027-07-01T08:00:00Z");
    told_by(&running, &feed, 2);
    let bulletin = made(&us, about("us-cpsc", "CN", (2027, 5))).await;
    let said = content(&us, &bulletin).await;
    let states = |text: &Option<LocalizedText>| {
        let versions = text.as_ref().unwrap().versions.iter();
        versions.map(|version| (version.language_code.clone(), version.state())).collect::<Vec<_>>()
    };
    let told = |pairs: &[(&str, TranslationState)]| {
        pairs.iter().map(|(tag, state)| ((*tag).to_owned(), *state)).collect::<Vec<_>>()
    };
    let alert = alerts(&said)[0];
    assert_eq!(states(&alert.hazard), told(&[("en", Original), ("zh-Hans", Stale)]));
    assert_eq!(states(&alert.title), told(&[("en", Original), ("zh-Hans", Stale)]));
    assert_eq!(states(&alert.product), told(&[("nl", Original), ("en", Missing), ("zh-Hans", Translated)]));
    assert_eq!([count(&said, "missing"), count(&said, "stale")], [1, 1]);
    let chinese = downloaded(&us, &bulletin, ReportFormat::Html, "zh-Hans").await.unwrap();
    let chinese = String::from_utf8(chinese).unwrap();
    assert!(chinese.contains("译文对应早先的原文】</strong> 可能过热并造成烧伤。"), "{chinese}");
    let english = downloaded(&us, &bulletin, ReportFormat::Html, "en").await.unwrap();
    let english = String::from_utf8(english).unwrap();
    assert!(
        english.contains("[No English text; original:]</strong> <span lang=\"nl\">Waterkoker"),
        "{english}"
    );

    // Translated anew, nothing is marked as old any more.
    one.general.as_mut().unwrap().title_texts =
        texts(&[("en", "Kettles recalled again", Original), ("zh-Hans", "水壶再次召回", Translated)]);
    one.risk.as_mut().unwrap().description = texts(&[
        ("en", "It can overheat and burn.", Original),
        ("zh-Hans", "可能过热并造成烧伤。", Translated),
    ]);
    updates(&feed, &one, "2027-07-02T08:00:00Z");
    told_by(&running, &feed, 3);
    let bulletin = made(&us, about("us-cpsc", "CN", (2027, 5))).await;
    assert_eq!(count(&content(&us, &bulletin).await, "stale"), 0);
}

/// Says why findings may stand.
async fn accepted(
    partner: &Partner,
    bulletin: &wire::Bulletin,
    numbers: &[i32],
    reason: &str,
) -> Result<wire::Bulletin, tonic::Status> {
    let request = wire::AcceptFindingsRequest {
        name: bulletin.name.clone(),
        numbers: numbers.to_vec(),
        reason: reason.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.bulletins.clone().accept_findings(request).await.map(tonic::Response::into_inner)
}

/// Where the Chinese text does not use the term, it is a finding; while one is open the bulletin is not published.
pub async fn glossary(running: Running) {
    use TranslationState::{Original, Translated};
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let us = running.partner("us-cpsc");
    let mut one = recall(1, "2027-05-31", &["CN"]);
    one.risk.as_mut().unwrap().description = texts(&[
        ("en", "The plug can give an ELECTRIC SHOCK; small parts: choking.", Original),
        ("zh-Hans", "插头可能造成休克；小零件可致哽噎。", Translated),
    ]);
    tells(&feed, &one, "2027-07-01T08:00:00Z");
    told_by(&running, &feed, 2);
    let may = || about("us-cpsc", "CN", (2027, 5));
    let bulletin = made(&us, may()).await;
    let found: Vec<(i32, &str, &str, &str)> = bulletin
        .findings
        .iter()
        .map(|one| (one.number, one.field.as_str(), one.term.as_str(), one.found.as_str()))
        .collect();
    assert_eq!(found, [(1, "hazard", "electric shock", "ELECTRIC SHOCK")], "哽噎 is accepted for choking");
    assert_eq!(bulletin.findings[0].wanted, ["触电", "电击"]);
    let said = content(&us, &bulletin).await;
    assert_eq!((said.findings.len(), count(&said, "findings")), (1, 1));
    let csv = String::from_utf8(downloaded(&us, &bulletin, ReportFormat::Csv, "").await.unwrap()).unwrap();
    assert!(
        csv.contains("findings/1,field,,What can happen,危害说明,"),
        "a field is called as the alert's own line is"
    );

    approved(&us, &bulletin).await;
    let refused = published(&us, &bulletin, &["cn-gacc"]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("1 findings of the glossary"), "{refused}");
    let wrong = accepted(&us, &bulletin, &[2, 0], "").await.unwrap_err();
    assert_eq!(fields(&wrong), ["numbers[1]", "reason"]);
    let wrong = accepted(&us, &bulletin, &[2], "as its maker says").await.unwrap_err();
    assert_eq!(fields(&wrong), ["numbers[0]"]);
    let with_reason = accepted(&us, &bulletin, &[], "the maker's own word").await.unwrap();
    let acceptance = with_reason.findings[0].acceptance.clone().unwrap();
    assert_eq!(acceptance.reason, "the maker's own word");
    assert!(!acceptance.accepted_by.is_empty());
    let again = accepted(&us, &bulletin, &[1], "another reason").await.unwrap();
    assert_eq!(again.findings[0].acceptance.as_ref(), Some(&acceptance), "it keeps its reason");
    published(&us, &bulletin, &["cn-gacc"]).await.unwrap();
    let late = accepted(&us, &bulletin, &[1], "late").await.unwrap_err();
    assert_eq!(late.code(), Code::FailedPrecondition);
    let read = running.partner("cn-gacc").bulletins.clone();
    let read = read.clone().get_bulletin(wire::GetBulletinRequest { name: bulletin.name.clone() }).await;
    assert!(read.unwrap().into_inner().findings.is_empty(), "what was accepted is its owner's own");

    // Another glossary, which people reviewed: another digest, and other findings.
    let known = us.bulletins.clone().get_glossary(wire::GetGlossaryRequest {}).await.unwrap().into_inner();
    assert!(known.terms.len() >= 60, "{}", known.terms.len());
    let digest = |bulletin: &wire::Bulletin| {
        let configuration = &bulletin.manifest.as_ref().unwrap().configuration;
        configuration.iter().find(|one| one.name == "glossary").unwrap().sha256.clone()
    };
    assert_eq!(digest(&bulletin), known.sha256);
    let file = running.credentials.files().join("glossary.toml");
    let term = "[[term]]\nenglish = \"plug\"\nchinese = \"电插头\"\nreviewed_by = \"Li Wei\"\nreviewed_on = \"2027-01-31\"\n";
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, term).unwrap();
    let settings =
        [("bulletins.glossary", file.to_str().unwrap()), ("bulletins.publish_with_findings", "true")];
    let running = running.with(&settings).await;
    let us = running.partner("us-cpsc");
    told_by(&running, &feed, 3);
    let other = made(&us, may()).await;
    assert_eq!(other.findings.iter().map(|one| one.term.as_str()).collect::<Vec<_>>(), ["plug"]);
    assert_ne!(digest(&other), digest(&bulletin));
    let glossary = us.bulletins.clone().get_glossary(wire::GetGlossaryRequest {}).await.unwrap().into_inner();
    assert_eq!(glossary.terms[0].reviewed_by, "Li Wei");
    approved(&us, &other).await;
    published(&us, &other, &["cn-gacc"]).await.unwrap();
}

/// However many characters no font has: what is signed is verified, and says how many there are.
pub async fn rare(running: Running) {
    running.set_clock(NOW);
    let ([feed], running) = followed(running, ["us-cpsc"]).await;
    let us = running.partner("us-cpsc");
    let mut one = recall(1, "2027-05-31", &["CN"]);
    // 1,200 different ideographs, of which the fonts have a few.
    let rare: String = ('\u{2a700}'..='\u{2abaf}').collect();
    one.risk.as_mut().unwrap().description = texts(&[("zh-Hans", &rare, TranslationState::Original)]);
    tells(&feed, &one, "2027-07-01T08:00:00Z");
    told_by(&running, &feed, 2);
    let bulletin = made(&us, about("us-cpsc", "CN", (2027, 5))).await;
    let manifest = bulletin.manifest.unwrap();
    assert_eq!(
        (manifest.missing_characters.len(), manifest.missing_characters[0].as_str()),
        (200, "U+2A700")
    );
    assert!(
        (900..=1_000).contains(&manifest.more_missing_characters),
        "{}",
        manifest.more_missing_characters
    );
    let keys = us.reports.clone().get_report_keys(wire::GetReportKeysRequest {}).await.unwrap().into_inner();
    let signed: serde_json::Value =
        seamless_receipts::verify_as("seamless-report+jwt", &bulletin.signature, &keys.jwks).unwrap().claims;
    assert_eq!(signed["more_missing_characters"], manifest.more_missing_characters);
}
