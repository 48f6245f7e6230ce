//! Takes a notification back; every recipient learns why, and is ordered to remove what it has.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    clocks::Clocks,
    event::EventKind,
    model::{
        ClockChangeReason, Notification, NotificationId, NotificationState, Removal, RemovalReason,
        TransmissionState,
    },
    ports::{ClockReader, NotificationReader, TransmissionReader},
    rules::Rules,
    use_cases::{NotificationAccess, require_revision},
};

/// Withdraws a notification of the caller's side.
pub struct WithdrawNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
}

impl WithdrawNotification<'_> {
    /// Any state to WITHDRAWN.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` if it was withdrawn before.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        reason: &str,
        now: Timestamp,
    ) -> Result<Decision<Notification>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (mut notification, _) = access.on_own_side(caller, id).await?;
        require_revision(revision, notification.revision, || notification.name())?;
        if notification.state == NotificationState::Withdrawn {
            return Err(DomainError::illegal(notification.name(), notification.state, "withdrawing"));
        }
        notification.state = NotificationState::Withdrawn;
        notification.withdraw_reason = Some(reason.to_owned());
        notification.revision += 1;
        notification.update_time = now;
        let mut changes = ChangeSet::default();
        let mut transmissions = self.transmissions.transmission_list(id).await?;
        for transmission in transmissions.iter_mut().filter(|transmission| transmission.is_granted()) {
            let stored = self.clocks.clock_list_of(id, &transmission.recipient).await?;
            let mut clocks = Clocks::of(self.rules, stored);
            clocks.cancel(ClockChangeReason::Withdrawn, now);
            clocks.settle(&mut changes, transmission, now);
            transmission.state = TransmissionState::Withdrawn;
            transmission.revision += 1;
            changes.put_transmission(transmission, false);
        }
        changes.put_notification(self.rules, &notification, false, &transmissions);
        let withdrawn = EventKind::NotificationWithdrawn(Box::new(notification.clone()));
        changes.tell_recipients(&transmissions, now, &withdrawn);
        changes.tell_side(self.rules, &notification.originator, now, withdrawn);
        for transmission in transmissions.iter().filter(|transmission| transmission.is_granted()) {
            let (why, version) = (RemovalReason::Withdrawn, transmission.version);
            let removal = Removal::order(transmission, why, version, Vec::new(), reason, now);
            changes.put_removal(self.rules, &removal, true, now)?;
        }
        Ok(Decision { outcome: notification, changes })
    }
}
