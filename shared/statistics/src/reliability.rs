//! Whether an inspection body's "passed" can be relied on.
//!
//! Formulas. The parent group (other bodies of the same kind, without this one) has the posterior mean
//! p₀ = (s₀ + 1) / (n₀ + 2). The body's prior is Beta(m·p₀, m·(1 − p₀)) with m = min(shrinkage strength, n₀ + 2), so a
//! group of which little is known lends little. After s unsafe among n random examinations of consignments that it
//! passed, its false-pass rate is X ~ Beta(m·p₀ + s, m·(1 − p₀) + n − s), with the mean (s + m·p₀) / (n + m).
//! Comparable unchecked goods have the rate Y ~ Beta(1 + s₁, 1 + n₁ − s₁). Then
//! P(reliable) = P(X < highest false-pass rate), P(useful) = P(X < useful ratio · Y).
//!
//! Invariant: fewer examinations than the minimum give no verdict, however good or bad they were, and one more unsafe
//! finding never makes a verdict better.

use crate::ratio::probability_below_share;
use crate::{Posterior, Rate, ReliabilityRule, StatisticsError, Tally};

/// What is known about a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Random examinations among the consignments that it passed; examinations that were targeted do not belong here.
    pub passed: Tally,
    /// Random examinations among those that the rest of its parent group passed, its own left out.
    pub parent: Tally,
    /// Random examinations of comparable goods that nobody had checked.
    pub unchecked: Tally,
}

/// What is said of a body, from worst to best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Its false-pass rate is credibly above the highest that is reliable.
    NotReliable,
    /// Too few examinations, or too close to the threshold to tell.
    NotEnoughEvidence,
    /// Its false-pass rate is credibly low enough.
    Reliable,
    /// Reliable, and credibly that much better than unchecked goods that it pays to examine those instead.
    ReliableAndUseful,
}

/// A verdict with all it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reliability {
    /// The verdict.
    pub verdict: Verdict,
    /// The false-pass rate: posterior mean, credible interval at the rule's credibility, random examinations.
    pub false_pass: Rate,
    /// The unsafe rate of comparable unchecked goods, likewise.
    pub unchecked: Rate,
    /// The probability that the false-pass rate is below the highest that is reliable.
    pub probability_reliable: f64,
    /// The probability that the false-pass rate is below the useful ratio times the unchecked rate.
    pub probability_useful: f64,
    /// How many more random examinations would decide whether it is reliable, should they find unsafe goods at the rate
    /// of the posterior mean: 0 if it is decided, `None` if more than 10,000.
    pub more_examinations: Option<u32>,
}

/// No forecast goes beyond as many further examinations.
const FARTHEST: u32 = 10_000;

/// The verdict on a body by `rule`.
///
/// # Errors
/// [`StatisticsError::Rule`] for a rule out of range, [`StatisticsError::Tally`] for more unsafe than examined,
/// [`StatisticsError::Shape`] beyond 1e9 examinations.
pub fn reliability(rule: &ReliabilityRule, evidence: &Evidence) -> Result<Reliability, StatisticsError> {
    rule.check()?;
    let parent = Posterior::UNIFORM.after(evidence.parent)?;
    let strength = rule.shrinkage_strength.min(parent.alpha() + parent.beta());
    let false_pass = Posterior::towards(parent.mean(), strength)?.after(evidence.passed)?;
    let unchecked = Posterior::UNIFORM.after(evidence.unchecked)?;

    let probability_reliable = false_pass.probability_below(rule.highest_false_pass_rate);
    let probability_useful = probability_below_share(false_pass, rule.useful_ratio, unchecked)?;
    let useful = evidence.unchecked.examinations >= rule.minimum_examinations
        && probability_useful >= rule.credibility;
    let verdict = match decided(rule, evidence.passed.examinations, probability_reliable) {
        None => Verdict::NotEnoughEvidence,
        Some(false) => Verdict::NotReliable,
        Some(true) if useful => Verdict::ReliableAndUseful,
        Some(true) => Verdict::Reliable,
    };
    Ok(Reliability {
        verdict,
        false_pass: false_pass.rate(rule.credibility, u64::from(evidence.passed.examinations))?,
        unchecked: unchecked.rate(rule.credibility, u64::from(evidence.unchecked.examinations))?,
        probability_reliable,
        probability_useful,
        more_examinations: more_examinations(rule, evidence.passed.examinations, false_pass)?,
    })
}

/// Whether the body is reliable; `None` while that is open.
fn decided(rule: &ReliabilityRule, examinations: u32, probability_reliable: f64) -> Option<bool> {
    if examinations < rule.minimum_examinations {
        None
    } else if probability_reliable >= rule.credibility {
        Some(true)
    } else if probability_reliable <= 1.0 - rule.credibility {
        Some(false)
    } else {
        None
    }
}

/// With the mean held, more examinations first may and then do narrow the posterior towards one side of the threshold,
/// so from undecided to decided there is one step, which halving finds.
fn more_examinations(
    rule: &ReliabilityRule,
    examinations: u32,
    now: Posterior,
) -> Result<Option<u32>, StatisticsError> {
    let mean = now.mean();
    let would_decide = |more: u32| -> Result<bool, StatisticsError> {
        let further = f64::from(more);
        let then = Posterior::new(now.alpha() + further * mean, now.beta() + further * (1.0 - mean))?;
        let probability = then.probability_below(rule.highest_false_pass_rate);
        Ok(decided(rule, examinations.saturating_add(more), probability).is_some())
    };
    let missing = rule.minimum_examinations.saturating_sub(examinations);
    if missing > FARTHEST {
        return Ok(None);
    }
    if would_decide(missing)? {
        return Ok(Some(missing));
    }
    if !would_decide(FARTHEST)? {
        return Ok(None);
    }
    let (mut undecided, mut decided) = (missing, FARTHEST);
    while decided - undecided > 1 {
        let middle = undecided + (decided - undecided) / 2;
        if would_decide(middle)? {
            decided = middle;
        } else {
            undecided = middle;
        }
    }
    Ok(Some(decided))
}
