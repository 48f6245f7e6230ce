//! Begins the search for the manufacturer.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    event::EventKind,
    model::{FollowUpState, NotificationId, Trace, TransmissionState, trace_name},
    ports::FollowUpReader,
    records::record,
    use_cases::TransmissionAccess,
};

/// Begins a search of the caller's.
pub struct OpenTrace<'a> {
    pub access: TraceAccess<'a>,
    pub follow_ups: &'a dyn FollowUpReader,
}

impl OpenTrace<'_> {
    /// Begins with OPEN.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` unless the transmission is ACKNOWLEDGED or REACTED, if there is a trace, or a
    /// follow-up that is not INVESTIGATING; `WantsFirst` where that was begun before the recipient was taken off.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
        note: &str,
        internal_note: &str,
        now: Timestamp,
    ) -> Result<Decision<Trace>, DomainError> {
        let TraceAccess { rules, transmissions, records } = self.access;
        let access = TransmissionAccess { rules, transmissions };
        let mut transmission = access.as_recipient(caller, notification, recipient).await?;
        if let Some(begun) = record::<Trace, _>(records, &trace_name(notification, recipient)).await? {
            return Err(DomainError::illegal(begun.key.name(), begun.state(), "opening"));
        }
        if !matches!(transmission.state, TransmissionState::Acknowledged | TransmissionState::Reacted) {
            return Err(DomainError::illegal(transmission.name(), transmission.state, "opening a trace"));
        }
        if let Some(follow_up) = self.follow_ups.follow_up_get(notification, recipient).await? {
            follow_up.require_taken_up(&transmission, "opening a trace")?;
            if follow_up.state != FollowUpState::Investigating {
                return Err(DomainError::illegal(follow_up.name(), follow_up.state, "opening a trace"));
            }
        }
        let trace = Trace::open(&transmission, &caller.principal, note, internal_note, now);
        let mut changes = ChangeSet::default();
        let opened = EventKind::TraceOpened(Box::new(trace.clone()));
        put_trace(rules, &mut changes, &trace, true, &mut transmission, (now, opened))?;
        Ok(Decision { outcome: trace, changes })
    }
}
