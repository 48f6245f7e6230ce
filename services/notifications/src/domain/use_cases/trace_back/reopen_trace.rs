//! Searches again because of new facts. The follow-up goes back to investigating in the same step: its tracing result
//! stands no more while the search goes on.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    correspondence::require_standing,
    event::EventKind,
    model::{FollowUp, FollowUpState, NotificationId, Step, Trace},
    ports::FollowUpReader,
    use_cases::require_revision,
};

const VERB: &str = "reopening the trace";

/// Opens a search of the caller's again.
pub struct ReopenTrace<'a> {
    pub access: TraceAccess<'a>,
    pub follow_ups: &'a dyn FollowUpReader,
}

impl ReopenTrace<'_> {
    /// CONCLUDED to OPEN; the follow-up to INVESTIGATING.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` unless it is CONCLUDED, or once the notification was withdrawn;
    /// `WantsFirst` where the follow-up has a measure or none, and is not closed, or was begun before the recipient was
    /// taken off; `LimitReached`.
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
        reason: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<Decision<Trace>, DomainError> {
        let (mut trace, mut transmission) = self.access.as_tracer(caller, notification, authority).await?;
        require_revision(revision, trace.revision, || trace.key.name())?;
        require_standing(&transmission, VERB)?;
        trace.reopen(reason, &caller.principal, internal_note, now)?;
        let taken_back = match self.follow_ups.follow_up_get(notification, authority).await? {
            Some(follow_up) => {
                follow_up.require_taken_up(&transmission, VERB)?;
                take_back(follow_up, reason, &caller.principal, now)?
            }
            None => None,
        };
        let mut changes = ChangeSet::default();
        let rules = self.access.rules;
        let reopened = EventKind::TraceReopened(Box::new(trace.clone()));
        put_trace(rules, &mut changes, &trace, false, &mut transmission, (now, reopened))?;
        if let Some((follow_up, previous)) = taken_back {
            changes.put_follow_up(&follow_up, false);
            let changed = EventKind::FollowUpChanged {
                follow_up: Box::new(follow_up),
                previous: Some(previous),
                transmission: Box::new(transmission.clone()),
            };
            changes.tell_both(rules, &transmission, now, changed);
        }
        Ok(Decision { outcome: trace, changes })
    }
}

/// The follow-up as it investigates again, and the state that it was in; `None` where it does so already.
fn take_back(
    mut follow_up: FollowUp,
    reason: &str,
    principal: &str,
    now: Timestamp,
) -> Result<Option<(FollowUp, FollowUpState)>, DomainError> {
    let previous = follow_up.state;
    let step = match previous {
        FollowUpState::Investigating => return Ok(None),
        FollowUpState::Traced | FollowUpState::NotTraced => Step::ReopenTracing(reason.to_owned()),
        FollowUpState::Closed => Step::Reopen(reason.to_owned()),
        FollowUpState::MeasureAdopted | FollowUpState::NoMeasure => {
            return Err(Refusal::wants_first(follow_up.name(), previous, VERB, "close the follow-up").into());
        }
    };
    follow_up.take(step, principal, "", now)?;
    follow_up.revision += 1;
    Ok(Some((follow_up, previous)))
}
