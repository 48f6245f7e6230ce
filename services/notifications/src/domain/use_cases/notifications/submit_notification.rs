//! Hands a draft to the contact point, unless there is a notification on the same product already: then a follow-up or an
//! amendment is due instead, and a person says so.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    error::SimilarNotification,
    event::EventKind,
    findings,
    model::{
        Notification, NotificationId, NotificationState, SimilarityAnswer, SimilarityDecision,
        SimilarityVerdict, decision_name, notification_name,
    },
    ports::{NotificationReader, RecordReader, TransmissionReader},
    records::record,
    relation::Relation,
    rules::Rules,
    similar::{Similar, SimilarQuery, SimilarReader, product_of},
    use_cases::{DecideSimilarity, NotificationAccess, require_revision},
};

/// The most probable candidates that are looked at; the sender decided on those before them.
const LOOKED_AT: usize = 100;
/// The most candidates that a refusal names.
const NAMED: usize = 20;

/// Submits a draft of the caller's.
pub struct SubmitNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
    pub similar: &'a dyn SimilarReader,
}

impl SubmitNotification<'_> {
    /// DRAFT to SUBMITTED; or to WITHDRAWN if one of the answers says that another notification is on the same product.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`; `Invalid` for an answer that cannot be; `Incomplete` with what is
    /// missing;
    /// `PossibleDuplicate` with the notifications that the caller may see and has not decided on.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        answers: &[SimilarityAnswer],
        now: Timestamp,
    ) -> Result<Decision<Notification>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let mut notification = access.as_originator(caller, id).await?;
        require_revision(revision, notification.revision, || notification.name())?;
        if notification.state != NotificationState::Draft {
            return Err(DomainError::illegal(notification.name(), notification.state, "submitting"));
        }
        let mut changes = ChangeSet::default();
        self.remember(&mut changes, caller, &notification, answers, now).await?;
        let kind = match answers.iter().find(|answer| answer.is_same()) {
            Some(same) => {
                close(&mut notification, same);
                EventKind::NotificationWithdrawn
            }
            None => {
                let findings = findings::errors_at_submission(&notification.content);
                if !findings.is_empty() {
                    return Err(DomainError::Incomplete { resource: notification.name(), findings });
                }
                self.require_no_duplicate(caller, &notification, answers).await?;
                notification.state = NotificationState::Submitted;
                notification.findings.clear();
                EventKind::NotificationSubmitted
            }
        };
        notification.revision += 1;
        notification.update_time = now;
        changes.put_notification(self.rules, &notification, false, &[]);
        changes.tell_side(self.rules, &notification.originator, now, kind(Box::new(notification.clone())));
        Ok(Decision { outcome: notification, changes })
    }

    async fn remember(
        &self,
        changes: &mut ChangeSet,
        caller: &Caller,
        notification: &Notification,
        answers: &[SimilarityAnswer],
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let decide = DecideSimilarity {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
            records: self.records,
        };
        for (index, answer) in answers.iter().enumerate() {
            let at = format!("similarity_answers[{index}].");
            decide.remember(changes, caller, notification, answer, &at, now).await?;
        }
        Ok(())
    }

    /// Compares with what is committed, other drafts of the side included: of two drafts on one product that are
    /// submitted at the same time, neither passes the other unseen.
    async fn require_no_duplicate(
        &self,
        caller: &Caller,
        notification: &Notification,
        answers: &[SimilarityAnswer],
    ) -> Result<(), DomainError> {
        let query = SimilarQuery {
            viewer: caller.authority.clone(),
            status: notification.status,
            except: Some(notification.id),
            product: product_of(self.rules, &notification.content, &Relation::Originator),
            limit: LOOKED_AT,
            min_probability: self.similar.similar_threshold(),
        };
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let mut candidates = Vec::new();
        for Similar { notification: other, likeness } in self.similar.similar_find(&query).await? {
            let is_answered = answers.iter().any(|answer| answer.candidate == other);
            let name = decision_name(&notification.originator, notification.id, other);
            let is_decided = record::<SimilarityDecision, _>(self.records, &name).await?.is_some();
            // The index may be a moment behind a right that was lost.
            if !is_answered && !is_decided && access.may_see(caller, other).await? {
                candidates
                    .push(SimilarNotification { notification: other, probability: likeness.probability });
            }
            if candidates.len() == NAMED {
                break;
            }
        }
        match candidates.is_empty() {
            true => Ok(()),
            false => Err(DomainError::PossibleDuplicate { resource: notification.name(), candidates }),
        }
    }
}

/// The draft is no alert of its own: it says where the product has one.
fn close(notification: &mut Notification, same: &SimilarityAnswer) {
    let due = match same.verdict {
        SimilarityVerdict::SameAmend => "it is amended instead",
        _ => "a follow-up to it is sent instead",
    };
    let other = notification_name(same.candidate);
    notification.state = NotificationState::Withdrawn;
    notification.withdraw_reason = Some(format!("on the same product as {other}: {due}"));
    notification.duplicate_of = Some(same.candidate);
}
