//! What two reports were made of, and which of it can have changed what they say.

use seamless_proto::seamless::reporting::v1::{self as wire, ComparisonCauseKind as Kind};
use seamless_reporting::{
    contract::{comparison, content_out},
    domain::{
        facts::{Fact, ObligationFact},
        model::{EventStatus, Input, ObligationKind, ObligationState, Report, ReportTemplate},
    },
};

use crate::{CUT, hour, plain_alert, report_of_status};

/// A report with one feed, of which these events were taken in and these facts were kept.
fn made_of(events: &str, facts: &str, position: i64) -> Report {
    let stored = include_str!("../golden/documents/report.jsonl");
    let mut reports = stored.lines().map(|line| serde_json::from_str::<Report>(line).unwrap());
    let mut report = reports.find(|report| report.manifest.is_some()).unwrap();
    report.manifest.as_mut().unwrap().inputs = vec![Input {
        source: "notifications".to_owned(),
        position,
        content_sha256: events.to_owned(),
        facts_sha256: facts.to_owned(),
        ..Input::default()
    }];
    report
}

fn causes(before: &Report, after: &Report) -> Vec<(Kind, String, i64, i64)> {
    let said = wire::ReportContent::default();
    let compared = comparison((before, &said), (after, &said));
    let cause = |one: wire::ComparisonCause| (one.kind(), one.name, one.after_position, one.to_position);
    compared.causes.into_iter().map(cause).collect()
}

#[test]
fn a_feed_is_a_cause_where_what_is_kept_of_it_differs() {
    let before = made_of("e1", "f1", 5);
    assert_eq!(causes(&before, &made_of("e2", "f1", 9)), [], "it told more, and nothing that counts");
    let source = (Kind::Source, "notifications".to_owned(), 5, 9);
    assert_eq!(causes(&before, &made_of("e2", "f2", 9)), std::slice::from_ref(&source));
    let program = (Kind::Program, "notifications".to_owned(), 0, 0);
    assert_eq!(causes(&before, &made_of("e1", "f2", 5)), [program], "the same events, read otherwise");

    // Reports of before know nothing of facts: the events tell.
    let old = made_of("e1", "", 5);
    assert_eq!(causes(&old, &made_of("e2", "f1", 9)), [source]);
    assert_eq!(causes(&old, &made_of("e1", "f1", 5)), []);

    // Where a right was lost without an event, that is why.
    let mut less = made_of("e1", "f2", 5);
    less.manifest.as_mut().unwrap().inputs[0].alerts_lost = 2;
    let rights = (Kind::Rights, "notifications".to_owned(), 5, 5);
    assert_eq!(causes(&before, &less), [rights]);
}

#[test]
fn zone_data_of_another_builder_is_other_zone_data() {
    let before = made_of("e1", "f1", 5);
    let with = |sha256: &str| {
        let mut report = before.clone();
        let configuration = &mut report.manifest.as_mut().unwrap().configuration;
        let mut one = configuration[0].clone();
        (one.name, one.sha256) = ("zone_data".to_owned(), sha256.to_owned());
        configuration.push(one);
        report
    };
    assert_eq!(causes(&before, &with("a")), [], "it was not told before");
    assert_eq!(causes(&with("a"), &with("b")), [(Kind::ZoneData, String::new(), 0, 0)]);
}

/// What was promised, as it stands.
fn obligation(state: ObligationState) -> Fact {
    Fact::Obligation(ObligationFact {
        name: "arrangements/eu-cn/obligations/workshop.2027".to_owned(),
        arrangement: "eu-cn".parse().unwrap(),
        kind: ObligationKind::Workshop,
        state,
        first_day: "2027-01-01".parse().unwrap(),
        last_day: "2027-12-31".parse().unwrap(),
        due: hour(CUT),
        required: 2,
        done: Vec::new(),
        planned: Vec::new(),
    })
}

#[test]
fn a_promise_that_was_broken_since_is_a_value_that_changed() {
    let report = made_of("e1", "f1", 5);
    let said = |state| {
        let facts = vec![obligation(state)];
        let said =
            report_of_status(ReportTemplate::Training, "eu-just", "cn-gacc", facts, EventStatus::Actual);
        content_out(&said, hour(CUT))
    };
    let (before, after) = (said(ObligationState::OnTrack), said(ObligationState::Missed));
    let compared = comparison((&report, &before), (&report, &after));
    let change = compared.changes.iter().find(|one| one.item == "each").unwrap();
    assert_eq!((change.row.as_str(), change.column), ("arrangements/eu-cn/obligations/workshop.2027", 4));
    let word = |value: &Option<wire::Value>| match value.clone().unwrap().value.unwrap() {
        wire::value::Value::Word(word) => {
            let texts =
                word.text.unwrap().versions.into_iter().map(|version| version.text).collect::<Vec<_>>();
            (word.id, texts)
        }
        other => panic!("{other:?}"),
    };
    let texts = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    assert_eq!(word(&change.before), ("ON_TRACK".to_owned(), texts(LABELS[0])));
    assert_eq!(word(&change.after), ("MISSED".to_owned(), texts(LABELS[1])));
}

/// What the states are called.
const LABELS: [[&str; 2]; 2] = [["on track", "进展正常"], ["missed", "未按期履行"]];

#[test]
fn what_a_figure_means_and_of_how_many_it_tells_is_compared() {
    let facts = vec![Fact::Alert(plain_alert(1))];
    let report = made_of("e1", "f1", 5);
    let said =
        report_of_status(ReportTemplate::AnnualStatistics, "eu-just", "cn-gacc", facts, EventStatus::Actual);
    let before = content_out(&said, hour(CUT));
    let mut after = before.clone();
    let section =
        after.sections.iter_mut().find(|one| !one.figures.is_empty() && !one.tables.is_empty()).unwrap();
    let figure = section.figures[0].definition.as_mut().unwrap();
    figure.versions[0].text.push('!');
    section.tables[0].cases += 1;
    let (id, item, table) = (section.id.clone(), section.figures[0].id.clone(), section.tables[0].id.clone());
    let compared = comparison((&report, &before), (&report, &after));
    let seen: Vec<_> =
        compared.changes.iter().map(|one| (one.section.clone(), one.item.clone(), one.column)).collect();
    assert_eq!(seen, [(id.clone(), item, 0), (id, table, 0)]);
    let [figure, table] = compared.changes.try_into().unwrap();
    assert!(figure.before == figure.after && figure.cases_before.is_none());
    let texts = [figure.definition_before, figure.definition_after]
        .map(|text| text.unwrap().versions[0].text.clone());
    assert_eq!(format!("{}!", texts[0]), texts[1]);
    assert_eq!(table.cases_before.unwrap() + 1, table.cases_after.unwrap());
    assert!(table.definition_before.is_none());
}
