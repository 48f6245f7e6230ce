//! Remembers what a person said of two notifications: whether they are on the same product.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    event::EventKind,
    model::{
        Notification, NotificationId, SimilarityAnswer, SimilarityDecision, SimilarityVerdict, decision_name,
    },
    ports::{NotificationReader, RecordReader, TransmissionReader},
    records::record,
    rules::Rules,
    use_cases::NotificationAccess,
};

/// Decides on a pair, for a notification of the caller's side.
pub struct DecideSimilarity<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub records: &'a dyn RecordReader,
}

impl DecideSimilarity<'_> {
    /// The decision takes the place of an earlier one of this side on the pair.
    ///
    /// # Errors
    /// `Denied` if the notification is not of the caller's side, or the candidate not to be seen; `Invalid` as
    /// [`Self::remember`].
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        answer: &SimilarityAnswer,
        now: Timestamp,
    ) -> Result<Decision<SimilarityDecision>, DomainError> {
        let (notification, _) = self.access().on_own_side(caller, id).await?;
        let mut changes = ChangeSet::default();
        let decision = self.remember(&mut changes, caller, &notification, answer, "", now).await?;
        Ok(Decision { outcome: decision, changes })
    }

    /// Adds the decision to the changes, and tells the side. `at` is the path of the answer in the request, with its dot.
    ///
    /// # Errors
    /// `Denied` if the candidate is not to be seen; `Invalid` if it is the notification itself, a drill beside a real
    /// alert, or somebody else's that is to be amended.
    pub(in crate::domain::use_cases) async fn remember(
        &self,
        changes: &mut ChangeSet,
        caller: &Caller,
        notification: &Notification,
        answer: &SimilarityAnswer,
        at: &str,
        now: Timestamp,
    ) -> Result<SimilarityDecision, DomainError> {
        let field = |name: &str| format!("{at}{name}");
        let (candidate, _) = self.access().execute(caller, answer.candidate).await?;
        if candidate.id == notification.id {
            return Err(DomainError::invalid(field("candidate"), "wants another notification"));
        }
        if candidate.status != notification.status {
            let wants = "wants a notification of the same status: drills are not compared with real alerts";
            return Err(DomainError::invalid(field("candidate"), wants));
        }
        if answer.verdict == SimilarityVerdict::SameAmend && candidate.originator != notification.originator {
            let wants = "wants SAME_SEND_FOLLOW_UP: only an own notification can be amended";
            return Err(DomainError::invalid(field("verdict"), wants));
        }
        let name = decision_name(&notification.originator, notification.id, candidate.id);
        let earlier = record::<SimilarityDecision, _>(self.records, &name).await?;
        let decision = SimilarityDecision {
            originator: notification.originator.clone(),
            notification: notification.id,
            candidate: candidate.id,
            verdict: answer.verdict,
            note: answer.note.clone(),
            principal: caller.principal.clone(),
            time: now,
            status: notification.status,
            revision: earlier.as_ref().map_or(0, |earlier| earlier.revision) + 1,
        };
        changes.put_record(&decision, earlier.is_none())?;
        let decided = EventKind::SimilarityDecided(Box::new(decision.clone()));
        changes.tell_side(self.rules, &notification.originator, now, decided);
        Ok(decision)
    }

    fn access(&self) -> NotificationAccess<'_> {
        NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        }
    }
}
