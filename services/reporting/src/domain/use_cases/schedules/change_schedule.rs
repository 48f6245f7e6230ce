//! Changes, pauses, resumes or deletes a schedule.

use jiff::Timestamp;
use seamless_decision::require_revision;

use super::{changed, run_schedule::miss_what_is_due, wrong};
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{ReportSchedule, ScheduleState, ScheduleTerms},
    records::Record,
};

/// What is to be done with it.
#[derive(Clone, Debug)]
pub enum ScheduleStep {
    /// It is to be as said.
    Update(ScheduleTerms),
    Pause,
    Resume,
    Delete,
}

/// Changes, pauses, resumes or deletes a schedule.
pub struct ChangeSchedule<'a> {
    pub rules: &'a Rules,
}

impl ChangeSchedule<'_> {
    /// Takes the step; `revision` is the one that was read, if the caller says one.
    ///
    /// # Errors
    /// That the schedule stands where the step cannot be taken, or changed since; every wrong field.
    pub fn execute(
        &self,
        schedule: ReportSchedule,
        step: &ScheduleStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<ReportSchedule>, DomainError> {
        use ScheduleState::{Active, Deleted, Paused};
        require_revision(revision, schedule.revision, || schedule.name())?;
        let previous = schedule.state;
        let (from, verb): (&[ScheduleState], _) = match step {
            ScheduleStep::Update(_) => (&[Active, Paused], "updating"),
            ScheduleStep::Pause => (&[Active], "pausing"),
            ScheduleStep::Resume => (&[Paused], "resuming"),
            ScheduleStep::Delete => (&[Active, Paused], "deleting"),
        };
        if !from.contains(&previous) {
            return Err(DomainError::illegal(schedule.name(), previous, verb));
        }
        let before = schedule.clone();
        let mut schedule = ReportSchedule { update_time: now, revision: schedule.revision + 1, ..schedule };
        match step {
            ScheduleStep::Update(terms) => self.update(&mut schedule, terms, now)?,
            ScheduleStep::Pause => schedule.state = Paused,
            ScheduleStep::Resume => {
                // What is wrong with it by now is said before it is to run again.
                let wrong = wrong(self.rules, &schedule.owner, &schedule.terms, now);
                if !wrong.is_empty() {
                    return Err(wrong.into());
                }
                (schedule.state, schedule.counted_from) = (Active, now);
            }
            ScheduleStep::Delete => schedule.state = Deleted,
        }
        let rhythm = schedule.terms.rhythm(&self.rules.zones).ok().filter(|_| schedule.state == Active);
        schedule.next = rhythm.and_then(|rhythm| rhythm.next(schedule.counted_from));
        let mut changes = ChangeSet::default();
        changes.put_record(&schedule)?;
        // What waited to run does so no more.
        let is_counted_anew = schedule.state != Active || schedule.counted_from != before.counted_from;
        if previous == Active && is_counted_anew {
            miss_what_is_due(self.rules, &mut changes, &before, now)?;
        }
        changes.tell(changed(self.rules, &schedule, Some(previous), now));
        Ok(Decision { outcome: schedule, changes })
    }

    fn update(
        &self,
        schedule: &mut ReportSchedule,
        terms: &ScheduleTerms,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let wrong = wrong(self.rules, &schedule.owner, terms, now);
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        let times = |terms: &ScheduleTerms| (terms.cron_expression.clone(), terms.time_zone.clone());
        if times(terms) != times(&schedule.terms) {
            schedule.counted_from = now;
        }
        if terms.is_of_bulletins() != schedule.terms.is_of_bulletins() {
            schedule.last_report = None;
        }
        schedule.terms = terms.clone().spelled(&self.rules.zones);
        Ok(())
    }
}
