//! Recomputes the reliabilities that rest on an examination, in the decision that changes it.
//!
//! Invariant: a reliability counts every random examination that was committed, and each once. The basis of side and area
//! is read before the counts and written at its next revision, so a decision that does not know the last examination is
//! made anew.

use std::collections::BTreeMap;

use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use seamless_statistics::{self as statistics, Evidence, Lot, Reliability, SamplingPlan, Switching};

use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{
        Examination, InspectionBodyId, Probability, ProductAreaId, Selection, SwitchingState, Tally, Trust,
        TrustBasis, TrustChange, Verdict, trust_name,
    },
    pilot::InspectionBody,
    ports::{ExaminationCount, ExaminationReader, LotQuery},
    records::{RecordQuery, RecordReader, record},
};

/// How many of a body's last examinations the switching rules are played through with.
const LOTS: usize = 1_000;

/// Recomputes.
pub struct RecomputeTrust<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub examinations: &'a dyn ExaminationReader,
}

/// One reliability to be made: what it is about, and what told.
struct Target<'a> {
    told: &'a Examination,
    area: &'a ProductAreaId,
    body: &'a InspectionBody,
    entry_point: Option<&'a Unlocode>,
}

impl RecomputeTrust<'_> {
    /// Adds to the changes what `told` makes of the reliabilities, where it takes the place of `former`. Only random
    /// examinations count, of goods that a body passed or that nobody checked.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        told: &Examination,
        former: Option<&Examination>,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let is_comparable = told.passed || told.body.is_none();
        let Some(area) = told.area.as_ref().filter(|_| told.selection == Selection::Random && is_comparable)
        else {
            return Ok(());
        };
        let basis: Option<TrustBasis> = record(self.records, &TrustBasis::name_of(&told.side, area)).await?;
        let revision = basis.map_or(1, |basis| basis.revision + 1);
        let basis = TrustBasis { side: told.side.clone(), area: area.clone(), revision };
        changes.put_record(&basis, revision == 1)?;

        let mut counts = self.examinations.examination_counts(&told.side, area).await?;
        counts.push(count_of(told, 1));
        counts.extend(former.map(|former| count_of(former, -1)));
        for body in self.concerned(told) {
            // Where there is one entry point, both rest on the same.
            let mut known = None;
            for entry_point in [None, Some(&told.entry_point)] {
                let target = Target { told, area, body, entry_point };
                self.recompute(&target, &counts, &mut known, changes).await?;
            }
        }
        Ok(())
    }

    /// The bodies whose reliabilities an examination moves: that which passed the goods and the others of its group; all
    /// for goods that nobody checked.
    fn concerned(&self, told: &Examination) -> Vec<&InspectionBody> {
        let bodies = &self.rules.pilot.inspection_bodies;
        match &told.body {
            None => bodies.values().collect(),
            Some(body) => {
                let group = bodies.get(body).map(|body| &body.group);
                bodies.values().filter(|other| Some(&other.group) == group).collect()
            }
        }
    }

    async fn recompute(
        &self,
        target: &Target<'_>,
        counts: &[ExaminationCount],
        known: &mut Option<(Evidence, Reliability)>,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let Target { told, area, body, entry_point } = *target;
        let name = trust_name(&told.side, &body.id, area, entry_point);
        let present: Option<Trust> = record(self.records, &name).await?;
        let is_own = told.body.as_ref() == Some(&body.id);
        // A reliability begins with the first examination of what the body passed.
        if present.is_none() && !is_own {
            return Ok(());
        }
        let switching = match &present {
            Some(present) if !is_own => present.switching,
            _ => self.switching(target).await?,
        };
        let evidence = self.evidence(counts, body, entry_point);
        let rule = &self.rules.pilot.reliability;
        let found = match *known {
            Some((same, found)) if same == evidence => found,
            _ => statistics::reliability(&rule.rule(), &evidence)
                .map_err(|error| DomainError::Fault(format!("the reliability of {}: {error}", body.id)))?,
        };
        *known = Some((evidence, found));
        let trust = Trust {
            side: told.side.clone(),
            body: body.id.clone(),
            body_authority: body.authority.clone(),
            area: area.clone(),
            entry_point: entry_point.cloned(),
            verdict: verdict_of(found.verdict),
            false_pass: probability_of(&found.false_pass),
            passed: tally_of(evidence.passed),
            unchecked: probability_of(&found.unchecked),
            not_checked: tally_of(evidence.unchecked),
            reliable_probability: found.probability_reliable,
            useful_probability: found.probability_useful,
            more_examinations: found.more_examinations.filter(|more| *more > 0),
            switching,
            rule: rule.words(),
            update_time: told.known_time,
            revision: present.as_ref().map_or(1, |present| present.revision + 1),
        };
        changes.put_record(&trust, present.is_none())?;
        self.tell(present.as_ref(), trust, &told.control, changes)
    }

    /// Tells the first reliability and each that says something else than the one before; keeps the first verdict and every
    /// other one.
    fn tell(
        &self,
        present: Option<&Trust>,
        trust: Trust,
        control: &str,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        if present.is_some_and(|present| present.says_the_same(&trust)) {
            return Ok(());
        }
        let (time, previous) = (trust.update_time, present.map(|present| present.verdict));
        let change = TrustChange { previous, control: control.to_owned(), time, trust };
        if previous != Some(change.trust.verdict) {
            changes.put_record(&change, true)?;
        }
        let readers = readers(self.rules, &change.trust.side, &change.trust.body_authority);
        let kind = EventKind::TrustChanged(Box::new(change));
        changes.tell(DomainEvent { kind, time, arrangement: None, readers });
        Ok(())
    }

    /// What is known of a body, at one entry point or at all.
    fn evidence(
        &self,
        counts: &[ExaminationCount],
        body: &InspectionBody,
        entry_point: Option<&Unlocode>,
    ) -> Evidence {
        let bodies = &self.rules.pilot.inspection_bodies;
        let here = |count: &&ExaminationCount| entry_point.is_none_or(|place| count.entry_point == *place);
        let is_sibling = |other: &InspectionBodyId| {
            *other != body.id && bodies.get(other).is_some_and(|other| other.group == body.group)
        };
        let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for count in counts.iter().filter(here) {
            let of = match &count.body {
                None => "unchecked",
                Some(other) if count.passed && *other == body.id => "passed",
                Some(other) if count.passed && is_sibling(other) => "parent",
                Some(_) => continue,
            };
            let (examined, found) = sums.entry(of).or_default();
            *examined += count.count;
            *found += if count.is_unsafe { count.count } else { 0 };
        }
        let tally = |of: &str| {
            let (examined, found) = sums.get(of).copied().unwrap_or_default();
            statistics::Tally {
                examinations: u32::try_from(examined.max(0)).unwrap_or(u32::MAX),
                unsafe_found: u32::try_from(found.max(0)).unwrap_or(u32::MAX),
            }
        };
        Evidence { passed: tally("passed"), parent: tally("parent"), unchecked: tally("unchecked") }
    }

    /// The level that ISO 2859-1 would be at: each random examination of passed goods is a lot, accepted unless the goods
    /// were unsafe, by single sampling with the acceptance number 0. That production is steady and that the authority
    /// would let inspection be reduced is taken as given: the rules are told, not applied.
    async fn switching(&self, target: &Target<'_>) -> Result<SwitchingState, DomainError> {
        let Target { told, area, body, entry_point } = *target;
        let query = LotQuery {
            side: told.side.clone(),
            area: area.clone(),
            body: body.id.clone(),
            entry_point: entry_point.cloned(),
            // With what is told now.
            limit: LOTS as u64 - 1,
        };
        // What is told now was known last; what it told before counts no more.
        let lots = self.examinations.examination_lots(&query, &told.control).await?;
        let mut rules = Switching::new();
        rules.set_conditions(statistics::Conditions { production_steady: true, reduced_approved: true });
        let plan = SamplingPlan::Single { acceptance_number: 0, accepted_one_step_tighter: true };
        for is_unsafe in lots.into_iter().rev().chain([told.is_unsafe]) {
            rules.lot(Lot { accepted: !is_unsafe, plan });
        }
        Ok(match rules.inspection() {
            statistics::Inspection::Normal => SwitchingState::Normal,
            statistics::Inspection::Tightened => SwitchingState::Tightened,
            statistics::Inspection::Reduced => SwitchingState::Reduced,
            statistics::Inspection::Discontinued => SwitchingState::Discontinued,
        })
    }
}

/// Whom what concerns a side and a body is told to: every authority of the side, and the body's own.
pub(super) fn readers(rules: &Rules, side: &AuthorityId, body_authority: &AuthorityId) -> Vec<AuthorityId> {
    let mut readers = rules.cooperation.side_members(side);
    if !readers.contains(body_authority) {
        readers.push(body_authority.clone());
    }
    readers
}

/// The verdict on a body over all entry points; what is not known is not enough.
///
/// # Errors
/// Those of the store.
pub(super) async fn verdict_on(
    records: &dyn RecordReader<RecordQuery>,
    side: &AuthorityId,
    body: &InspectionBodyId,
    area: &ProductAreaId,
) -> Result<Verdict, DomainError> {
    let trust: Option<Trust> = record(records, &trust_name(side, body, area, None)).await?;
    Ok(trust.map_or(Verdict::NotEnoughEvidence, |trust| trust.verdict))
}

fn count_of(examination: &Examination, count: i64) -> ExaminationCount {
    ExaminationCount {
        entry_point: examination.entry_point.clone(),
        body: examination.body.clone(),
        passed: examination.passed,
        is_unsafe: examination.is_unsafe,
        count,
    }
}

fn verdict_of(verdict: statistics::Verdict) -> Verdict {
    match verdict {
        statistics::Verdict::NotReliable => Verdict::NotReliable,
        statistics::Verdict::NotEnoughEvidence => Verdict::NotEnoughEvidence,
        statistics::Verdict::Reliable => Verdict::Reliable,
        statistics::Verdict::ReliableAndUseful => Verdict::ReliableAndUseful,
    }
}

fn probability_of(rate: &statistics::Rate) -> Probability {
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let observations = rate.examinations as f64;
    Probability { mean: rate.value, lower: rate.interval.lower, upper: rate.interval.upper, observations }
}

fn tally_of(tally: statistics::Tally) -> Tally {
    Tally { examined: tally.examinations, found_unsafe: tally.unsafe_found }
}
