//! Takes a step of an investigation: tracing, measure, no measure, closing, reopening. The first result in substance
//! stops the recipient's deadline.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    clocks::{ClockEvent, Clocks},
    ledger::Fact,
    model::{FollowUp, FollowUpState, NotificationId, Step, TransmissionState},
    ports::{ClockReader, FollowUpReader, RecordReader, TransmissionReader},
    rules::Rules,
    use_cases::{FollowUpAccess, require_revision, trace_back::require_no_trace},
};

/// Takes a step in a follow-up of the caller's.
pub struct TakeFollowUpStep<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub follow_ups: &'a dyn FollowUpReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl TakeFollowUpStep<'_> {
    /// Takes the step.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` where the step is not allowed, or the notification was withdrawn:
    /// then an open follow-up can be closed, whatever its state, and nothing else is allowed; `WantsFirst` for a
    /// tracing result where there is a trace, whose conclusion is the result, and for what was begun before the
    /// recipient was taken off; `LimitReached`.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one fact of the step; a struct would name them once more"
    )]
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
        revision: Option<i64>,
        step: Step,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<Decision<FollowUp>, DomainError> {
        if *authority != caller.authority {
            return Err(Refusal::Denied.into());
        }
        let access = FollowUpAccess {
            rules: self.rules,
            transmissions: self.transmissions,
            follow_ups: self.follow_ups,
        };
        let (mut follow_up, mut transmission) = access.execute(caller, notification, authority).await?;
        require_revision(revision, follow_up.revision, || follow_up.name())?;
        if matches!(step, Step::RecordTracing(_)) {
            require_no_trace(self.records, notification, authority).await?;
        }
        let previous = follow_up.state;
        let mut clocks = Clocks::of(self.rules, self.clocks.clock_list_of(notification, authority).await?);
        let is_withdrawn = transmission.state == TransmissionState::Withdrawn;
        let mut is_act = false;
        match step {
            Step::Close(note) if is_withdrawn && previous != FollowUpState::Closed => {
                follow_up.record(FollowUpState::Closed, note, &caller.principal, internal_note, now);
            }
            step if is_withdrawn => {
                return Err(DomainError::illegal(transmission.name(), transmission.state, step.verb()));
            }
            step => {
                follow_up.require_taken_up(&transmission, step.verb())?;
                let is_first = step.is_substantive() && transmission.first_reaction_time.is_none();
                is_act = is_first || matches!(step, Step::AdoptMeasure(..));
                if step.is_substantive() {
                    transmission.react(now);
                    clocks.stop(ClockEvent::FirstSubstantiveReaction, now);
                }
                follow_up.take(step, &caller.principal, internal_note, now)?;
            }
        }
        follow_up.revision += 1;
        transmission.revision += 1;
        if follow_up.state == FollowUpState::Closed {
            clocks.stop(ClockEvent::Closed, now);
        }
        let mut changes = ChangeSet::default();
        if is_act {
            changes.facts.push(Fact::acted(&transmission, &follow_up, now));
        }
        clocks.settle(&mut changes, &mut transmission, now);
        changes.put_step(self.rules, &follow_up, Some(previous), &transmission);
        Ok(Decision { outcome: follow_up, changes })
    }
}
