//! Tells what an entry point screened in one hour, once that hour is over.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError, Rules,
    aggregates::{AggregatedUntil, HourlyAggregate},
    event::{DomainEvent, EventKind},
    pilot::EntryPoint,
};

/// Decides what is told of an hour.
pub struct TellHour<'a> {
    pub rules: &'a Rules,
    pub entry_point: &'a EntryPoint,
    /// Up to when its hours were told before; none where none was.
    pub told: Option<&'a AggregatedUntil>,
}

impl TellHour<'_> {
    /// Tells the hour that ends at `end`. Whoever commits first tells it; others meet a conflict.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn execute(
        &self,
        hour: HourlyAggregate,
        end: Timestamp,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let authority = &self.entry_point.authority;
        let told = AggregatedUntil {
            entry_point: self.entry_point.id.clone(),
            authority: authority.clone(),
            until: end,
            revision: self.told.map_or(1, |told| told.revision + 1),
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&told, self.told.is_none())?;
        // Drills and tests alone are no news.
        if !hour.counts.is_empty() {
            changes.tell(DomainEvent {
                kind: EventKind::ScreeningsAggregated(Box::new(hour)),
                time: now,
                arrangement: None,
                readers: self.rules.cooperation.own_side(authority),
            });
        }
        Ok(changes)
    }
}
