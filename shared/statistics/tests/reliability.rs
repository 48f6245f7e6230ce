//! The verdict on an inspection body, against a slow calculation on a grid, and what must never happen.

use proptest::prelude::*;
use seamless_statistics::{Evidence, ReliabilityRule, StatisticsError, Tally, Verdict, reliability};

const RULE: ReliabilityRule = ReliabilityRule {
    minimum_examinations: 30,
    highest_false_pass_rate: 0.05,
    credibility: 0.95,
    useful_ratio: 0.5,
    shrinkage_strength: 20.0,
};

fn tally(examinations: u32, unsafe_found: u32) -> Tally {
    Tally { examinations, unsafe_found }
}

/// P(X < limit) and P(X < ratio·Y) with densities summed over a grid, straight from the formulas.
fn by_grid(rule: &ReliabilityRule, evidence: &Evidence) -> (f64, f64) {
    const CELLS: usize = 100_000;
    let masses = |a: f64, b: f64| -> Vec<f64> {
        let at = |i: usize| (i as f64 + 0.5) / CELLS as f64;
        let logs: Vec<f64> =
            (0..CELLS).map(|i| (a - 1.0) * at(i).ln() + (b - 1.0) * (1.0 - at(i)).ln()).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|l| (l - top).exp()).sum();
        logs.iter().map(|l| (l - top).exp() / sum).collect()
    };
    let (n0, s0) = (f64::from(evidence.parent.examinations), f64::from(evidence.parent.unsafe_found));
    let mean = (s0 + 1.0) / (n0 + 2.0);
    let m = rule.shrinkage_strength.min(n0 + 2.0);
    let (n, s) = (f64::from(evidence.passed.examinations), f64::from(evidence.passed.unsafe_found));
    let (n1, s1) = (f64::from(evidence.unchecked.examinations), f64::from(evidence.unchecked.unsafe_found));
    let mut below = vec![0.0];
    for mass in masses(m * mean + s, m * (1.0 - mean) + n - s) {
        below.push(below[below.len() - 1] + mass);
    }
    let below_at = |x: f64| {
        let cell = (x * CELLS as f64) as usize;
        below[cell] + (below[cell + 1] - below[cell]) * (x * CELLS as f64 - cell as f64)
    };
    let useful = masses(1.0 + s1, 1.0 + n1 - s1)
        .iter()
        .enumerate()
        .map(|(i, mass)| mass * below_at(rule.useful_ratio * (i as f64 + 0.5) / CELLS as f64))
        .sum();
    (below_at(rule.highest_false_pass_rate), useful)
}

fn any_tally(most: u32) -> impl Strategy<Value = Tally> {
    (0..=most, 0.0f64..0.3).prop_map(|(n, share)| tally(n, (f64::from(n) * share) as u32))
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    (any_tally(400), any_tally(300), any_tally(400)).prop_map(|(passed, parent, unchecked)| Evidence {
        passed,
        parent,
        unchecked,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn both_probabilities_agree_with_the_grid(evidence in any_evidence()) {
        // Below two unsafe findings' worth the grid itself is too coarse at 0.
        prop_assume!(evidence.passed.unsafe_found >= 2);
        let got = reliability(&RULE, &evidence).unwrap();
        let (reliable, useful) = by_grid(&RULE, &evidence);
        prop_assert!((got.probability_reliable - reliable).abs() < 1e-6, "{} and {reliable}", got.probability_reliable);
        prop_assert!((got.probability_useful - useful).abs() < 1e-6, "{} and {useful}", got.probability_useful);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn one_more_unsafe_finding_never_makes_the_verdict_better(evidence in any_evidence()) {
        let before = reliability(&RULE, &evidence).unwrap();
        let Tally { examinations: n, unsafe_found: s } = evidence.passed;
        let turned = Evidence { passed: tally(n.max(s + 1), s + 1), ..evidence };
        let added = Evidence { passed: tally(n + 1, s + 1), ..evidence };
        for worse in [turned, added] {
            let after = reliability(&RULE, &worse).unwrap();
            prop_assert!(after.probability_reliable <= before.probability_reliable + 1e-9);
            prop_assert!(after.probability_useful <= before.probability_useful + 1e-9);
            // The examination that reaches the minimum is what first allows a verdict.
            if n >= RULE.minimum_examinations {
                prop_assert!(after.verdict <= before.verdict, "{:?} after {:?}", after.verdict, before.verdict);
            }
        }
    }

    #[test]
    fn too_few_controls_never_give_a_verdict(evidence in any_evidence(), n in 0u32..30, share in 0.0f64..=1.0) {
        let few = Evidence { passed: tally(n, (f64::from(n) * share) as u32), ..evidence };
        prop_assert_eq!(reliability(&RULE, &few).unwrap().verdict, Verdict::NotEnoughEvidence);
        let nothing_to_compare = Evidence { unchecked: tally(n, n), ..evidence };
        prop_assert_ne!(reliability(&RULE, &nothing_to_compare).unwrap().verdict, Verdict::ReliableAndUseful);
    }

    #[test]
    fn as_many_more_examinations_as_told_decide_and_one_fewer_does_not(n in 0u32..200, parent in any_tally(300), found in 0u32..12) {
        let evidence = Evidence { passed: tally(n, found.min(n)), parent, unchecked: tally(0, 0) };
        let got = reliability(&RULE, &evidence).unwrap();
        prop_assert_eq!(got.more_examinations == Some(0), got.verdict != Verdict::NotEnoughEvidence);
        // The forecast is a body whose posterior has the same mean and as many examinations more.
        let m = RULE.shrinkage_strength.min(f64::from(parent.examinations) + 2.0);
        let size = m + f64::from(n);
        let decided_after = |more: u32| {
            let p = seamless_statistics::Posterior::towards(got.false_pass.value, size + f64::from(more)).unwrap().probability_below(0.05);
            n + more >= 30 && !(0.05 + 1e-9..0.95 - 1e-9).contains(&p)
        };
        match got.more_examinations {
            Some(more) => {
                prop_assert!(decided_after(more));
                for fewer in (0..more).rev().take(300) {
                    prop_assert!(!decided_after(fewer) , "{fewer} already decide, not only {more}");
                }
            }
            None => prop_assert!(!decided_after(10_000)),
        }
    }
}

#[test]
fn a_clean_record_is_reliable_and_useful_only_where_the_unchecked_goods_are_worse() {
    let record = Evidence { passed: tally(150, 1), parent: tally(400, 8), unchecked: tally(200, 36) };
    let good = reliability(&RULE, &record).unwrap();
    assert_eq!(good.verdict, Verdict::ReliableAndUseful);
    assert_eq!((good.false_pass.examinations, good.unchecked.examinations), (150, 200));
    assert!((good.false_pass.value - (1.0 + 20.0 * 9.0 / 402.0) / 170.0).abs() < 1e-12);

    let harmless = Evidence { unchecked: tally(200, 2), ..record };
    assert_eq!(reliability(&RULE, &harmless).unwrap().verdict, Verdict::Reliable);
    let bad = Evidence { passed: tally(150, 20), ..record };
    assert_eq!(reliability(&RULE, &bad).unwrap().verdict, Verdict::NotReliable);
    let open = Evidence { passed: tally(60, 2), ..record };
    let undecided = reliability(&RULE, &open).unwrap();
    assert_eq!(undecided.verdict, Verdict::NotEnoughEvidence);
    assert!(undecided.more_examinations.is_some_and(|more| more > 0), "got {undecided:?}");
}

#[test]
fn a_group_of_which_nothing_is_known_lends_nothing() {
    // Beta(1, 1) before: 0 of 58 unsafe gives P(rate < 5 %) = 1 − 0.95^59, just above 95 %.
    let alone = |n| Evidence { passed: tally(n, 0), parent: tally(0, 0), unchecked: tally(0, 0) };
    let enough = reliability(&RULE, &alone(58)).unwrap();
    assert!((enough.probability_reliable - (1.0 - 0.95f64.powi(59))).abs() < 1e-12);
    assert_eq!(enough.verdict, Verdict::Reliable);
    assert_eq!(reliability(&RULE, &alone(57)).unwrap().verdict, Verdict::NotEnoughEvidence);
}

#[test]
fn thresholds_that_make_no_rule_and_counts_that_cannot_be_are_refused() {
    for rule in [
        ReliabilityRule { minimum_examinations: 0, ..RULE },
        ReliabilityRule { highest_false_pass_rate: 1.0, ..RULE },
        ReliabilityRule { credibility: 0.4, ..RULE },
        ReliabilityRule { useful_ratio: f64::NAN, ..RULE },
        ReliabilityRule { shrinkage_strength: 0.0, ..RULE },
    ] {
        assert!(matches!(rule.check(), Err(StatisticsError::Rule { .. })), "{rule:?}");
    }
    let impossible = Evidence { passed: tally(3, 4), ..Evidence::default() };
    assert!(matches!(
        reliability(&RULE, &impossible),
        Err(StatisticsError::Tally { found: 4, examinations: 3 })
    ));
}
