//! Tells what a plan came to, once its day is over.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError, Rules,
    closed_plans::{ClosedPlan, PlansClosed},
    event::{DomainEvent, EventKind},
};

/// Decides what is told of a plan.
pub struct ClosePlan<'a> {
    pub rules: &'a Rules,
    /// Up to which day the entry point's plans were told before; none where none was.
    pub told: Option<&'a PlansClosed>,
}

impl ClosePlan<'_> {
    /// Tells it. Whoever commits first tells it; others meet a conflict.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn execute(&self, closed: ClosedPlan, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let told = PlansClosed {
            entry_point: closed.plan.entry_point.clone(),
            authority: closed.authority.clone(),
            until: closed.plan.date,
            revision: self.told.map_or(1, |told| told.revision + 1),
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&told, self.told.is_none())?;
        changes.tell(DomainEvent {
            readers: self.rules.cooperation.own_side(&closed.authority),
            kind: EventKind::PlanClosed(Box::new(closed)),
            time: now,
            arrangement: None,
        });
        Ok(changes)
    }
}
