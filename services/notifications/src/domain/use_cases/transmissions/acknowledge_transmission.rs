//! The recipient says that it has read a notification and takes charge of it.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    clocks::{ClockEvent, Clocks},
    event::EventKind,
    model::{EvidenceKind, NotificationId, Transmission},
    ports::{ClockReader, NotificationReader, RecordReader, TransmissionReader},
    rules::Rules,
    use_cases::{TransmissionAccess, require_revision},
};

/// Acknowledges a transmission to the caller.
pub struct AcknowledgeTransmission<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl AcknowledgeTransmission<'_> {
    /// SENT to ACKNOWLEDGED.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &seamless_identity::AuthorityId,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Transmission>, DomainError> {
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        let mut transmission = access.as_recipient(caller, notification, recipient).await?;
        require_revision(revision, transmission.revision, || transmission.name())?;
        transmission.acknowledge(now)?;
        transmission.revision += 1;
        let mut changes = ChangeSet::default();
        let present = self.notifications.notification_get(notification).await?.ok_or(Refusal::Denied)?;
        let mut clocks = Clocks::of(self.rules, self.clocks.clock_list_of(notification, recipient).await?);
        clocks.stop(ClockEvent::Acknowledged, now);
        clocks.heed_questions(self.records, &transmission, &present.content).await?;
        clocks.start(&transmission, &present.content, ClockEvent::Acknowledged, now)?;
        clocks.settle(&mut changes, &mut transmission, now);
        changes.put_transmission(&transmission, false);
        changes.note(&transmission, EvidenceKind::Acknowledged, now);
        let acknowledged = EventKind::TransmissionAcknowledged(Box::new(transmission.clone()));
        changes.tell_both(self.rules, &transmission, now, acknowledged);
        Ok(Decision { outcome: transmission, changes })
    }
}
