//! Reliabilities after random histories of outcomes and corrections at two ports, against a calculation that counts the
//! whole history anew and sums densities up in small steps.

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::prelude::*;
use seamless_consignments::domain::{
    ChangeSet,
    event::EventKind,
    model::{Examination, Selection, SwitchingState, Trust, Verdict, trust_name},
    records::record,
    use_cases::RecomputeTrust,
};

use crate::memory::{Memory, rules};

const BODIES: [&str; 2] = ["cn-ciq-shanghai", "cn-ciq-shenzhen"];
const PORTS: [&str; 2] = ["NLRTM", "NLAMS"];

/// Something that comes to be known: a new outcome, or another one of an earlier control.
#[derive(Clone, Copy, Debug)]
struct Told {
    /// Which body passed the goods; beyond the bodies nobody checked them.
    cover: usize,
    passed: bool,
    port: usize,
    by_lot: bool,
    is_unsafe: bool,
    /// Corrects the control that is so far back.
    corrects: Option<usize>,
}

fn told(unsafe_share: f64) -> impl Strategy<Value = Told> {
    (
        prop_oneof![5 => Just(0_usize), 2 => Just(1), 3 => Just(2)],
        prop::bool::weighted(0.9),
        0_usize..2,
        prop::bool::weighted(0.9),
        prop::bool::weighted(unsafe_share),
        prop::option::weighted(0.06, 0_usize..30),
    )
        .prop_map(|(cover, passed, port, by_lot, is_unsafe, corrects)| Told {
            cover,
            passed,
            port,
            by_lot,
            is_unsafe,
            corrects,
        })
}

fn histories() -> impl Strategy<Value = Vec<Told>> {
    prop_oneof![Just(0.01), Just(0.08), Just(0.4)]
        .prop_flat_map(|share| prop::collection::vec(told(share), 1..220))
}

fn examination(told: Told, number: usize, known: usize) -> Examination {
    let start: Timestamp = "2026-06-01T08:00:00Z".parse().unwrap();
    let time = start + SignedDuration::from_secs(i64::try_from(known).unwrap());
    let goods = serde_json::json!({ "entry_point": PORTS[told.port], "arrival": start.to_string() });
    let body = BODIES.get(told.cover);
    Examination {
        control: format!("controls/{number:04}"),
        side: "eu-just".parse().unwrap(),
        entry_point: PORTS[told.port].parse().unwrap(),
        date: Date::constant(2026, 6, 1),
        examine_time: time,
        known_time: time,
        area: Some("toys".parse().unwrap()),
        body: body.map(|body| body.parse().unwrap()),
        passed: told.passed && body.is_some(),
        selection: if told.by_lot { Selection::Random } else { Selection::Targeted },
        probability: 0.1,
        lane_otherwise: None,
        is_unsafe: told.is_unsafe,
        screening: None,
        consignment: serde_json::from_value(goods).unwrap(),
    }
}

/// The density x^(a−1)·(1−x)^(b−1) over steps of t from 0 to 1, x = t⁴: points of x, and shares of the mass. 0 for a or b
/// below a quarter is as good as any other.
fn masses(a: f64, b: f64) -> Vec<(f64, f64)> {
    const STEPS: u32 = 12_000;
    let at = |step: u32| {
        let t = (f64::from(step) + 0.5) / f64::from(STEPS);
        (t.powi(4), (4.0 * a - 1.0) * t.ln() + (b - 1.0) * (1.0 - t.powi(4)).ln())
    };
    let points: Vec<(f64, f64)> = (0..STEPS).map(at).collect();
    let top = points.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = points.iter().map(|(_, log)| (log - top).exp()).sum();
    points.into_iter().map(|(x, log)| (x, (log - top).exp() / sum)).collect()
}

fn below(masses: &[(f64, f64)], limit: f64) -> f64 {
    masses.iter().filter(|(x, _)| *x < limit).map(|(_, mass)| mass).sum()
}

/// The share of the pairs in which the first is below half of the second.
fn below_half(first: &[(f64, f64)], second: &[(f64, f64)]) -> f64 {
    let (mut sum, mut reached, mut place) = (0.0, 0.0, 0);
    for (y, mass) in second {
        while place < first.len() && first[place].0 < 0.5 * y {
            reached += first[place].1;
            place += 1;
        }
        sum += mass * reached;
    }
    sum
}

/// ISO 2859-1 with the acceptance number 0, by the wording: of the stretch that began with the present severity, the whole
/// is looked at after each lot.
fn switched(accepted: &[bool]) -> SwitchingState {
    let (mut state, mut began) = (SwitchingState::Normal, 0);
    for now in 1..=accepted.len() {
        let stretch = &accepted[began..now];
        let last_five = &stretch[stretch.len().saturating_sub(5)..];
        let in_a_row = stretch.iter().rev().take_while(|accepted| **accepted).count();
        let rejected = |lots: &[bool]| lots.iter().filter(|accepted| !**accepted).count();
        let next = match state {
            SwitchingState::Normal if rejected(last_five) >= 2 => SwitchingState::Tightened,
            // Two points for each accepted lot, up to 30.
            SwitchingState::Normal if in_a_row >= 15 => SwitchingState::Reduced,
            SwitchingState::Tightened if in_a_row >= 5 => SwitchingState::Normal,
            SwitchingState::Tightened if rejected(stretch) >= 5 => SwitchingState::Discontinued,
            SwitchingState::Reduced if rejected(stretch) > 0 => SwitchingState::Normal,
            other => other,
        };
        if next != state {
            (state, began) = (next, now);
        }
    }
    state
}

/// Examined, and found unsafe.
fn count<'a>(all: impl Iterator<Item = &'a Examination>) -> (u32, u32) {
    all.fold((0, 0), |(n, s), one| (n + 1, s + u32::from(one.is_unsafe)))
}

fn check(trust: &Trust, all: &[Examination], body: usize, port: Option<usize>) -> Result<(), TestCaseError> {
    let here: Vec<&Examination> = all
        .iter()
        .filter(|one| one.selection == Selection::Random)
        .filter(|one| port.is_none_or(|port| one.entry_point.to_string() == PORTS[port]))
        .collect();
    let of = |body: usize| {
        here.iter().copied().filter(move |one| {
            one.passed && one.body.as_ref().is_some_and(|known| known.to_string() == BODIES[body])
        })
    };
    let (n, s) = count(of(body));
    let (n0, s0) = count(of(1 - body));
    let (n1, s1) = count(here.iter().copied().filter(|one| one.body.is_none()));
    prop_assert_eq!((trust.passed.examined, trust.passed.found_unsafe), (n, s));
    prop_assert_eq!((trust.not_checked.examined, trust.not_checked.found_unsafe), (n1, s1));

    let [n, s, n0, s0, unchecked, unchecked_unsafe] = [n, s, n0, s0, n1, s1].map(f64::from);
    let group = (s0 + 1.0) / (n0 + 2.0);
    let weight = f64::min(20.0, n0 + 2.0);
    let passed = masses(weight * group + s, weight * (1.0 - group) + n - s);
    let not_checked = masses(1.0 + unchecked_unsafe, 1.0 + unchecked - unchecked_unsafe);
    let near = |what: &str, got: f64, wanted: f64, within: f64| {
        prop_assert!((got - wanted).abs() < within, "{}: {}, wanted {}: {:?}", what, got, wanted, trust);
        Ok(())
    };
    near("mean", trust.false_pass.mean, (s + weight * group) / (n + weight), 1e-12)?;
    near("unchecked", trust.unchecked.mean, (unchecked_unsafe + 1.0) / (unchecked + 2.0), 1e-12)?;
    near("below the lower end", below(&passed, trust.false_pass.lower), 0.025, 2e-3)?;
    near("below the upper end", below(&passed, trust.false_pass.upper), 0.975, 2e-3)?;
    let reliable = below(&passed, 0.05);
    near("reliable", trust.reliable_probability, reliable, 2e-3)?;
    let useful = below_half(&passed, &not_checked);
    near("useful", trust.useful_probability, useful, 2e-3)?;

    // Where the small steps cannot tell on which side of a threshold it lies, either verdict is right.
    let is_open = |probability: f64| [0.05, 0.95].iter().any(|at| (probability - at).abs() < 2e-3);
    if !is_open(reliable) && !is_open(useful) {
        let wanted = match () {
            () if n < 30.0 => Verdict::NotEnoughEvidence,
            () if reliable >= 0.95 && useful >= 0.95 && unchecked >= 30.0 => Verdict::ReliableAndUseful,
            () if reliable >= 0.95 => Verdict::Reliable,
            () if reliable <= 0.05 => Verdict::NotReliable,
            () => Verdict::NotEnoughEvidence,
        };
        prop_assert_eq!(trust.verdict, wanted, "{:?}", trust);
    }
    let mut lots: Vec<&Examination> = of(body).collect();
    lots.sort_by_key(|one| (one.known_time, one.control.clone()));
    let accepted: Vec<bool> = lots.iter().map(|one| !one.is_unsafe).collect();
    prop_assert_eq!(trust.switching, switched(&accepted), "{:?}", accepted);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_reliability_is_what_the_whole_history_says(history in histories()) {
        let (rules, memory) = (rules(), Memory::default());
        let recompute = RecomputeTrust { rules: &rules, records: &memory, examinations: &memory };
        let mut all: Vec<Examination> = Vec::new();
        let mut said: [Option<Trust>; 2] = [None, None];
        let (mut news, mut verdicts) = (0, 0);
        for (known, told) in history.iter().enumerate() {
            let mut changes = ChangeSet::default();
            let earlier = told.corrects.and_then(|back| all.len().checked_sub(back + 1));
            let (now, former) = match earlier {
                None => (examination(*told, all.len(), known), None),
                Some(place) => {
                    let former = all[place].clone();
                    let known_time = examination(*told, place, known).known_time;
                    (Examination { is_unsafe: !former.is_unsafe, known_time, ..former.clone() }, Some(former))
                }
            };
            block_on(recompute.execute(&now, former.as_ref(), &mut changes)).unwrap();
            changes.examinations.push(now.clone());
            memory.commit(changes);
            match earlier {
                None => all.push(now),
                Some(place) => all[place] = now,
            }
            for (body, said) in said.iter_mut().enumerate() {
                let now = trust_in(&memory, body, None);
                let numbers = |trust: &Trust| {
                    let rates = (trust.false_pass, trust.unchecked, trust.passed, trust.not_checked);
                    let chances = (trust.reliable_probability, trust.useful_probability);
                    (trust.verdict, rates, chances, trust.more_examinations, trust.switching)
                };
                news += usize::from(now.as_ref().map(numbers) != said.as_ref().map(numbers));
                let verdict = |trust: &Option<Trust>| trust.as_ref().map(|trust| trust.verdict);
                verdicts += usize::from(verdict(&now) != verdict(said));
                *said = now;
            }
        }
        let mut at_ports = 0;
        for (body, id) in BODIES.iter().enumerate() {
            for port in [None, Some(0), Some(1)] {
                let passed_here = all.iter().any(|one| {
                    one.selection == Selection::Random
                        && one.passed
                        && one.body.as_ref().is_some_and(|known| known.as_str() == *id)
                        && port.is_none_or(|port| one.entry_point.to_string() == PORTS[port])
                });
                let trust = trust_in(&memory, body, port);
                prop_assert_eq!(trust.is_some(), passed_here, "it begins with the first random examination");
                if let Some(trust) = trust {
                    check(&trust, &all, body, port)?;
                    at_ports += usize::from(port.is_some() && trust.verdict != Verdict::NotEnoughEvidence);
                }
            }
        }
        let told = memory.told(|kind| matches!(kind, EventKind::TrustChanged(change) if change.trust.entry_point.is_none()));
        prop_assert_eq!(told, news, "every number that moved is told once; {} at the ports", at_ports);
        let turned = memory.told(|kind| matches!(kind, EventKind::TrustChanged(change) if change.trust.entry_point.is_none() && change.previous != Some(change.trust.verdict)));
        prop_assert_eq!(turned, verdicts, "and says whether the verdict is another");
    }
}

fn trust_in(memory: &Memory, body: usize, port: Option<usize>) -> Option<Trust> {
    let port = port.map(|port| PORTS[port].parse().unwrap());
    let (side, body, area) =
        ("eu-just".parse().unwrap(), BODIES[body].parse().unwrap(), "toys".parse().unwrap());
    block_on(record(memory, &trust_name(&side, &body, &area, port.as_ref()))).unwrap()
}
