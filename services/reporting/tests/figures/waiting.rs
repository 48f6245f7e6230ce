//! Who still waits after so many days: each case once, and what is published of Kaplan–Meier curves.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use seamless_reporting::domain::{
    content::{Row, Section, Table, Value},
    facts::{Fact, SendingFact, Spell},
    figures::{Facts, Question, content},
    model::{EventStatus, Period, ReportTemplate},
};

use crate::{arrangements, hour, jurisdictions, names, party};

/// Weeks until relapse of the patients who took 6-mercaptopurine, and whether they were looked at no further [E. J. Freireich et al.,
/// Blood 21 (1963) 699].
const FREIREICH: [(i64, bool); 21] = [
    (6, false),
    (6, false),
    (6, false),
    (6, true),
    (7, false),
    (9, true),
    (10, false),
    (10, true),
    (11, true),
    (13, false),
    (16, false),
    (17, true),
    (19, true),
    (20, true),
    (22, false),
    (23, false),
    (25, true),
    (32, true),
    (32, true),
    (34, true),
    (35, true),
];

/// Every case of the section stands in the table once, and as many reacted as the stages say.
pub fn holds_every_case(section: &Section) {
    let waiting = table(section);
    let (mut left, mut came) = (waiting.cases, 0);
    for row in &waiting.rows {
        let [Value::Count(waited), Value::Count(reacted), Value::Count(ended), Value::Share(share)] =
            row.values.as_slice()
        else {
            panic!("{row:?}")
        };
        assert_eq!(*waited, left, "{row:?}");
        assert!((0.0..=1.0).contains(&share.value), "{row:?}");
        left -= reacted + ended;
        came += reacted;
    }
    assert_eq!(left, 0, "{waiting:?}");
    let stages = section.tables.iter().find(|table| table.id == "stages").unwrap();
    assert_eq!(reacted(stages).values[1], Value::Count(came));
}

fn reacted(stages: &Table) -> &Row {
    stages.rows.iter().find(|row| row.id == "reacted").unwrap()
}

fn table(section: &Section) -> &Table {
    section.tables.iter().find(|table| table.id == "waiting").unwrap()
}

/// The share that waits after so many days, in ten-thousandths.
#[test]
fn the_curve_of_a_published_example_is_that_of_the_textbooks() {
    let sent = hour(90);
    let facts = FREIREICH.iter().enumerate().map(|(index, (days, is_censored))| {
        let end = after(sent, *days);
        Fact::Sending(SendingFact {
            name: format!("notifications/{index}/transmissions/cn-gacc"),
            alert: format!("notifications/{index}"),
            status: EventStatus::Actual,
            originator: "eu-just".parse().unwrap(),
            sender: "eu-just".parse().unwrap(),
            recipient: "cn-gacc".parse().unwrap(),
            arrangement: "eu-cn".parse().ok(),
            spells: vec![Spell {
                reacted: (!is_censored).then_some(end),
                revoked: is_censored.then_some(end),
                ..Spell::sent_at(sent)
            }],
        })
    });
    let [owner, partner] = ["eu-just", "cn-gacc"].map(party);
    let [first, last] = ["2027-01-01", "2027-03-31"].map(|day| day.parse().unwrap());
    let period = Period { first, last, zone: "UTC".to_owned() };
    let question = Question {
        template: ReportTemplate::ResponseTimes,
        owner: &owner,
        partner: Some(&partner),
        period: &period,
        zone: &TimeZone::UTC,
        start: sent,
        cut: after(sent, 60),
        status: EventStatus::Actual,
        arrangements: arrangements(),
        jurisdictions: jurisdictions(),
        names: names(),
    };
    let content = content(&question, Facts::of(facts, EventStatus::Actual));
    let section = content.sections.iter().find(|section| section.id == "sent").unwrap();
    holds_every_case(section);
    let stages = section.tables.iter().find(|table| table.id == "stages").unwrap();
    let reacted = reacted(stages);
    assert_eq!(reacted.values[0], Value::Count(21));
    assert_eq!(
        reacted.values[6],
        Value::NotYetKnown,
        "twenty-one cases, of which none was observed for 90 days"
    );
    let outcomes = section.tables.iter().find(|table| table.id == "outcomes").unwrap();
    assert_eq!(outcomes.rows[0].values[4], Value::NotYetKnown);
    let rows: Vec<(String, u64)> =
        table(section).rows.iter().map(|row| (row.id.clone(), share(&row.values[3]))).collect();
    let wanted = [
        ("6", 8571),
        ("7", 8067),
        ("9", 8067),
        ("10", 7529),
        ("11", 7529),
        ("13", 6902),
        ("16", 6275),
        ("17", 6275),
        ("19", 6275),
        ("20", 6275),
        ("22", 5378),
        ("23", 4482),
        ("25", 4482),
        ("35", 4482),
    ];
    assert_eq!(
        rows,
        wanted.map(|(day, share)| (day.to_owned(), share)),
        "from day 28 on by weeks: 32 to 35 in one row"
    );
}

/// Days after an instant.
fn after(time: Timestamp, days: i64) -> Timestamp {
    time.checked_add(SignedDuration::from_hours(24 * days)).unwrap()
}

fn share(value: &Value) -> u64 {
    match value {
        Value::Share(measured) => (measured.value * 10_000.0).round() as u64,
        other => panic!("{other:?} is no share"),
    }
}
