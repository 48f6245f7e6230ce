//! Each figure equals a slow, independent calculation over random histories, whatever order events of different alerts come in.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod asked;
mod bulletins;
mod control;
mod history;
mod slow;
mod traces;
mod training;
mod waiting;
mod withheld;

use std::{collections::HashMap, sync::LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use prost::{Message, Name};
use seamless_calendar::Calendars;
use seamless_identity::{Arrangement, AuthorityId, Cooperation, SAMPLE_COOPERATION};
use seamless_proto::seamless::feed::v1::{Event, EventStatus as WireStatus};
use seamless_reporting::{
    contract::FeedReader,
    domain::{
        content::{Content, Text, Value},
        facts::{Fact, Said, alert_of},
        figures::{Facts, Party, Question, content},
        model::{EventStatus, Period, ReportTemplate},
        source::{Feed, Source},
    },
};

use history::{Act, events_of, events_shown_afterwards, histories};

/// The first instant of the period.
const START: i64 = 90;
/// The first instant behind it.
const CUT: i64 = 180;

/// An instant, by its hour.
fn hour(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3_600).unwrap()
}

/// An authority that reads the feed of a service, and sees nothing but its own as its own.
fn reader_of(source: Source, reader: &str) -> FeedReader {
    let reader: AuthorityId = reader.parse().unwrap();
    FeedReader { own: [reader.clone()].into(), feed: Feed { source, reader } }
}

/// What is known of alerts after some events.
fn known(events: &[Event], reader: &AuthorityId) -> Vec<Fact> {
    known_by(&reader_of(Source::Notifications, reader.as_str()), events)
}

/// What is known after some events, taken in one by one.
fn known_by(reader: &FeedReader, events: &[Event]) -> Vec<Fact> {
    let mut facts: HashMap<(&'static str, String), Fact> = HashMap::new();
    for said in events.iter().flat_map(|event| reader.said(event)) {
        let (kind, name) = said.key();
        let key = (kind, name.to_owned());
        if let Said::Lost(loss) = &said {
            facts.retain(|(_, name), _| alert_of(name) != loss.alert);
        }
        let before = facts.remove(&key);
        if let Some(after) = said.after(before) {
            facts.insert(key, after);
        }
    }
    facts.into_values().collect()
}

/// An event of a feed.
fn event<E: Message + Name>(position: i64, at: i64, status: WireStatus, event: &E) -> Event {
    Event {
        position,
        r#type: E::full_name(),
        occur_time: Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 }),
        status: status.into(),
        data: Some(prost_types::Any { type_url: E::type_url(), value: event.encode_to_vec() }),
        ..Event::default()
    }
}

/// The arrangements of the sample, by whose terms both sides see everything.
fn arrangements() -> &'static [Arrangement] {
    static ALL: LazyLock<Vec<Arrangement>> = LazyLock::new(|| {
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &Calendars::embedded().unwrap()).unwrap();
        cooperation.arrangements().cloned().collect()
    });
    &ALL
}

fn party(id: &str) -> Party {
    let id: AuthorityId = id.parse().unwrap();
    Party { names: Text::same(id.to_string()), members: vec![id.clone()], id }
}

fn report(owner: &str, partner: &str, facts: Vec<Fact>) -> Content {
    report_of(ReportTemplate::QuarterlyPartner, owner, partner, facts)
}

fn report_of(template: ReportTemplate, owner: &str, partner: &str, facts: Vec<Fact>) -> Content {
    report_of_status(template, owner, partner, facts, EventStatus::Actual)
}

fn report_of_status(
    template: ReportTemplate,
    owner: &str,
    partner: &str,
    facts: Vec<Fact>,
    status: EventStatus,
) -> Content {
    let (owner, partner) = (party(owner), party(partner));
    let period = Period {
        first: "2027-01-01".parse().unwrap(),
        last: "2027-01-04".parse().unwrap(),
        zone: "UTC".to_owned(),
    };
    let question = Question {
        template,
        owner: &owner,
        partner: Some(&partner),
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: hour(START),
        cut: hour(CUT),
        status,
        arrangements: arrangements(),
    };
    content(&question, Facts::of(facts, status))
}

/// The counts of a section, and the rows of its tables, by name.
fn counts(content: &Content, section: &str) -> Vec<(String, u64)> {
    let section = content.sections.iter().find(|one| one.id == section).unwrap();
    let of = |value: &Value| match value {
        Value::Count(count) => Some(*count),
        _ => None,
    };
    let figures = section.figures.iter().filter_map(|one| Some((one.id.to_owned(), of(&one.value)?)));
    let rows = section.tables.iter().flat_map(|table| {
        table
            .rows
            .iter()
            .filter_map(|row| Some((format!("{}/{}", table.id, row.id), of(row.values.first()?)?)))
    });
    let mut all: Vec<(String, u64)> = figures.chain(rows).filter(|(_, count)| *count > 0).collect();
    all.sort();
    all
}

fn compare(acts: &[Act], reader: &str) {
    let events = events_of(acts, reader);
    let reader_id: AuthorityId = reader.parse().unwrap();
    let (other, way) = match reader {
        "cn-gacc" => ("eu-just", "received"),
        _ => ("cn-gacc", "sent"),
    };
    let said = report(reader, other, known(&events, &reader_id));
    let slow = slow::counts(acts, reader);
    for (section, wanted) in slow {
        let section = match section {
            "new" => way.to_owned(),
            other => format!("{other}_{way}"),
        };
        assert_eq!(counts(&said, &section), wanted, "{section} for {reader}");
    }
    let annual = report_of(ReportTemplate::AnnualStatistics, reader, other, known(&events, &reader_id));
    let of_alerts = counts(&annual, "alerts").into_iter().filter(|(id, _)| !id.contains('/'));
    assert_eq!(of_alerts.collect::<Vec<_>>(), slow::annual(acts, reader), "statistics for {reader}");
    let times = report_of(ReportTemplate::ResponseTimes, reader, other, known(&events, &reader_id));
    let section = times.sections.iter().find(|one| one.id == way).unwrap();
    for (row, wanted) in section.tables[0].rows.iter().zip(slow::stages(acts, reader)) {
        let counts: Vec<Value> = row.values.iter().take(2).copied().collect();
        assert_eq!(counts, wanted.map(Value::Count), "{} for {reader}", row.id);
    }
    waiting::holds_every_case(section);
    let stock: HashMap<String, u64> = counts(&said, &format!("stock_{way}")).into_iter().collect();
    let of = |id: &str| stock.get(id).copied().unwrap_or_default();
    assert_eq!(of("opening") + of("new") + of("reopened"), of("finished") + of("taken_back") + of("closing"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_count_equals_a_slow_calculation(acts in histories()) {
        compare(&acts, "cn-gacc");
        compare(&acts, "eu-just");
    }

    #[test]
    fn what_is_read_anew_is_what_has_grown(acts in histories()) {
        for reader in ["cn-gacc", "eu-just"] {
            let id: AuthorityId = reader.parse().unwrap();
            let sorted = |events: &[Event]| {
                let mut facts: Vec<String> =
                    known(events, &id).iter().map(|fact| serde_json::to_string(fact).unwrap()).collect();
                facts.sort();
                facts
            };
            // Read while rights were lost, and read from the first event on afterwards.
            let (grown, anew) = (sorted(&events_of(&acts, reader)), sorted(&events_shown_afterwards(&acts, reader)));
            prop_assert_eq!(grown, anew);
        }
    }

    #[test]
    fn events_of_different_alerts_come_in_whatever_order(acts in histories()) {
        let mut by_alert = acts.clone();
        by_alert.sort_by_key(Act::alert);
        for reader in ["cn-gacc", "eu-just"] {
            let id: AuthorityId = reader.parse().unwrap();
            let (one, other) = (known(&events_of(&acts, reader), &id), known(&events_of(&by_alert, reader), &id));
            prop_assert_eq!(report(reader, "ca-hc", one.clone()), report(reader, "ca-hc", other.clone()));
            let partner = if reader == "cn-gacc" { "eu-just" } else { "cn-gacc" };
            prop_assert_eq!(report(reader, partner, one), report(reader, partner, other));
        }
    }
}
