//! Use cases of risk assessments beside the originator's.

mod add_assessment;
mod withdraw_assessment;

pub use add_assessment::AddAssessment;
use jiff::Timestamp;
pub use withdraw_assessment::WithdrawAssessment;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    event::EventKind,
    model::{Assessment, Notification, NotificationId, Transmission, assessment_name},
    ports::{NotificationReader, RecordReader, TransmissionReader},
    records::{Record, record},
    relation::Relation,
    rules::Rules,
    use_cases::{NotificationAccess, require_revision},
};

/// The caller as one who rates a risk: what it has of the notification, and its assessment so far.
struct Assessor {
    notification: Notification,
    relation: Relation,
    /// That through which a recipient has the notification.
    transmission: Option<Transmission>,
    /// Its assessment, withdrawn or not.
    present: Option<Assessment>,
}

impl Assessor {
    /// `Denied` to whoever may not read the notification.
    async fn find(
        rules: &Rules,
        notifications: &dyn NotificationReader,
        transmissions: &dyn TransmissionReader,
        records: &dyn RecordReader,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<Self, DomainError> {
        let access = NotificationAccess { rules, notifications, transmissions };
        let (notification, relation) = access.execute(caller, id).await?;
        let transmission = match relation {
            Relation::Recipient(_) => {
                let own = transmissions.transmission_get(id, &caller.authority).await?;
                Some(own.filter(|own| transmissions.may_read(own)).ok_or(Refusal::Denied)?)
            }
            Relation::Originator | Relation::ContactPoint => None,
        };
        let present = record(records, &assessment_name(id, &caller.authority)).await?;
        Ok(Self { notification, relation, transmission, present })
    }

    fn present_revision(&self) -> i64 {
        self.present.as_ref().map_or(0, Record::revision)
    }

    fn require_revision(&self, expected: Option<i64>, caller: &Caller) -> Result<(), DomainError> {
        Ok(require_revision(expected, self.present_revision(), || {
            assessment_name(self.notification.id, &caller.authority)
        })?)
    }

    /// Writes the assessment in its new revision, and tells the originator's side and the assessor.
    fn decide(
        mut self,
        rules: &Rules,
        assessment: Assessment,
        event: fn(Box<Assessment>) -> EventKind,
        now: Timestamp,
    ) -> Result<Decision<Assessment>, DomainError> {
        let mut changes = ChangeSet::default();
        if let Some(transmission) = &mut self.transmission {
            // So an assessment and the loss of the right to make it never pass each other unseen.
            transmission.revision += 1;
            changes.put_transmission(transmission, false);
        }
        changes.put_record(&assessment, self.present.is_none())?;
        let told = event(Box::new(assessment.clone()));
        match &self.transmission {
            Some(transmission) => changes.tell_both(rules, transmission, now, told),
            None => changes.tell_side(rules, &self.notification.originator, now, told),
        }
        Ok(Decision { outcome: assessment, changes })
    }
}
