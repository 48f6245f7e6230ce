//! Takes a recipient off: it reads nothing of the notification any more, old events included, and is ordered to remove
//! what it has. The same happens by itself to what was transmitted under an arrangement that stands no more.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    change::LostRight,
    clocks::Clocks,
    model::{
        ClockChangeReason, Holding, Notification, NotificationId, Removal, RemovalReason, Transmission,
        holding_name,
    },
    ports::{ClockReader, DeliveryBook, NotificationReader, RecordReader, TransmissionReader},
    records::record,
    rules::Rules,
    use_cases::{NotificationAccess, require_revision},
};

/// Takes recipients off notifications of the caller's side.
pub struct RevokeTransmission<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
    pub deliveries: &'a dyn DeliveryBook,
}

impl RevokeTransmission<'_> {
    /// Any state to REVOKED.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` if it was taken off before.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        recipient: &AuthorityId,
        revision: Option<i64>,
        explanation: &str,
        now: Timestamp,
    ) -> Result<Decision<Transmission>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (notification, _) = access.on_own_side(caller, id).await?;
        let present = self.transmissions.transmission_get(id, recipient).await?.ok_or(Refusal::Denied)?;
        require_revision(revision, present.revision, || present.name())?;
        self.take_off(notification, present, RemovalReason::Revoked, explanation, now).await
    }

    /// Takes off a recipient between whom and the sender the arrangement stands no more; nothing to do where it stands,
    /// or somebody else has taken it off. Of several that decide the same, the commit lets one through.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn lapse(
        &self,
        id: NotificationId,
        recipient: &AuthorityId,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let notification = self.notifications.notification_get(id).await?;
        let transmission = self.transmissions.transmission_get(id, recipient).await?;
        match (notification, transmission) {
            (Some(notification), Some(present))
                if present.is_granted() && !self.rules.stands(&present, now) =>
            {
                let reason = RemovalReason::ArrangementLeft;
                Ok(self.take_off(notification, present, reason, "", now).await?.changes)
            }
            _ => Ok(ChangeSet::default()),
        }
    }

    async fn take_off(
        &self,
        mut notification: Notification,
        mut transmission: Transmission,
        reason: RemovalReason,
        explanation: &str,
        now: Timestamp,
    ) -> Result<Decision<Transmission>, DomainError> {
        let (id, recipient) = (notification.id, transmission.recipient.clone());
        let mut changes = ChangeSet::default();
        let mut clocks = Clocks::of(self.rules, self.clocks.clock_list_of(id, &recipient).await?);
        transmission.revoke()?;
        transmission.revision += 1;
        clocks.cancel(ClockChangeReason::Revoked, now);
        clocks.settle(&mut changes, &mut transmission, now);
        changes.put_transmission(&transmission, false);
        // Written anew, so that it leaves the recipient's lists.
        let mut all = self.transmissions.transmission_list(id).await?;
        all.retain(|other| other.recipient != recipient);
        all.push(transmission.clone());
        notification.revision += 1;
        changes.put_notification(self.rules, &notification, false, &all);
        let held: Option<Holding> = record(self.records, &holding_name(id, &recipient)).await?;
        let is_new = held.is_none();
        let mut holding = held.unwrap_or_else(|| Holding::before_records(&transmission));
        holding.end(transmission.version, now);
        changes.put_record(&holding, is_new)?;
        let entered = self.deliveries.enter_deliveries(&recipient).await?;
        let subject = notification.name();
        changes.lost_rights.push(LostRight { authority: recipient, subject, entered });
        let version = transmission.version;
        let removal = Removal::order(&transmission, reason, version, Vec::new(), explanation, now);
        changes.put_removal(self.rules, &removal, true, now)?;
        Ok(Decision { outcome: transmission, changes })
    }
}
