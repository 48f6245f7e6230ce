//! How goods were chosen, what plans had room for, and how far bodies can be relied on, over random histories; and the same in the
//! plainest way, every column of every row.

use std::collections::BTreeSet;

use proptest::{prelude::*, test_runner::TestRunner};
use prost::{Message, Name};
use seamless_proto::seamless::{
    consignments::v1::{
        self as wire, CertificateDoubt, ControlOutcome, CriterionState, Lane, ModelState, ReasonKind,
        Selection, SwitchingState, Verdict,
    },
    feed::v1::{Event, EventStatus},
    r#type::v1::CivilDate,
};
use seamless_reporting::domain::{
    content::{Content, Value},
    facts::Fact,
    model::{EventStatus as Status, ReportTemplate},
    source::Source,
};

use crate::{
    CUT, START, event, hour, known_by, party, reader_of, report_of_status,
    slow_targeting::{Rows, chosen, number, planned, relied_on},
    versions,
};

/// Goods that were examined.
#[derive(Clone, Debug)]
pub struct Goods {
    pub examined: i64,
    pub selection: Selection,
    pub outcome: Option<ControlOutcome>,
    /// Of the deciding model and of that in its shadow, in hundredths.
    pub scores: [Option<u8>; 2],
    pub probability: Option<u8>,
    pub reasons: BTreeSet<usize>,
    pub criteria: BTreeSet<usize>,
    /// The day of the plan: 1 to 4 January 2027 are of the period.
    pub day: Option<i32>,
}

/// Something else that is told at an hour.
#[derive(Clone, Debug)]
pub enum Told {
    Model(usize, ModelState, i64),
    Criterion(usize, CriterionState),
    Override(Lane, Lane),
    Trust(usize, Verdict, u8, SwitchingState, Option<i32>),
    Misuse(usize, CertificateDoubt),
    Plan(usize, i32, [i32; 4], Option<u8>),
}

pub const MODELS: [&str; 2] = ["models/eu-just.1", "models/eu-just.2"];
pub const REASONS: [ReasonKind; 3] =
    [ReasonKind::AlertMatch, ReasonKind::Model, ReasonKind::CertificateDoubtful];
pub const BODIES: [&str; 2] = ["ccic", "tuv"];
pub const PORTS: [&str; 2] = ["NLRTM", "DEHAM"];
/// The upper ends of bands of probability, in hundredths.
pub const BANDS: [u8; 5] = [1, 5, 20, 50, 100];

fn goods() -> impl Strategy<Value = Goods> {
    let selection = prop::sample::select(vec![Selection::Random, Selection::Random, Selection::Targeted]);
    let outcome = prop::sample::select(vec![
        None,
        Some(ControlOutcome::Safe),
        Some(ControlOutcome::NonCompliant),
        Some(ControlOutcome::Unsafe),
    ]);
    let score = || prop::option::of(0..=100_u8);
    let said = (prop::collection::btree_set(0..3_usize, 0..3), prop::collection::btree_set(0..3_usize, 0..2));
    ((60..200_i64, selection, outcome), [score(), score()], score(), said, prop::option::of(1..=6_i32))
        .prop_map(|((examined, selection, outcome), scores, probability, (reasons, criteria), day)| Goods {
            examined,
            selection,
            outcome,
            scores,
            probability,
            reasons,
            criteria,
            day,
        })
}

fn told() -> impl Strategy<Value = (i64, Told)> {
    let model = prop::sample::select(vec![ModelState::Shadow, ModelState::Deciding, ModelState::Retired]);
    let criterion =
        prop::sample::select(vec![CriterionState::Draft, CriterionState::Active, CriterionState::Retired]);
    let lane = || prop::sample::select(vec![Lane::Red, Lane::Yellow, Lane::Green]);
    let verdict = prop::sample::select(vec![Verdict::NotEnoughEvidence, Verdict::Reliable]);
    let level = prop::sample::select(vec![SwitchingState::Normal, SwitchingState::Tightened]);
    let doubt = prop::sample::select(vec![CertificateDoubt::Unknown, CertificateDoubt::Overdrawn]);
    let what = prop_oneof![
        (0..2_usize, model, 0..9_i64).prop_map(|(of, state, learned)| Told::Model(of, state, learned)),
        (0..3_usize, criterion).prop_map(|(of, state)| Told::Criterion(of, state)),
        (lane(), lane()).prop_map(|(from, to)| Told::Override(from, to)),
        (0..2_usize, verdict, 0..100_u8, level, prop::option::of(0..50_i32))
            .prop_map(|(of, verdict, rate, level, more)| Told::Trust(of, verdict, rate, level, more)),
        (0..2_usize, doubt).prop_map(|(of, doubt)| Told::Misuse(of, doubt)),
        (0..2_usize, 1..=6_i32, [0..9_i32, 0..9_i32, 0..9_i32, 0..9_i32], prop::option::of(1..9_u8))
            .prop_map(|(port, day, numbers, threshold)| Told::Plan(port, day, numbers, threshold)),
    ];
    (60..200_i64, what)
}

/// What is told, the first first, each at an hour of its own; of a plan the first alone, since its day closes once.
fn told_in_turn() -> impl Strategy<Value = Vec<(i64, Told)>> {
    prop::collection::vec(told(), 0..25).prop_map(|mut all| {
        all.sort_by_key(|(at, _)| *at);
        all.dedup_by_key(|(at, _)| *at);
        let mut closed = BTreeSet::new();
        all.retain(|(_, told)| match told {
            Told::Plan(port, day, ..) => closed.insert((*port, *day)),
            _ => true,
        });
        all
    })
}

fn time(at: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds: hour(at).as_second(), nanos: 0 })
}

pub fn hundredths(of: u8) -> f64 {
    f64::from(of) / 100.0
}

fn day(day: i32) -> Option<CivilDate> {
    Some(CivilDate { year: 2027, month: 1, day })
}

impl Goods {
    fn told(&self, id: usize) -> wire::Control {
        let reason = |kind: ReasonKind, subject: String| wire::ScreeningReason {
            kind: kind.into(),
            subject,
            ..Default::default()
        };
        let reasons = self.reasons.iter().map(|one| reason(REASONS[*one], String::new()));
        let criteria =
            self.criteria.iter().map(|one| reason(ReasonKind::Criterion, format!("criteria/{one}")));
        let [deciding, shadow] = self.scores;
        wire::Control {
            name: format!("controls/{id}"),
            authority: "eu-just".to_owned(),
            screening: format!("screenings/{id}"),
            selection: self.selection.into(),
            selection_probability: 0.5,
            state: wire::ControlState::Decided.into(),
            outcome: self.outcome.map_or(0, Into::into),
            examine_time: time(self.examined),
            plan_date: self.day.and_then(day),
            screened: Some(wire::ScreeningKnowledge {
                reasons: reasons.chain(criteria).collect(),
                model: deciding.map(|_| MODELS[0].to_owned()).unwrap_or_default(),
                model_score: deciding.map(hundredths).unwrap_or_default(),
                unsafe_probability: self
                    .probability
                    .map(|one| wire::Probability { mean: hundredths(one), ..Default::default() }),
                shadow: shadow.map(|score| wire::ShadowScore {
                    model: MODELS[1].to_owned(),
                    score: hundredths(score),
                    deciding_score: 0.0,
                }),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    pub fn is_of_period(&self) -> bool {
        (START..CUT).contains(&self.examined)
    }

    pub fn is_unsafe(&self) -> bool {
        self.outcome == Some(ControlOutcome::Unsafe)
    }
}

/// What an event of the feed says.
fn message(at: i64, index: usize, told: &Told) -> Event {
    let subject = match told {
        Told::Model(of, ..) => MODELS[*of].to_owned(),
        Told::Criterion(of, _) => format!("criteria/{of}"),
        Told::Trust(of, ..) => BODIES[*of].to_owned(),
        Told::Override(..) | Told::Misuse(..) | Told::Plan(..) => format!("{index}"),
    };
    Event { subject, event_id: format!("event {index}"), ..said(at, index, told) }
}

fn said(at: i64, index: usize, told: &Told) -> Event {
    fn of<E: Message + Name>(at: i64, index: usize, told: &E) -> Event {
        event(index as i64, at, EventStatus::Actual, told)
    }
    match told {
        Told::Model(model, state, learned) => of(
            at,
            index,
            &wire::ModelChanged {
                model: Some(wire::Model {
                    name: MODELS[*model].to_owned(),
                    state: (*state).into(),
                    outcomes: *learned,
                    found_unsafe: *learned / 2,
                    ..Default::default()
                }),
                ..Default::default()
            },
        ),
        Told::Criterion(criterion, state) => of(
            at,
            index,
            &wire::CriterionChanged {
                criterion: Some(wire::Criterion {
                    name: format!("criteria/{criterion}"),
                    title: format!("Lamps {criterion}"),
                    lane: Lane::Red.into(),
                    apply_probability: 1.0,
                    end_time: time(170),
                    state: (*state).into(),
                    ..Default::default()
                }),
                ..Default::default()
            },
        ),
        Told::Override(from, to) => of(
            at,
            index,
            &wire::LaneOverridden {
                screening: Some(wire::Screening {
                    name: format!("screenings/of-{index}"),
                    overrides: vec![wire::LaneOverride {
                        lane: (*to).into(),
                        former_lane: (*from).into(),
                        override_time: time(at),
                        ..Default::default()
                    }],
                    ..Default::default()
                }),
            },
        ),
        Told::Trust(body, verdict, rate, level, more) => of(
            at,
            index,
            &wire::TrustChanged {
                change: Some(wire::TrustChange {
                    trust: Some(wire::Trust {
                        name: format!("inspectionBodies/{0}/trust/eu-just.toys", BODIES[*body]),
                        inspection_body: BODIES[*body].to_owned(),
                        product_area: "toys".to_owned(),
                        verdict: (*verdict).into(),
                        false_pass: Some(wire::Probability { mean: hundredths(*rate), ..Default::default() }),
                        passed: Some(wire::Tally {
                            examined: i64::from(*rate) + 100,
                            found_unsafe: i64::from(*rate),
                        }),
                        reliable_probability: hundredths(100 - *rate),
                        more_examinations: *more,
                        switching_state: (*level).into(),
                        ..Default::default()
                    }),
                    change_time: time(at),
                    ..Default::default()
                }),
            },
        ),
        Told::Misuse(body, doubt) => of(
            at,
            index,
            &wire::CertificateMisused {
                inspection_body: BODIES[*body].to_owned(),
                doubt: (*doubt).into(),
                screen_time: time(at),
                authority: "eu-just".to_owned(),
                ..Default::default()
            },
        ),
        Told::Plan(port, day, [capacity, lot, targeted, demanded], threshold) => of(
            at,
            index,
            &wire::PlanClosed {
                plan: Some(wire::Plan {
                    name: format!("entryPoints/{}/plans/2027-01-{day:02}", PORTS[*port]),
                    capacity: *capacity,
                    random_used: *lot,
                    targeted_used: *targeted,
                    mandatory_used: *demanded,
                    threshold: threshold.map_or(f64::INFINITY, f64::from),
                    ..Default::default()
                }),
                selections: vec![wire::SelectionCount {
                    selection: Selection::Random.into(),
                    selected: i64::from(*lot),
                    examined: i64::from(*lot) / 2,
                    not_examined: i64::from(*lot - *lot / 2),
                }],
            },
        ),
    }
}

fn facts(goods: &[Goods], told: &[(i64, Told)], turned: bool) -> Vec<Fact> {
    let mut events: Vec<Event> =
        told.iter().enumerate().map(|(index, (at, told))| message(*at, index, told)).collect();
    events.extend(goods.iter().enumerate().map(|(id, one)| {
        let told = wire::ControlChanged { control: Some(one.told(id)) };
        Event { subject: format!("controls/{id}"), ..event(0, one.examined, EventStatus::Actual, &told) }
    }));
    if turned {
        // What is told of one record stays in its order.
        events.sort_by(|one, other| other.subject.cmp(&one.subject));
    }
    known_by(&reader_of(Source::Consignments, "eu-just"), &events)
}

/// What is known of some goods, and of what else was told.
pub fn drawn(runner: &mut TestRunner) -> Vec<Fact> {
    let goods = versions::drawn(runner, &prop::collection::vec(goods(), 0..25));
    facts(&goods, &versions::drawn(runner, &told_in_turn()), false)
}

fn report(facts: Vec<Fact>) -> Content {
    report_of_status(ReportTemplate::ImportControl, "eu-just", "cn-gacc", facts, Status::Actual)
}

fn rows(said: &Content, tables: &[&str]) -> Rows {
    let value = |value: &Value| match value {
        Value::Count(count) => count.to_string(),
        Value::Share(one) | Value::Number(one) => number(one.value),
        Value::NoCases => "-".to_owned(),
        other => panic!("{other:?} is not of these tables"),
    };
    let all = said.sections.iter().flat_map(|section| &section.tables);
    let of = all.filter(|table| tables.contains(&table.id)).flat_map(|table| {
        table
            .rows
            .iter()
            .map(|row| (format!("{}/{}", table.id, row.id), row.values.iter().map(value).collect()))
    });
    of.collect()
}

const CHOSEN: [&str; 7] =
    ["by_reason", "by_criterion", "by_probability", "by_model", "shadows", "models", "overridden_by_lane"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn how_goods_were_chosen_equals_a_slow_calculation(
        goods in prop::collection::vec(goods(), 0..25), told in told_in_turn(),
    ) {
        let said = report(facts(&goods, &told, false));
        let is_chosen = said.sections.iter().any(|section| section.id == "targeting");
        prop_assert!(is_chosen);
        prop_assert_eq!(rows(&said, &CHOSEN), chosen(&goods, &told));
        prop_assert_eq!(rows(&said, &["capacity", "plan_days"]), planned(&goods, &told));
        prop_assert_eq!(rows(&said, &["reliability", "switching", "misused", "misused_by_body"]), relied_on(&told));
        prop_assert_eq!(said, report(facts(&goods, &told, true)), "whatever order it comes in");
    }
}

/// What another side examined is told without how it was chosen: nothing of that is told as none.
#[test]
fn what_a_side_is_not_shown_is_not_told_as_zero() {
    let shown = |is_own: bool| {
        let mut control = wire::Control {
            name: "controls/1".to_owned(),
            authority: "eu-just".to_owned(),
            state: wire::ControlState::Decided.into(),
            outcome: ControlOutcome::Unsafe.into(),
            examine_time: time(START),
            inspection_body: "ccic".to_owned(),
            ..Default::default()
        };
        if is_own {
            control.selection = Selection::Random.into();
            control.screening = "screenings/1".to_owned();
        }
        let told = event(1, START, EventStatus::Actual, &wire::ControlChanged { control: Some(control) });
        let reader = reader_of(Source::Consignments, if is_own { "eu-just" } else { "cn-gacc" });
        report_of_status(
            ReportTemplate::ImportControl,
            party(reader.feed.reader.as_str()).id.as_str(),
            "eu-just",
            known_by(&reader, &[told]),
            Status::Actual,
        )
    };
    let names = |said: &Content| {
        let sections: Vec<&str> = said.sections.iter().map(|section| section.id).collect();
        let figures: Vec<&str> = said.sections[0].figures.iter().map(|figure| figure.id).collect();
        (sections.join(" "), figures.contains(&"alert_matched"), figures.contains(&"alerts_made"))
    };
    let own = "examinations hit_rates targeting arrivals suspensions bodies";
    assert_eq!(names(&shown(true)), (own.to_owned(), true, true));
    assert_eq!(names(&shown(false)), ("examinations suspensions bodies".to_owned(), false, false));
}
