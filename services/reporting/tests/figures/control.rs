//! Import control over random histories: examinations, decisions, corrections, arrivals; and the same counts in the plainest way.

use proptest::{prelude::*, test_runner::TestRunner};
use seamless_proto::seamless::{
    consignments::v1::{self as wire, ControlOutcome, ControlState, Lane, Selection},
    feed::v1::{Event, EventStatus},
};
use seamless_reporting::domain::{
    content::{Content, Row, Value},
    facts::Fact,
    figures::{Facts, Question, content},
    model::{EventStatus as Status, Period, ReportTemplate},
    source::Source,
};

use crate::{
    START, arrangements, counts, event, hour, jurisdictions, known_by, names, party, reader_of,
    report_of_status,
    slow_control::{counted, expected, false_pass, half_decided, suspensions},
    slow_times::Half,
    versions,
};

/// An examination, from its record to its last correction.
#[derive(Clone, Debug)]
pub struct Exam {
    pub examined: i64,
    /// Hours until it is recorded.
    delay: i64,
    pub selection: Option<Selection>,
    pub is_screened: bool,
    pub probability: f64,
    pub area: usize,
    pub body: Option<usize>,
    pub is_passed: bool,
    pub is_exercise: bool,
    pub has_match: bool,
    pub first: End,
    /// The service did not keep when a suspension ended.
    pub is_of_before: bool,
    /// Hours after the end, and to which outcome.
    corrections: Vec<(i64, ControlOutcome)>,
}

/// How an examination ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    AtOnce(ControlOutcome),
    /// Suspended; decided or released after so many hours, or not at all.
    Suspended(Option<(i64, Option<ControlOutcome>)>),
}

/// An hour of arrivals.
#[derive(Clone, Debug)]
pub struct Hour {
    pub hour: i64,
    pub lane: Lane,
    pub count: i64,
    pub origin: usize,
    pub is_inspected: bool,
    pub is_matched: bool,
    pub is_exhausted: bool,
    /// How many unsafe ones are expected, in quarters.
    pub expected: u32,
}

pub const AREAS: [&str; 3] = ["", "toys", "lighters"];
pub const BODIES: [&str; 2] = ["ccic", "tuv"];
pub const ORIGINS: [&str; 4] = ["", "CN", "VN", "ZZ"];
/// Hours until a suspension is to be decided.
pub const DUE: i64 = 30;

fn outcome() -> impl Strategy<Value = ControlOutcome> {
    prop::sample::select(vec![ControlOutcome::Safe, ControlOutcome::NonCompliant, ControlOutcome::Unsafe])
}

fn end() -> impl Strategy<Value = End> {
    let ended = prop::option::of((1..80_i64, prop::option::of(outcome())));
    prop_oneof![outcome().prop_map(End::AtOnce), ended.prop_map(End::Suspended)]
}

fn exam() -> impl Strategy<Value = Exam> {
    let selection = prop::option::of(prop::sample::select(vec![
        Selection::Random,
        Selection::Targeted,
        Selection::Mandatory,
        Selection::Officer,
    ]));
    let place = (60..200_i64, 0..60_i64, 0..3_usize, prop::option::of(0..2_usize));
    let marks =
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.15));
    let chosen = (selection, prop::sample::select(vec![0.1, 0.5, 1.0]));
    let corrections = prop::collection::vec((1..60_i64, outcome()), 0..3);
    (place, marks, chosen, end(), corrections).prop_map(|(place, marks, chosen, first, corrections)| Exam {
        examined: place.0,
        delay: place.1,
        area: place.2,
        body: place.3,
        is_screened: marks.0,
        is_passed: marks.1,
        is_exercise: marks.2,
        has_match: marks.3,
        is_of_before: marks.4,
        selection: chosen.0,
        probability: chosen.1,
        first,
        corrections,
    })
}

fn hours() -> impl Strategy<Value = Vec<Hour>> {
    let lane = prop::sample::select(vec![Lane::Red, Lane::Yellow, Lane::Green, Lane::Blue]);
    let one = (lane, 1..20_i64, 0..4_usize, any::<(bool, bool, bool)>(), 0..40_u32);
    prop::collection::btree_map(60..200_i64, one, 0..12).prop_map(|hours| {
        let one = |(hour, (lane, count, origin, (is_inspected, is_matched, is_exhausted), expected))| Hour {
            hour,
            lane,
            count,
            origin,
            is_inspected,
            is_matched,
            is_exhausted,
            expected,
        };
        hours.into_iter().map(one).collect()
    })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

impl Exam {
    /// The hours of what happened behind the examination: to which outcome, or none for a release.
    pub fn changes(&self) -> Vec<(i64, Option<ControlOutcome>)> {
        let mut at = self.examined + self.delay;
        let mut changes = Vec::new();
        match self.first {
            End::AtOnce(_) => {}
            End::Suspended(None) => return changes,
            End::Suspended(Some((after, outcome))) => {
                at += after;
                changes.push((at, outcome));
                if outcome.is_none() {
                    return changes;
                }
            }
        }
        for (after, outcome) in &self.corrections {
            at += after;
            changes.push((at, Some(*outcome)));
        }
        changes
    }

    fn told(&self, id: usize, position: &mut i64) -> Vec<Event> {
        let recorded = self.examined + self.delay;
        let mut control = wire::Control {
            name: format!("controls/{id}"),
            authority: "eu-just".to_owned(),
            screening: if self.is_screened { format!("screenings/{id}") } else { String::new() },
            selection: self.selection.map_or(0, Into::into),
            selection_probability: if self.selection == Some(Selection::Officer) {
                0.0
            } else {
                self.probability
            },
            state: ControlState::Suspended.into(),
            examine_time: time(self.examined),
            product_area: AREAS[self.area].to_owned(),
            inspection_body: self.body.map(|body| BODIES[body].to_owned()).unwrap_or_default(),
            inspection_passed: self.is_passed,
            ..Default::default()
        };
        if self.has_match {
            let matched = wire::MatchedNotification::default();
            control.screened =
                Some(wire::ScreeningKnowledge { matched_notifications: vec![matched], ..Default::default() });
        }
        match self.first {
            End::AtOnce(outcome) => {
                control.state = ControlState::Decided.into();
                control.outcome = outcome.into();
                control.decide_time = time(recorded);
            }
            End::Suspended(_) => control.due_time = time(self.examined + DUE),
        }
        let status = if self.is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
        let mut told = vec![(recorded, control.clone())];
        for (at, outcome) in self.changes() {
            if control.state() == ControlState::Suspended {
                control.decide_time = time(at).filter(|_| !self.is_of_before);
            } else {
                let (outcome, correct_time) = (control.outcome, time(at));
                control.corrections.push(wire::ControlCorrection {
                    outcome,
                    correct_time,
                    ..Default::default()
                });
            }
            control.state = match outcome {
                Some(_) => ControlState::Decided.into(),
                None => ControlState::Released.into(),
            };
            control.outcome = outcome.map_or(0, Into::into);
            told.push((at, control.clone()));
        }
        let one = |(at, control)| {
            *position += 1;
            event(*position, at, status, &wire::ControlChanged { control: Some(control) })
        };
        told.into_iter().map(one).collect()
    }
}

fn arrivals(hours: &[Hour], position: &mut i64) -> Vec<Event> {
    let one = |one: &Hour| {
        *position += 1;
        let counts = vec![wire::ScreeningCount {
            lane: one.lane.into(),
            lane_without_lot: one.lane.into(),
            selection: Selection::None.into(),
            count: one.count,
            country_of_origin: ORIGINS[one.origin].to_owned(),
            inspected: one.is_inspected,
            alert_matched: one.is_matched,
            capacity_exhausted: one.is_exhausted,
            expected_unsafe: f64::from(one.expected) / 4.0,
            ..Default::default()
        }];
        let told = wire::ScreeningsAggregated {
            entry_point: "NLRTM".to_owned(),
            start_time: time(one.hour),
            counts,
        };
        // Told later than it happened.
        event(*position, one.hour + 2, EventStatus::Actual, &told)
    };
    hours.iter().map(one).collect()
}

/// What is known of some examinations and arrivals.
pub fn drawn(runner: &mut TestRunner) -> Vec<Fact> {
    let exams = versions::drawn(runner, &prop::collection::vec(exam(), 0..25));
    facts(&exams, &versions::drawn(runner, &hours()), false)
}

fn facts(exams: &[Exam], hours: &[Hour], turned: bool) -> Vec<Fact> {
    let mut position = 0;
    let mut events: Vec<Event> = Vec::new();
    let numbered = exams.iter().enumerate();
    let told: Vec<Vec<Event>> = numbered.map(|(id, exam)| exam.told(id, &mut position)).collect();
    let hours = arrivals(hours, &mut position);
    if turned {
        events.extend(hours.into_iter().rev());
        events.extend(told.into_iter().rev().flatten());
    } else {
        events.extend(told.into_iter().flatten());
        events.extend(hours);
    }
    known_by(&reader_of(Source::Consignments, "eu-just"), &events)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_count_of_import_control_equals_a_slow_calculation(
        exams in prop::collection::vec(exam(), 0..25), hours in hours(),
    ) {
        let facts = facts(&exams, &hours, false);
        for (status, is_exercise) in [(Status::Actual, false), (Status::Exercise, true)] {
            let said = report_of_status(ReportTemplate::ImportControl, "eu-just", "cn-gacc", facts.clone(), status);
            let [examinations, arrived] = counted(&exams, &hours, is_exercise);
            prop_assert_eq!(counts(&said, "examinations"), examinations);
            suspensions(&exams, is_exercise).is_said_beside(&said, "suspensions", &["median"]);
            let half = match figure(&said, "suspensions", "median") {
                Value::Days(days) => Half::At((days.value * 24.0).round() as i64),
                Value::FewerThanHalf => Half::NotYet,
                _ => Half::NoCases,
            };
            prop_assert_eq!(half, half_decided(&exams, is_exercise));
            let is_told = said.sections.iter().any(|section| section.id == "arrivals");
            prop_assert!(is_told || arrived.is_empty());
            prop_assert_eq!(if is_told { counts(&said, "arrivals") } else { vec![] }, arrived);
            if !is_exercise {
                prop_assert_eq!(counts(&said, "bodies"), false_pass(&exams));
                prop_assert!(!is_told || expected(&hours).is(&figure(&said, "arrivals", "expected_unsafe")));
            }
            let drawn = exams.iter().filter(|exam| exam.is_exercise == is_exercise && exam.is_of_period());
            let drawn = drawn.filter(|exam| exam.chosen() == "RANDOM").filter_map(Exam::outcome);
            let found = drawn.clone().filter(|outcome| *outcome == ControlOutcome::Unsafe).count() as u64;
            let month = ("2027-01".to_owned(), drawn.count() as u64, found);
            let is_same = if is_told { by_month(&said) == [month] } else { month.1 == 0 };
            prop_assert!(is_same);
        }
    }

    #[test]
    fn what_import_control_tells_comes_in_whatever_order(
        exams in prop::collection::vec(exam(), 0..25), hours in hours(),
    ) {
        let [one, other] = [false, true].map(|turned| {
            report_of_status(ReportTemplate::ImportControl, "eu-just", "cn-gacc", facts(&exams, &hours, turned), Status::Actual)
        });
        prop_assert_eq!(one, other);
    }
}

fn figure(said: &Content, section: &str, id: &str) -> Value {
    let section = said.sections.iter().find(|one| one.id == section).unwrap();
    section.figures.iter().find(|one| one.id == id).unwrap().value
}

/// Of each month how many were drawn by lot and had an outcome, and how many of them were unsafe.
fn by_month(said: &Content) -> Vec<(String, u64, u64)> {
    let section = said.sections.iter().find(|one| one.id == "hit_rates").unwrap();
    let table = section.tables.iter().find(|table| table.id == "unsafe_by_month").unwrap();
    let counts = |row: &Row| match row.values[..] {
        [Value::Count(examined), Value::Count(found), _] => (row.id.clone(), examined, found),
        _ => panic!("{row:?} has no counts"),
    };
    table.rows.iter().map(counts).collect()
}

/// An examination of screened goods that was decided at once.
fn drawn_at(examined: i64, selection: Selection, probability: f64, outcome: ControlOutcome) -> Exam {
    Exam {
        examined,
        delay: 0,
        selection: Some(selection),
        is_screened: true,
        probability,
        area: 1,
        body: None,
        is_passed: false,
        is_exercise: false,
        has_match: false,
        is_of_before: false,
        first: End::AtOnce(outcome),
        corrections: Vec::new(),
    }
}

#[test]
fn each_month_counts_what_the_lot_found_by_the_clocks_of_the_period() {
    let exam = |examined, outcome| drawn_at(examined, Selection::Random, 0.5, outcome);
    // Hour 0 is 2027-01-15T08:00Z. In Beijing it is February from 16:00Z of 31 January on, 392 hours later; UTC is eight hours behind.
    let exams = [
        exam(391, ControlOutcome::Unsafe),
        exam(392, ControlOutcome::Safe),
        exam(393, ControlOutcome::Unsafe),
        exam(399, ControlOutcome::Safe),
    ];
    let owner = party("eu-just");
    let [first, last] = ["2027-01-01", "2027-06-30"].map(|day| day.parse().unwrap());
    let period = Period { first, last, zone: "Asia/Shanghai".to_owned() };
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let question = Question {
        template: ReportTemplate::ImportControl,
        owner: &owner,
        partner: None,
        period: &period,
        zone: &zone,
        start: hour(0),
        // The second hour of April in Beijing: the running month stands there, and none after it.
        cut: hour(392 + (28 + 31) * 24 + 1),
        status: Status::Actual,
        arrangements: arrangements(),
        jurisdictions: jurisdictions(),
        names: names(),
    };
    let said = content(&question, Facts::of(facts(&exams, &[], false), Status::Actual));
    let months = [("2027-01", 1, 1), ("2027-02", 3, 1), ("2027-03", 0, 0), ("2027-04", 0, 0)];
    assert_eq!(by_month(&said), months.map(|(month, examined, found)| (month.to_owned(), examined, found)));
}

/// The examples of the statistics are told in their own crates; here is that figures come by them.
#[test]
fn lift_and_what_was_not_seen_come_of_logged_probabilities() {
    let exam = |selection, probability, outcome| drawn_at(START, selection, probability, outcome);
    let mut exams = Vec::new();
    // By lot, one in ten: 2 of 20 unsafe. Targeted with certainty: 5 of 10.
    for index in 0..20 {
        let outcome = if index < 2 { ControlOutcome::Unsafe } else { ControlOutcome::Safe };
        exams.push(exam(Selection::Random, 0.1, outcome));
    }
    for index in 0..10 {
        let outcome = if index < 5 { ControlOutcome::Unsafe } else { ControlOutcome::Safe };
        exams.push(exam(Selection::Targeted, 1.0, outcome));
    }
    // An officer's choice changes nothing.
    exams.push(exam(Selection::Officer, 0.0, ControlOutcome::Unsafe));
    let said = report_of_status(
        ReportTemplate::ImportControl,
        "eu-just",
        "cn-gacc",
        facts(&exams, &[], false),
        Status::Actual,
    );
    let section = said.sections.iter().find(|one| one.id == "hit_rates").unwrap();
    let value = |id: &str| section.figures.iter().find(|one| one.id == id).unwrap().value;
    let of = |value: Value| match value {
        Value::Share(one) | Value::Number(one) => (one.value, one.lower.unwrap(), one.upper.unwrap()),
        other => panic!("{other:?} is no measured value"),
    };
    assert_eq!([of(value("random")).0, of(value("targeted")).0], [0.1, 0.5]);
    let (lift, lower, upper) = of(value("lift"));
    assert!(
        (lift - 5.0).abs() < 1e-9 && lower > 1.0 && lower < lift && upper > lift,
        "{lift} {lower} {upper}"
    );
    // 20 draws stand for 200, of which 20 are unsafe; 10 stand for themselves, of which 5 are.
    let (share, lower, upper) = of(value("unsafe_of_arrivals"));
    assert!((share - 25.0 / 210.0).abs() < 1e-9 && lower < share && share < upper);
}
