//! Searches for manufacturers over random histories, and the same counts in the plainest way.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::TestRunner};
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    notifications::v1::{
        self as wire, CandidateState, FollowUpState, TraceOutcome, TraceQuestionState, TraceState,
    },
};
use seamless_reporting::domain::{
    content::{Content, Value},
    facts::Fact,
    model::{EventStatus as Status, ReportTemplate},
    source::Source,
};

use crate::{
    CUT, START, counts, event, history::name, hour, known_by, reader_of, report_of_status,
    slow_times::Wanted as Exact, versions,
};

/// An alert that was sent to China, and how its manufacturer was looked for.
#[derive(Clone, Debug)]
struct Search {
    sent: i64,
    has_gtin: bool,
    has_address: bool,
    /// Steps of the follow-up: hours after the one before, and whether it was traced.
    steps: Vec<(i64, bool)>,
    missing: Vec<usize>,
    /// Hours from the sending to the opening of a search, if there is one.
    opened: Option<i64>,
    /// Hours after which it ended, taken up again, and so on.
    ends: Vec<i64>,
    is_found: bool,
    questions: Vec<Asked>,
    /// Hours from the opening, per cent, and what was decided.
    candidates: Vec<(i64, i32, CandidateState)>,
    is_exercise: bool,
    is_lost: bool,
}

/// A question of a search.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// Hours from the opening.
    after: i64,
    field: usize,
    /// Hours until it was closed, and whether by an answer.
    closed: Option<(i64, bool)>,
    has_update: bool,
}

const FIELDS: [&str; 3] = ["product.gtins", "product.models", "traceability.operators"];

fn asked() -> impl Strategy<Value = Asked> {
    let closed = prop::option::of((1..80_i64, any::<bool>()));
    (0..80_i64, 0..3_usize, closed, any::<bool>()).prop_map(|(after, field, closed, has_update)| Asked {
        after,
        field,
        closed,
        has_update,
    })
}

fn search() -> impl Strategy<Value = Search> {
    let state = prop::sample::select(vec![
        CandidateState::Proposed,
        CandidateState::Confirmed,
        CandidateState::Rejected,
    ]);
    let marks =
        (any::<bool>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    let steps = prop::collection::vec((1..60_i64, any::<bool>()), 0..4);
    let search = (prop::option::of(1..60_i64), prop::collection::vec(1..60_i64, 0..4));
    let rest = (
        prop::collection::vec(asked(), 0..4),
        prop::collection::vec((0..80_i64, 0..=100, state), 0..4),
        prop::collection::btree_set(0..3_usize, 0..3),
    );
    (20..170_i64, marks, steps, search, rest).prop_map(|(sent, marks, steps, search, rest)| Search {
        sent,
        has_gtin: marks.0,
        has_address: marks.1,
        is_found: marks.2,
        is_exercise: marks.3,
        is_lost: marks.4,
        steps,
        opened: search.0,
        ends: search.1,
        questions: rest.0,
        candidates: rest.1,
        missing: rest.2.into_iter().collect(),
    })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

impl Search {
    /// The hours of the follow-up's steps.
    fn step_hours(&self) -> Vec<(i64, bool)> {
        let mut at = self.sent;
        let each = self.steps.iter().map(|(after, traced)| {
            at += after;
            (at, *traced)
        });
        each.collect()
    }

    /// Whether a side knows it, of what is meant.
    fn is_seen(&self, reader: &str) -> bool {
        let is_known = !self.is_lost || reader != "cn-gacc";
        is_known && !self.is_exercise
    }

    fn opened_at(&self) -> Option<i64> {
        self.opened.map(|after| self.sent + after)
    }

    /// The hours at which the search ended or was taken up again, in turn.
    fn turns(&self) -> Vec<i64> {
        let Some(mut at) = self.opened_at() else { return Vec::new() };
        let each = self.ends.iter().map(|after| {
            at += after;
            at
        });
        each.collect()
    }

    fn is_concluded(&self) -> bool {
        self.turns().len() % 2 == 1
    }

    fn told(&self, id: u32, position: &mut i64, reader: &str) -> Vec<Event> {
        let status = if self.is_exercise { EventStatus::Exercise } else { EventStatus::Actual };
        let alert = name(id);
        let sending = format!("{alert}/transmissions/cn-gacc");
        let mut told: Vec<Event> = Vec::new();
        macro_rules! tell {
            ($at:expr, $event:expr) => {{
                *position += 1;
                told.push(event(*position, $at, status, &$event));
            }};
        }
        let maker = wire::EconomicOperator {
            role: wire::OperatorRole::Manufacturer.into(),
            operator_name: "堃远电器".to_owned(),
            address: if self.has_address { "Shenzhen".to_owned() } else { String::new() },
            ..Default::default()
        };
        let notification = wire::Notification {
            name: alert.clone(),
            originator: "eu-just".to_owned(),
            state: wire::NotificationState::Transmitted.into(),
            product: Some(wire::Product {
                gtins: if self.has_gtin { vec!["4006381333931".to_owned()] } else { Vec::new() },
                ..Default::default()
            }),
            traceability: Some(wire::Traceability { operators: vec![maker], ..Default::default() }),
            ..Default::default()
        };
        let transmission = wire::Transmission {
            arrangement: "eu-cn".to_owned(),
            name: sending.clone(),
            notification: alert.clone(),
            recipient: "cn-gacc".to_owned(),
            sender: "eu-just".to_owned(),
            originator: "eu-just".to_owned(),
            send_time: time(self.sent),
            ..Default::default()
        };
        tell!(
            self.sent,
            wire::NotificationTransmitted {
                notification: Some(notification),
                transmission: Some(transmission),
            }
        );
        let mut follow_up = wire::FollowUp {
            name: format!("{sending}/followUp"),
            transmission: sending.clone(),
            authority: "cn-gacc".to_owned(),
            ..Default::default()
        };
        for (at, traced) in self.step_hours() {
            let state = if traced { FollowUpState::Traced } else { FollowUpState::NotTraced };
            follow_up.state = state.into();
            let step = wire::FollowUpStep { state: state.into(), step_time: time(at), ..Default::default() };
            follow_up.steps.push(step);
            let missing_fields = self.missing.iter().map(|field| FIELDS[*field].to_owned()).collect();
            follow_up.tracing = Some(wire::Tracing { traced, missing_fields, ..Default::default() });
            tell!(at, wire::FollowUpChanged { follow_up: Some(follow_up.clone()), ..Default::default() });
        }
        if let Some(opened) = self.opened_at() {
            self.tell_search(&sending, opened, &mut |at, one| match one {
                Told::Opened(trace) => tell!(at, wire::TraceOpened { trace: Some(trace) }),
                Told::Reopened(trace) => tell!(at, wire::TraceReopened { trace: Some(trace) }),
                Told::Concluded(trace) => {
                    tell!(at, wire::TraceConcluded { trace: Some(trace), ..Default::default() });
                }
                Told::Question(question) => {
                    tell!(at, wire::TraceQuestionChanged { question: Some(question) })
                }
                Told::Candidate(candidate) => {
                    tell!(at, wire::TraceCandidateChanged { candidate: Some(candidate) });
                }
            });
        }
        if self.is_lost && reader == "cn-gacc" {
            let removal = wire::Removal {
                notification: alert,
                originator: "eu-just".to_owned(),
                authority: "cn-gacc".to_owned(),
                reason: wire::RemovalReason::Revoked.into(),
                order_time: time(500),
                ..Default::default()
            };
            tell!(500, wire::RemovalOrdered { removal: Some(removal) });
        }
        told
    }

    fn tell_search(&self, sending: &str, opened: i64, tell: &mut dyn FnMut(i64, Told)) {
        let step = |state: TraceState, at| wire::TraceStep {
            state: state.into(),
            step_time: time(at),
            ..Default::default()
        };
        let mut trace = wire::Trace {
            name: format!("{sending}/trace"),
            transmission: sending.to_owned(),
            authority: "cn-gacc".to_owned(),
            state: TraceState::Open.into(),
            create_time: time(opened),
            steps: vec![step(TraceState::Open, opened)],
            ..Default::default()
        };
        tell(opened, Told::Opened(trace.clone()));
        for (index, at) in self.turns().into_iter().enumerate() {
            if index % 2 == 1 {
                trace.state = TraceState::Open.into();
                trace.conclusion = None;
                trace.steps.push(step(TraceState::Open, at));
                tell(at, Told::Reopened(trace.clone()));
                continue;
            }
            let outcome = match self.is_found {
                true => TraceOutcome::ManufacturerConfirmed,
                false => TraceOutcome::NotTraced,
            };
            trace.state = TraceState::Concluded.into();
            trace.steps.push(step(TraceState::Concluded, at));
            trace.conclusion = Some(wire::TraceConclusion {
                outcome: outcome.into(),
                conclude_time: time(at),
                ..Default::default()
            });
            tell(at, Told::Concluded(trace.clone()));
        }
        for (index, one) in self.questions.iter().enumerate() {
            let mut question = wire::TraceQuestion {
                name: format!("{sending}/trace/questions/{}", index + 1),
                fields: vec![FIELDS[one.field].to_owned()],
                state: TraceQuestionState::Open.into(),
                create_time: time(opened + one.after),
                ..Default::default()
            };
            tell(opened + one.after, Told::Question(question.clone()));
            if let Some((after, is_answered)) = one.closed {
                let at = opened + one.after + after;
                question.close_time = time(at);
                question.state = TraceQuestionState::Withdrawn.into();
                if is_answered {
                    let updated = if one.has_update { vec!["product.gtins".to_owned()] } else { Vec::new() };
                    question.state = TraceQuestionState::Answered.into();
                    question.answer =
                        Some(wire::TraceAnswer { updated_fields: updated, ..Default::default() });
                }
                tell(at, Told::Question(question));
            }
        }
        for (index, (after, confidence, state)) in self.candidates.iter().enumerate() {
            let candidate = wire::TraceCandidate {
                name: format!("{sending}/trace/candidates/{}", index + 1),
                confidence: *confidence,
                state: (*state).into(),
                create_time: time(opened + after),
                ..Default::default()
            };
            tell(opened + after, Told::Candidate(candidate));
        }
    }
}

/// What is told of a search.
enum Told {
    Opened(wire::Trace),
    Reopened(wire::Trace),
    Concluded(wire::Trace),
    Question(wire::TraceQuestion),
    Candidate(wire::TraceCandidate),
}

/// What the EU knows of some searches.
pub fn drawn(runner: &mut TestRunner) -> Vec<Fact> {
    facts(&versions::drawn(runner, &prop::collection::vec(search(), 0..8)), "eu-just", false)
}

fn facts(searches: &[Search], reader: &str, turned: bool) -> Vec<Fact> {
    let mut position = 0;
    let numbered = (0..).zip(searches);
    let mut told: Vec<Vec<Event>> =
        numbered.map(|(id, search)| search.told(id, &mut position, reader)).collect();
    if turned {
        told.reverse();
    }
    known_by(&reader_of(Source::Notifications, reader), &told.concat())
}

type Wanted = Vec<(String, u64)>;

fn tidy(counts: BTreeMap<String, u64>) -> Wanted {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn is_of_period(at: i64) -> bool {
    (START..CUT).contains(&at)
}

/// What the report should count: tracing, searches, questions, candidates.
fn slow(searches: &[Search], reader: &str) -> [Wanted; 4] {
    let mut all: [BTreeMap<String, u64>; 4] = Default::default();
    let seen = searches.iter().filter(|one| one.is_seen(reader));
    for one in seen {
        let add = |map: &mut BTreeMap<String, u64>, id: &str, is: bool| {
            *map.entry(id.to_owned()).or_default() += u64::from(is);
        };
        let mut of_period = one.step_hours().into_iter().filter(|(at, _)| is_of_period(*at));
        if let Some((_, traced)) = of_period.next_back() {
            let map = &mut all[0];
            add(map, "ended", true);
            add(map, "traced", traced);
            add(map, "by_field/gtin", one.has_gtin);
            add(map, "by_field/manufacturer_name", true);
            add(map, "by_field/manufacturer_address", one.has_address);
            add(map, "not_traced_by_reason/", !traced);
            let missing = one.missing.iter().map(|field| FIELDS[*field]);
            missing.for_each(|field| add(map, &format!("missing_fields/{field}"), true));
            add(map, "missing_fields/", one.missing.is_empty());
        }
        let Some(opened) = one.opened_at() else { continue };
        let turns = one.turns();
        let ends: Vec<i64> = turns.iter().step_by(2).copied().collect();
        let again: Vec<i64> = turns.iter().skip(1).step_by(2).copied().collect();
        add(&mut all[1], "opened", is_of_period(opened));
        add(&mut all[1], "ended", ends.iter().any(|at| is_of_period(*at)));
        add(&mut all[1], "reopened", again.iter().any(|at| is_of_period(*at)));
        let last = turns.last().copied().filter(|_| one.is_concluded());
        let outcome = if one.is_found { "MANUFACTURER_CONFIRMED" } else { "NOT_TRACED" };
        add(&mut all[1], &format!("by_outcome/{outcome}"), last.is_some_and(is_of_period));
        for question in &one.questions {
            let asked = opened + question.after;
            if !is_of_period(asked) {
                continue;
            }
            let answered = question.closed.filter(|(after, by_answer)| *by_answer && asked + after < CUT);
            let found = answered.is_some_and(|(after, _)| {
                one.is_found && last.is_some_and(|end| end >= asked + after && end < CUT)
            });
            add(&mut all[2], "asked", true);
            add(&mut all[2], "answered", answered.is_some());
            add(&mut all[2], "updated", answered.is_some() && question.has_update);
            add(&mut all[2], "traced", question.has_update && found);
            add(&mut all[2], &format!("by_field/{}", FIELDS[question.field]), true);
        }
        let mut is_any = false;
        for (after, confidence, state) in &one.candidates {
            if !is_of_period(opened + after) {
                continue;
            }
            is_any = true;
            let band = match confidence {
                0..=25 => "0-25",
                26..=50 => "26-50",
                51..=75 => "51-75",
                _ => "76-100",
            };
            let state = state.as_str_name().trim_start_matches("CANDIDATE_STATE_");
            add(&mut all[3], "added", true);
            add(&mut all[3], &format!("by_state/{state}"), true);
            add(&mut all[3], &format!("by_confidence/{band}"), true);
        }
        add(&mut all[3], "searches", is_any);
    }
    all.map(tidy)
}

/// How sure they were, and how right: of each band of confidence how many, confirmed, ruled out, and the share of these that was confirmed.
fn by_confidence(searches: &[Search], reader: &str) -> Vec<(&'static str, Vec<Exact>)> {
    let seen = searches.iter().filter(|one| one.is_seen(reader));
    let added = seen.filter_map(|one| Some((one.opened_at()?, one))).flat_map(|(opened, one)| {
        one.candidates.iter().filter(move |(after, ..)| is_of_period(opened + after))
    });
    let added: Vec<(i32, CandidateState)> =
        added.map(|(_, confidence, state)| (*confidence, *state)).collect();
    let bands = [("0-25", 0, 25), ("26-50", 26, 50), ("51-75", 51, 75), ("76-100", 76, 100)];
    let rows = bands.map(|(id, first, last)| {
        let of_band = || added.iter().filter(|(confidence, _)| first <= *confidence && *confidence <= last);
        let count = |wanted| of_band().filter(|(_, state)| *state == wanted).count() as u64;
        let (confirmed, rejected) = (count(CandidateState::Confirmed), count(CandidateState::Rejected));
        let counts = [of_band().count() as u64, confirmed, rejected].map(Exact::Count);
        let share = Exact::share(confirmed, confirmed + rejected);
        (id, counts.into_iter().chain([share]).collect())
    });
    rows.into()
}

/// Hours of the period in which a search had an open question, each hour looked at.
fn waited(searches: &[Search], reader: &str) -> i64 {
    let seen = searches.iter().filter(|one| one.is_seen(reader));
    let of_one = |one: &Search| {
        let Some(opened) = one.opened_at() else { return 0 };
        let is_open = |hour: i64| {
            one.questions.iter().any(|question| {
                let asked = opened + question.after;
                asked <= hour && question.closed.is_none_or(|(after, _)| hour < asked + after)
            })
        };
        (START..CUT).filter(|hour| is_open(*hour)).count() as i64
    };
    seen.map(of_one).sum()
}

fn days(content: &Content, section: &str, id: &str) -> f64 {
    let section = content.sections.iter().find(|one| one.id == section).unwrap();
    match section.figures.iter().find(|one| one.id == id).unwrap().value {
        Value::Days(days) => days.value,
        other => panic!("{other:?} is no time"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_count_of_tracing_equals_a_slow_calculation(
        searches in prop::collection::vec(search(), 0..8),
    ) {
        for (reader, partner, way) in [("cn-gacc", "eu-just", "received"), ("eu-just", "cn-gacc", "sent")] {
            let [known, turned] = [false, true].map(|turned| facts(&searches, reader, turned));
            let [said, same] = [known, turned].map(|facts| {
                report_of_status(ReportTemplate::TraceBack, reader, partner, facts, Status::Actual)
            });
            prop_assert_eq!(&said, &same);
            let sections = ["tracing", "searches", "questions", "candidates"];
            for (section, wanted) in sections.into_iter().zip(slow(&searches, reader)) {
                let id = [section, "_", way].concat();
                prop_assert_eq!(counts(&said, &id), wanted, "{} for {}", section, reader);
            }
            let section = said.sections.iter().find(|one| one.id == ["candidates_", way].concat()).unwrap();
            let table = section.tables.iter().find(|table| table.id == "by_confidence").unwrap();
            let wanted = by_confidence(&searches, reader);
            prop_assert_eq!(table.rows.len(), wanted.len());
            for (row, (id, values)) in table.rows.iter().zip(wanted) {
                prop_assert_eq!((row.id.as_str(), row.values.len()), (id, values.len()));
                let is = row.values.iter().zip(&values).all(|(said, wanted)| wanted.is(said));
                prop_assert!(is, "{:?} instead of {:?}", row, values);
            }
            let wanted = waited(&searches, reader) as f64 / 24.0;
            let section = ["questions_", way].concat();
            let found = days(&said, &section, "waited");
            prop_assert!((found - wanted).abs() < 1e-9, "{} for {}", found, wanted);
        }
    }
}
