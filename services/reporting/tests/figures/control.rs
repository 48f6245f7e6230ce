//! Import control over random histories: examinations, decisions, corrections, arrivals; and the same counts in the plainest way.

use std::collections::BTreeMap;

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
    CUT, START, arrangements, counts, event, hour, jurisdictions, known_by, names, party, reader_of,
    report_of_status, versions,
};

/// An examination, from its record to its last correction.
#[derive(Clone, Debug)]
struct Exam {
    examined: i64,
    /// Hours until it is recorded.
    delay: i64,
    selection: Option<Selection>,
    is_screened: bool,
    probability: f64,
    area: usize,
    body: Option<usize>,
    is_passed: bool,
    is_exercise: bool,
    has_match: bool,
    first: End,
    /// Hours after the end, and to which outcome.
    corrections: Vec<(i64, ControlOutcome)>,
}

/// How an examination ends.
#[derive(Clone, Copy, Debug)]
enum End {
    AtOnce(ControlOutcome),
    /// Suspended; decided or released after so many hours, or not at all.
    Suspended(Option<(i64, Option<ControlOutcome>)>),
}

/// An hour of arrivals.
#[derive(Clone, Debug)]
struct Hour {
    hour: i64,
    lane: Lane,
    count: i64,
    origin: usize,
    is_inspected: bool,
}

const AREAS: [&str; 3] = ["", "toys", "lighters"];
const BODIES: [&str; 2] = ["ccic", "tuv"];
const ORIGINS: [&str; 4] = ["", "CN", "VN", "ZZ"];
/// Hours until a suspension is to be decided.
const DUE: i64 = 30;

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
    let marks = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.1), any::<bool>());
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
        selection: chosen.0,
        probability: chosen.1,
        first,
        corrections,
    })
}

fn hours() -> impl Strategy<Value = Vec<Hour>> {
    let lane = prop::sample::select(vec![Lane::Red, Lane::Yellow, Lane::Green, Lane::Blue]);
    let one = (lane, 1..20_i64, 0..4_usize, any::<bool>());
    prop::collection::btree_map(60..200_i64, one, 0..12).prop_map(|hours| {
        let one =
            |(hour, (lane, count, origin, is_inspected))| Hour { hour, lane, count, origin, is_inspected };
        hours.into_iter().map(one).collect()
    })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

impl Exam {
    /// The hours of what happened behind the examination: to which outcome, or none for a release.
    fn changes(&self) -> Vec<(i64, Option<ControlOutcome>)> {
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
                control.decide_time = time(at);
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

    /// The outcome at the cut; none while it is open, and of a release.
    fn outcome(&self) -> Option<ControlOutcome> {
        let mut outcome = match self.first {
            End::AtOnce(outcome) => Some(outcome),
            End::Suspended(_) => None,
        };
        for (at, changed) in self.changes() {
            if at < CUT {
                outcome = changed;
            }
        }
        outcome
    }

    /// When a suspension ended.
    fn ended(&self) -> Option<i64> {
        match self.first {
            End::AtOnce(_) => None,
            End::Suspended(_) => self.changes().first().map(|(at, _)| *at),
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.first, End::Suspended(_)) && self.ended().is_none_or(|at| at >= CUT)
    }

    fn is_of_period(&self) -> bool {
        (START..CUT).contains(&self.examined)
    }

    /// The name of how it was chosen.
    fn chosen(&self) -> &'static str {
        match self.selection {
            None => "",
            Some(Selection::Targeted) if !self.is_screened => "OFFICER",
            Some(Selection::Random) => "RANDOM",
            Some(Selection::Targeted) => "TARGETED",
            Some(Selection::Mandatory) => "MANDATORY",
            _ => "OFFICER",
        }
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
            expected_unsafe: 0.5,
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

type Wanted = Vec<(String, u64)>;

fn tidy(counts: BTreeMap<String, u64>) -> Wanted {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What the report should count, by section.
fn slow(exams: &[Exam], hours: &[Hour], is_exercise: bool) -> [Wanted; 3] {
    let exams: Vec<&Exam> = exams.iter().filter(|exam| exam.is_exercise == is_exercise).collect();
    // Where others examined all, it is not shown which goods matched an alert, and that is not none.
    let of_period: Vec<_> = exams.iter().filter(|exam| exam.is_of_period()).collect();
    let is_shown = of_period.is_empty() || of_period.iter().any(|exam| exam.selection.is_some());
    let (mut examinations, mut suspensions) = (BTreeMap::new(), BTreeMap::new());
    let mut add = |id: String, is: bool| *examinations.entry(id).or_default() += u64::from(is);
    for exam in exams.iter().filter(|exam| exam.is_of_period()) {
        let outcome = exam.outcome();
        add("examined".to_owned(), true);
        add("unsafe".to_owned(), outcome == Some(ControlOutcome::Unsafe));
        add("non_compliant".to_owned(), outcome == Some(ControlOutcome::NonCompliant));
        add("safe".to_owned(), outcome == Some(ControlOutcome::Safe));
        add("open".to_owned(), exam.is_open());
        add("released".to_owned(), outcome.is_none() && !exam.is_open());
        let first = usize::from(exam.ended().is_some());
        add("corrected".to_owned(), exam.changes().iter().skip(first).any(|(at, _)| *at < CUT));
        add("alert_matched".to_owned(), is_shown && exam.has_match);
        let is_unsafe = outcome == Some(ControlOutcome::Unsafe);
        add("alert_matched_unsafe".to_owned(), is_shown && exam.has_match && is_unsafe);
        add(format!("by_selection/{}", exam.chosen()), true);
        add(format!("by_area/{}", AREAS[exam.area]), true);
        add("by_entry_point/".to_owned(), true);
    }
    for exam in exams.iter().filter(|exam| matches!(exam.first, End::Suspended(_))) {
        let due = exam.examined + DUE;
        if !(START..CUT).contains(&due) {
            continue;
        }
        let ended = exam.ended().filter(|at| *at < CUT);
        let mut add = |id: &str, is: bool| *suspensions.entry(id.to_owned()).or_default() += u64::from(is);
        add("fell_due", true);
        add("in_time", ended.is_some_and(|at| at < due));
        add("late", ended.is_some_and(|at| at >= due));
        add("overdue", ended.is_none());
        add("released_without_outcome", ended.is_some() && exam.changes()[0].1.is_none());
    }
    let mut arrived = BTreeMap::new();
    for one in hours.iter().filter(|one| (START..CUT).contains(&one.hour) && !is_exercise) {
        let lane = one.lane.as_str_name().trim_start_matches("LANE_");
        let mut add = |id: String| *arrived.entry(id).or_default() += one.count.unsigned_abs();
        add("screened".to_owned());
        if one.is_inspected {
            add("inspected".to_owned());
        }
        add(format!("by_lane/{lane}"));
        add("by_choice/NONE".to_owned());
        add("by_area/".to_owned());
        add(format!("by_origin/{}", ORIGINS[one.origin]));
        add("by_entry_point/NLRTM".to_owned());
    }
    [tidy(examinations), tidy(suspensions), tidy(arrived)]
}

/// Random examinations of goods that a body passed, by body.
fn false_pass(exams: &[Exam]) -> Wanted {
    let mut counts = BTreeMap::new();
    for exam in exams.iter().filter(|exam| !exam.is_exercise && exam.is_of_period()) {
        let Some(body) = exam.body.filter(|_| exam.is_passed && exam.chosen() == "RANDOM") else { continue };
        *counts.entry(format!("false_pass/{}", BODIES[body])).or_default() +=
            u64::from(exam.outcome().is_some());
    }
    tidy(counts)
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
            let [examinations, suspensions, arrived] = slow(&exams, &hours, is_exercise);
            prop_assert_eq!(counts(&said, "examinations"), examinations);
            prop_assert_eq!(counts(&said, "suspensions"), suspensions);
            let is_told = said.sections.iter().any(|section| section.id == "arrivals");
            prop_assert!(is_told || arrived.is_empty());
            prop_assert_eq!(if is_told { counts(&said, "arrivals") } else { vec![] }, arrived);
            if !is_exercise {
                prop_assert_eq!(counts(&said, "bodies"), false_pass(&exams));
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
