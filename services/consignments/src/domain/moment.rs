//! The day at the moment of a decision: what is left of it, and what is targeted.

use seamless_identifiers::Unlocode;
use seamless_targeting::{ScoreSample, Threshold};

use super::{
    model::{CheckedFrom, Plan},
    pilot::Checks,
};

/// Scores from which on the share of them is known for which there are lesser checks.
const SCORES: u64 = 100;

/// The day at the moment of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub entry_point: Unlocode,
    pub date: jiff::civil::Date,
    pub seed: [u8; 32],
    pub targeted_left: u32,
    pub random_left: u32,
    pub expected_to_come: f64,
    pub threshold: Threshold,
    /// From when on documents are checked; none where the probabilities of the scheme hold.
    pub yellow: Option<CheckedFrom>,
    /// From when on goods are checked after release; none where the probabilities of the scheme hold.
    pub blue: Option<CheckedFrom>,
}

impl Moment {
    /// The day as its plan is spent by now, the scores that came so far, and the lesser checks that a day has: documents
    /// are checked for the goods next in expected harm behind the targeted ones, checks after release come next. Where a day has
    /// no number of them, they are for goods of so many times the mean expected harm.
    #[must_use]
    pub fn of(plan: &Plan, scores: &ScoreSample, checks: Checks) -> Self {
        let expected_to_come = plan.expected_to_come();
        let left = |a_day: Option<u32>, used: u32| a_day.map(|a_day| a_day.saturating_sub(used));
        let documents = left(checks.documents, plan.used.document_checks);
        let after_release = left(checks.after_release, plan.used.release_checks);
        let from = |before: u32, left: Option<u32>| {
            let threshold = checks_from(scores, before, left?, expected_to_come)?;
            Some(CheckedFrom { expected_harm: threshold.expected_harm, share_at: threshold.share_at })
        };
        // Above it, and not at it: where all goods have the same score nothing sets them apart.
        let above = |times: Option<f64>, a_day: Option<u32>| match (times, a_day) {
            (Some(times), None) if scores.seen() >= SCORES => {
                Some(CheckedFrom { expected_harm: times * scores.mean()?, share_at: 0.0 })
            }
            _ => None,
        };
        let targeted = plan.targeted_left();
        let before = targeted.saturating_add(documents.unwrap_or_default());
        Self {
            yellow: from(targeted, documents).or_else(|| above(checks.documents_from, checks.documents)),
            blue: from(before, after_release)
                .or_else(|| above(checks.after_release_from, checks.after_release)),
            entry_point: plan.entry_point.clone(),
            date: plan.date,
            seed: plan.seed,
            targeted_left: plan.targeted_left(),
            random_left: plan.random_left(),
            expected_to_come,
            threshold: scores.highest(f64::from(plan.targeted_left()) / expected_to_come),
        }
    }

    /// The moment as it is for goods that came on a day before and have their part in the lot: of the places for alerts, criteria and
    /// expected harm they have those that are [lent](Plan::targeted_to_lend), and none by a lot among equals: of goods alike there may be
    /// any number.
    #[must_use]
    pub fn for_late_comers(self, targeted_to_lend: u32) -> Self {
        let Threshold { expected_harm, share_at } = self.threshold;
        let share_at = if share_at >= 1.0 { share_at } else { 0.0 };
        let targeted_left = self.targeted_left.min(targeted_to_lend);
        Self { targeted_left, threshold: Threshold { expected_harm, share_at }, ..self }
    }

    /// The moment of a day that is over: nobody is examined on it any more.
    #[must_use]
    pub fn without_places(self) -> Self {
        Self { targeted_left: 0, threshold: Threshold::NOTHING, ..self }
    }
}

/// The expected harm from which on goods get a lesser check: as great a share of the scores passes it as there are such checks
/// and stricter ones `before` them for those to come. None while too few scores are known to tell. What has the lowest
/// score of all gets none: nothing sets it apart.
fn checks_from(scores: &ScoreSample, before: u32, left: u32, expected_to_come: f64) -> Option<Threshold> {
    if left == 0 {
        return Some(Threshold::NOTHING);
    }
    if scores.seen() < SCORES {
        return None;
    }
    let share = f64::from(before.saturating_add(left)) / expected_to_come;
    let threshold = scores.highest(share);
    let lowest = scores.lowest().unwrap_or_default();
    Some(match threshold.expected_harm <= lowest {
        true => Threshold { expected_harm: lowest, share_at: 0.0 },
        false => threshold,
    })
}
