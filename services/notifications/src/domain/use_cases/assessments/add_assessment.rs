//! Somebody other than the originator rates the risk for itself. The originator's rating stays as it is.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    event::EventKind,
    model::{Assessment, NotificationId, NotificationState, Risk, assessment_name},
    ports::{NotificationReader, RecordReader, TransmissionReader},
    records::{Record, record},
    relation::Relation,
    rules::Rules,
    use_cases::{NotificationAccess, require_revision},
};

/// Records an assessment of the caller's.
pub struct AddAssessment<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl AddAssessment<'_> {
    /// The caller's assessment in its next revision; each is told as an event.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `Invalid` for the originator itself; `IllegalTransition` after a withdrawal.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        risk: Risk,
        now: Timestamp,
    ) -> Result<Decision<Assessment>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let (notification, relation) = access.execute(caller, id).await?;
        if relation == Relation::Originator {
            let why = "is the caller's own: its assessment is the notification's risk";
            return Err(DomainError::invalid("parent", why));
        }
        if notification.state == NotificationState::Withdrawn {
            return Err(DomainError::illegal(notification.name(), notification.state, "assessing"));
        }
        let name = assessment_name(id, &caller.authority);
        let present: Option<Assessment> = record(self.records, &name).await?;
        let present_revision = present.as_ref().map_or(0, Record::revision);
        require_revision(revision, present_revision, || name)?;
        let mut changes = ChangeSet::default();
        let mut transmission = match relation {
            Relation::Recipient(_) => {
                let own = self.transmissions.transmission_get(id, &caller.authority).await?;
                Some(own.filter(|own| self.transmissions.may_read(own)).ok_or(Refusal::Denied)?)
            }
            Relation::Originator | Relation::ContactPoint => None,
        };
        if let Some(transmission) = &mut transmission {
            // So an assessment and the loss of the right to make it never pass each other unseen.
            transmission.revision += 1;
            changes.put_transmission(transmission, false);
        }
        let assessment = Assessment {
            notification: id,
            originator: notification.originator.clone(),
            authority: caller.authority.clone(),
            by_recipient: transmission.is_some(),
            risk,
            version: notification.version,
            create_time: present.as_ref().map_or(now, |present| present.create_time),
            update_time: now,
            status: notification.status,
            revision: present_revision + 1,
        };
        changes.put_record(&assessment, present.is_none())?;
        let changed = EventKind::AssessmentChanged(Box::new(assessment.clone()));
        match &transmission {
            Some(transmission) => changes.tell_both(self.rules, transmission, now, changed),
            None => changes.tell_side(self.rules, &notification.originator, now, changed),
        }
        Ok(Decision { outcome: assessment, changes })
    }
}
