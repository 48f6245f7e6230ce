//! What a use case decided: an answer, and the changes that make it true. Changes are written all or none, each only
//! if its record is still the one that was decided upon.

pub use seamless_decision::Write;
use seamless_decision::{Record, stored};

use super::{
    error::DomainError,
    event::DomainEvent,
    model::{Examination, Inspection, Plan, RiskModel, Screening},
    records::{Place, StoredRecord},
};

/// An answer and the changes that make it true.
pub type Decision<T> = seamless_decision::Decision<T, ChangeSet>;

/// Changes to be written in one transaction.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub inspections: Vec<Write<Inspection>>,
    pub records: Vec<Write<StoredRecord>>,
    /// Put in the place of what their controls told before.
    pub examinations: Vec<Examination>,
    /// Of which an officer overrode the lane; each with its new revision: the stored one's plus 1.
    pub screenings: Vec<Screening>,
    /// Each with its new revision: the stored one's plus 1.
    pub plans: Vec<Plan>,
    pub models: Vec<ModelWrite>,
    pub events: Vec<DomainEvent>,
}

/// A risk model to be written, by its revision as any record. What it learned is written once, with revision 1.
#[derive(Clone, Debug)]
pub struct ModelWrite {
    pub model: RiskModel,
    /// What it learned, for a new one.
    pub content: Option<Vec<u8>>,
}

impl ChangeSet {
    /// Adds what was decided after it.
    pub fn append(&mut self, after: Self) {
        let Self { inspections, records, examinations, screenings, plans, models, events } = after;
        self.inspections.extend(inspections);
        self.records.extend(records);
        self.examinations.extend(examinations);
        self.screenings.extend(screenings);
        self.plans.extend(plans);
        self.models.extend(models);
        self.events.extend(events);
    }

    /// Adds a new risk model.
    pub fn put_new_model(&mut self, model: &RiskModel, content: Vec<u8>) {
        self.models.push(ModelWrite { model: model.clone(), content: Some(content) });
    }

    /// Adds a change of a risk model's state.
    pub fn put_model(&mut self, model: &RiskModel) {
        self.models.push(ModelWrite { model: model.clone(), content: None });
    }

    /// Adds a version of a pre-inspection.
    pub fn put_inspection(&mut self, inspection: &Inspection) {
        self.inspections.push(Write { record: inspection.clone(), is_new: inspection.version == 1 });
    }

    /// Adds a record.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn put_record<T: Record<Place = Place>>(
        &mut self,
        record: &T,
        is_new: bool,
    ) -> Result<(), DomainError> {
        self.records.push(stored(record, is_new)?);
        Ok(())
    }

    /// Adds an event.
    pub fn tell(&mut self, event: DomainEvent) {
        self.events.push(event);
    }
}
