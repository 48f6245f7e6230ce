//! Establishes what has come of a transmission's clocks: warnings and breaches.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use crate::domain::{
    ChangeSet, DomainError,
    clocks::Clocks,
    model::NotificationId,
    ports::{ClockReader, TransmissionReader},
    rules::Rules,
};

/// Marks the clocks of one transmission. Nobody asks for it: time does.
pub struct MarkClocks<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
}

impl MarkClocks<'_> {
    /// What has come by `now`; empty if somebody else has marked it. Of several that decide the same, the commit lets
    /// one through: each clock is written only at the revision that was read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let Some(mut transmission) = self.transmissions.transmission_get(notification, recipient).await?
        else {
            return Ok(changes);
        };
        let mut clocks = Clocks::of(self.rules, self.clocks.clock_list_of(notification, recipient).await?);
        clocks.mark(now);
        // A mark moves no deadline: the transmission stays as it is.
        clocks.settle(&mut changes, &mut transmission, now);
        Ok(changes)
    }
}
