//! The decision on arriving goods, pure: what the facts say of them, what the day's capacity and lot make of it, and so
//! the lane. The same facts, day and seed give the same decision, so that it can be replayed.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_targeting::{Candidate, TargetingError, Threshold, is_checked};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use super::moment::Moment;

use super::{
    DomainError, certificate_use,
    choice::{Choice, choose},
    model::{
        CheckedFrom, Consignment, CriterionHit, DeclarationKey, Doubt, Draw, EventStatus, Facts,
        InspectionOutcome, Kept, Lane, Lot, MatchedInspection, Numbers, Probability, ProductAreaId, Reason,
        ReasonKind, Score, Screening, ScreeningId, Selection, Verdict, inspection_name, stricter,
    },
};

/// Contributions of scores of before evidence was kept that are told.
const CONTRIBUTIONS: usize = 5;

/// Expected harms that differ by less are one.
const LEAST_HARM: f64 = 1e-9;

/// Goods on which nobody has decided yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub id: ScreeningId,
    pub authority: AuthorityId,
    pub consignment: Consignment,
    pub area: Option<ProductAreaId>,
    pub status: EventStatus,
    pub facts: Facts,
    /// What the goods are declared as.
    pub declared: Option<DeclarationKey>,
    /// What the goods say that they were declared as before.
    pub previous: Option<DeclarationKey>,
    /// What its draws are keyed by; none for its own key.
    pub lot: Option<Lot>,
    /// Of an amendment.
    pub kept: Option<Box<Kept>>,
}

impl Draft {
    /// The goods of a screening as they were before it was decided.
    #[must_use]
    pub fn of(screening: Screening) -> Self {
        let Screening { id, authority, consignment, area, status, mut facts, draw, .. } = screening;
        certificate_use::forget(&mut facts);
        let declared = DeclarationKey::of(&authority, &consignment, status);
        let previous = DeclarationKey::before(&authority, &consignment, status);
        let Draw { lot, kept, .. } = draw;
        Self { id, authority, consignment, area, status, facts, declared, previous, lot, kept }
    }
}

/// What the facts say, before capacity.
struct Weighed {
    probability: Probability,
    reasons: Vec<Reason>,
    /// An alert or a criterion demands an examination.
    is_mandatory: bool,
    /// No laxer lane than this, by documents or criteria.
    at_least: Lane,
    /// A criterion asks for release.
    is_released: bool,
}

/// Decides.
///
/// # Errors
/// `Fault` if a number is out of its range, which the parsing of model and pilot prevents.
pub fn decide(
    numbers: Numbers,
    draft: Draft,
    moment: &Moment,
    now: Timestamp,
) -> Result<Screening, DomainError> {
    let Draft { id, authority, consignment, area, status, mut facts, lot, kept, .. } = draft;
    let key = match lot {
        Some(Lot::By(key)) => key,
        Some(Lot::Closed) | None => id,
    };
    for hit in &mut facts.criteria {
        hit.applied = match lot {
            // Only what is certain is told of what takes no part.
            Some(Lot::Closed) => hit.probability >= 1.0,
            Some(Lot::By(_)) | None => draws_criterion(&moment.seed, key, hit),
        };
    }
    certificate_use::judge(&mut facts);
    facts.numbers = Some(numbers);
    let Weighed { probability, mut reasons, is_mandatory, at_least, is_released } =
        assess(&numbers, &facts, kept.as_deref());
    let is_mandatory = is_mandatory || facts.demanded || kept.as_ref().is_some_and(|kept| kept.demanded);
    let goods = (key, probability.mean, facts.harm_weight);
    let Choice { selection, probability: draw_probability, expected_harm } =
        choose(moment, goods, lot, kept.as_deref(), is_mandatory)?;
    let candidate = Candidate { id: *key.as_bytes(), probability: probability.mean, harm: facts.harm_weight };
    let fault = |error: TargetingError| DomainError::Fault(format!("draw: {error}"));
    let is_from = |from: Option<CheckedFrom>, probability_from: f64| match from {
        Some(CheckedFrom { expected_harm, share_at }) => {
            // What the lot would say is not told of what takes no part.
            let share_at = if lot == Some(Lot::Closed) { 0.0 } else { share_at };
            is_checked(&moment.seed, Threshold { expected_harm, share_at }, &candidate)
        }
        None => Ok(probability.mean >= probability_from),
    };
    let by_numbers = if is_from(moment.yellow, numbers.yellow_from).map_err(fault)? {
        Lane::Yellow
    } else if is_from(moment.blue, numbers.blue_from).map_err(fault)? {
        Lane::Blue
    } else {
        Lane::Green
    };
    // What was to be checked is not spared for being declared again.
    let by_numbers = match kept.as_ref().and_then(|kept| kept.check) {
        Some(check) if expected_harm >= check.expected_harm - LEAST_HARM => stricter(by_numbers, check.lane),
        _ => by_numbers,
    };
    let has_failed = reasons.iter().any(|reason| reason.kind == ReasonKind::InspectedFailed);
    let at_least = match moment.yellow {
        // As it was before what failed was held whatever checks there are.
        Some(_) if has_failed => stricter(at_least, Lane::Yellow),
        _ => at_least,
    };
    let unexamined = match (is_mandatory, is_released) {
        // What should be examined and cannot is held at its documents.
        (true, _) => Lane::Yellow,
        (false, true) => at_least,
        (false, false) => stricter(at_least, by_numbers),
    };
    let (lane, lane_otherwise) = match selection {
        // Officers choose later, and not here.
        Selection::None | Selection::Officer => (unexamined, unexamined),
        // The lane that they would have had is that of the moment when they were drawn.
        Selection::Random => (Lane::Red, kept.as_ref().map_or(unexamined, |kept| kept.lane_otherwise)),
        Selection::Targeted | Selection::Mandatory => (Lane::Red, Lane::Red),
    };
    reasons.sort_by(|one, two| two.weight.abs().total_cmp(&one.weight.abs()));
    let by_draw = match selection {
        Selection::Random => Some(ReasonKind::RandomDraw),
        Selection::Targeted => Some(ReasonKind::Targeted),
        Selection::None if is_mandatory => Some(ReasonKind::CapacityExhausted),
        Selection::None | Selection::Mandatory | Selection::Officer => None,
    };
    // What decided the lane stands first.
    if let Some(kind) = by_draw {
        reasons.insert(0, Reason::of(kind, 0.0, String::new()));
    }
    Ok(Screening {
        id,
        authority,
        area,
        status,
        time: now,
        facts,
        lane,
        lane_otherwise,
        probability,
        reasons,
        draw: Draw {
            entry_point: moment.entry_point.clone(),
            date: moment.date,
            selection,
            probability: draw_probability,
            expected_harm,
            threshold: moment.threshold.expected_harm,
            share_at: moment.threshold.share_at,
            yellow: moment.yellow,
            blue: moment.blue,
            targeted_left: moment.targeted_left,
            random_left: moment.random_left,
            expected_to_come: moment.expected_to_come,
            lot,
            kept,
        },
        consignment,
        overrides: Vec::new(),
        earlier_word: None,
        superseded_by: None,
        revision: 1,
    })
}

/// Decides a stored screening again, from what was recorded with it and the seed of its day; what officers said of it stands
/// beside it as before.
///
/// # Errors
/// As [`decide`]; `Fault` if the numbers that held were not recorded.
pub fn replay(stored: &Screening, seed: [u8; 32]) -> Result<Screening, DomainError> {
    let numbers = stored.facts.numbers;
    let numbers = numbers.ok_or_else(|| DomainError::Fault(format!("{} has no numbers", stored.name())))?;
    let draw = &stored.draw;
    let moment = Moment {
        entry_point: draw.entry_point.clone(),
        date: draw.date,
        seed,
        targeted_left: draw.targeted_left,
        random_left: draw.random_left,
        expected_to_come: draw.expected_to_come,
        threshold: Threshold { expected_harm: draw.threshold, share_at: draw.share_at },
        yellow: draw.yellow,
        blue: draw.blue,
    };
    Ok(decide(numbers, Draft::of(stored.clone()), &moment, stored.time)?.with_overrides_of(stored))
}

fn assess(numbers: &Numbers, facts: &Facts, kept: Option<&Kept>) -> Weighed {
    let score = &facts.score;
    let mut estimate = Estimate([score.probability, score.lower, score.upper]);
    let mut reasons = of_model(score);
    let mut add = |kind, weight, subject: String| reasons.push(Reason::of(kind, weight, subject));
    let mut at_least = Lane::Green;
    let counting = facts.inspections.iter().find(|inspection| inspection.doubt.is_none());
    match counting {
        None => add(ReasonKind::NotChecked, 0.0, String::new()),
        Some(inspection) => {
            let (kind, weight) = weigh_inspection(numbers, inspection, &mut estimate);
            add(kind, weight, inspection_name(inspection.id));
            if inspection.outcome == InspectionOutcome::Conditional || is_held(inspection) {
                at_least = Lane::Yellow;
            }
        }
    }
    // What failed is not shed by declaring the goods otherwise than when they were found to have failed.
    if let Some(failed) = kept.and_then(|kept| kept.failed).or(facts.failed)
        && counting.is_none_or(|counting| counting.outcome != InspectionOutcome::Fail)
    {
        add(ReasonKind::InspectedFailed, 0.0, inspection_name(failed));
        at_least = Lane::Yellow;
    }
    for (certificate, doubt) in &facts.doubtful_certificates {
        // Before coverage was kept it was all one.
        let has_coverage = facts.inspections.iter().all(|one| one.coverage.is_some());
        let kind = match doubt {
            _ if !has_coverage => ReasonKind::CertificateDoubtful,
            Doubt::OtherExporter | Doubt::OtherConsignment | Doubt::OtherQuantity => {
                ReasonKind::CertificateMismatch
            }
            Doubt::Overdrawn | Doubt::UsedUp => ReasonKind::CertificateOverdrawn,
            Doubt::Unknown
            | Doubt::Revoked
            | Doubt::Expired
            | Doubt::OtherVersion
            | Doubt::OtherGoods
            | Doubt::AfterArrival => ReasonKind::CertificateDoubtful,
        };
        add(kind, 0.0, certificate.clone());
        at_least = Lane::Yellow;
    }
    let mut is_mandatory = false;
    for (place, alert) in facts.alerts.iter().enumerate() {
        // Several alerts on one product are one danger: the most probable counts.
        let weight = if place == 0 {
            let danger = alert.probability * numbers.alerted_unsafe;
            estimate.change(|probability| 1.0 - (1.0 - probability) * (1.0 - danger))
        } else {
            0.0
        };
        is_mandatory |= alert.probability >= numbers.mandatory_match;
        add(ReasonKind::AlertMatch, weight, alert.notification.clone());
    }
    let mut is_released = false;
    for hit in facts.criteria.iter().filter(|hit| hit.applied) {
        add(ReasonKind::Criterion, 0.0, hit.criterion.clone());
        match hit.lane {
            Lane::Red => is_mandatory = true,
            Lane::Green => is_released = true,
            lane => at_least = stricter(at_least, lane),
        }
    }
    let Estimate([mean, lower, upper]) = estimate;
    let probability = Probability { mean, lower, upper, observations: score.observations };
    Weighed { probability, reasons, is_mandatory, at_least, is_released }
}

/// The reasons of the model: each piece of evidence that the score was kept with, with the outcomes behind it.
fn of_model(score: &Score) -> Vec<Reason> {
    let evidence = score.evidence.iter().map(|one| Reason {
        observations: one.counted.map_or(0.0, |counted| counted.alike.examined.into()),
        counted: one.counted,
        coarser: one.coarser.clone(),
        ..Reason::of(ReasonKind::Model, one.log_odds, one.key.clone())
    });
    // As they were made of scores of before evidence was kept.
    let before = score.contributions.iter().take(CONTRIBUTIONS).map(|(subject, weight, observations)| {
        Reason { observations: *observations, ..Reason::of(ReasonKind::Model, *weight, subject.clone()) }
    });
    before.chain(evidence).collect()
}

/// Whether goods are held at their documents whatever criteria release them and however many checks the day has: they failed. In
/// screenings of before it was known when goods were inspected, what checks there were decided that.
fn is_held(inspection: &MatchedInspection) -> bool {
    let is_kept = inspection.coverage.as_deref().is_some_and(|coverage| coverage.inspected.is_some());
    inspection.outcome == InspectionOutcome::Fail && is_kept
}

/// What a counting inspection says, and how much it moves the estimate.
fn weigh_inspection(
    numbers: &Numbers,
    inspection: &MatchedInspection,
    estimate: &mut Estimate,
) -> (ReasonKind, f64) {
    let is_reliable = matches!(inspection.verdict, Verdict::Reliable | Verdict::ReliableAndUseful);
    match (inspection.outcome, inspection.ratio) {
        (InspectionOutcome::Fail, _) => (
            ReasonKind::InspectedFailed,
            estimate.change(|probability| probability.max(numbers.failed_unsafe)),
        ),
        (InspectionOutcome::Pass, Some(ratio)) if is_reliable => (
            ReasonKind::InspectedReliable,
            estimate.change(|probability| probability * ratio.clamp(0.0, 1.0)),
        ),
        _ if is_reliable => (ReasonKind::InspectedReliable, 0.0),
        _ => (ReasonKind::InspectedNotReliable, 0.0),
    }
}

/// A probability with the ends of its interval, which move together.
struct Estimate([f64; 3]);

impl Estimate {
    /// Changes it, and gives by how much the expected value moved, in log-odds.
    fn change(&mut self, by: impl Fn(f64) -> f64) -> f64 {
        let before = self.0[0];
        self.0 = self.0.map(|probability| by(probability).clamp(1e-9, 1.0 - 1e-9));
        log_odds(self.0[0]) - log_odds(before)
    }
}

fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(1e-9, 1.0 - 1e-9);
    (probability / (1.0 - probability)).ln()
}

/// Whether a criterion is applied to the goods of this key: by chance from the day's seed, which nobody can foresee.
fn draws_criterion(seed: &[u8; 32], key: Uuid, hit: &CriterionHit) -> bool {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update(hit.criterion.as_bytes());
    hash.update(key.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let number = digest.first_chunk::<4>().map_or(0, |octets| u32::from_be_bytes(*octets));
    // Below 1, so that a probability of 1 always applies.
    f64::from(number) / 4_294_967_296.0 < hit.probability
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation. A decision is replayed from what was recorded: the draw of a criterion must come out as it did.
    #[test]
    fn the_draw_of_a_criterion_never_changes() {
        let hit = CriterionHit {
            criterion: "criteria/01993f2e-0000-7000-8000-000000000002".to_owned(),
            lane: Lane::Red,
            probability: 0.5,
            applied: false,
        };
        let drawn: String = (0..32)
            .map(|number| ScreeningId::from_u128(0x0199_3f2e_0000_7000_8000_0000_0000_0000 + number))
            .map(|id| if draws_criterion(&[7; 32], id, &hit) { '1' } else { '0' })
            .collect();
        assert_eq!(drawn, "01000001101110111100000110111010");
    }
}
