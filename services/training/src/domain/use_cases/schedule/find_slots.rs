//! Finds the slots that suit everybody.

use jiff::Timestamp;

use super::KnownMeetings;
use crate::domain::{
    Caller, DomainError, Rules,
    slots::{Availability, Found, SlotQuestion},
};

/// Reads, and changes nothing.
#[derive(Clone, Copy)]
pub struct FindSlots<'a> {
    pub rules: &'a Rules,
    pub known: KnownMeetings<'a>,
}

impl FindSlots<'_> {
    /// The best slots, at most so many.
    ///
    /// # Errors
    /// `Invalid`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        question: SlotQuestion,
        most: usize,
        now: Timestamp,
    ) -> Result<Found, DomainError> {
        let violations = question.violations(self.rules.limits.slots);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let schedule = self.known.added_to(caller, question.schedule, question.window, None).await?;
        let question = SlotQuestion { schedule, ..question };
        let availability = Availability::new(&question, &self.rules.calendars, &self.rules.zones, now);
        Ok(availability.map_err(DomainError::calendar)?.find(most.min(self.rules.limits.slots.slots)))
    }
}
