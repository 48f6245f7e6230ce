//! The recipient says that it cannot use a version that was sent to it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::record_evidence::enter;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    ledger::{ContentSeal, Fact, Ledger},
    model::{
        EvidenceDetail, EvidenceEntry, EvidenceKind, NotificationId, TransmissionState, UnreadableReason,
    },
    ports::{EvidenceReader, NotificationReader, TransmissionReader},
    relation::Relation,
    rules::Rules,
    use_cases::TransmissionAccess,
};

/// Reports a version of a notification to the caller as unreadable.
pub struct ReportUnreadable<'a> {
    pub rules: &'a Rules,
    pub seal: &'a dyn ContentSeal,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub ledgers: &'a dyn EvidenceReader,
}

impl ReportUnreadable<'_> {
    /// The entry, which may have been there before.
    ///
    /// # Errors
    /// `Denied`; `Invalid` for a version that was not sent; `IllegalTransition` for one that was acknowledged, and after
    /// the notification was withdrawn.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one fact of the report; a struct would name them once more"
    )]
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
        version: u32,
        reason: UnreadableReason,
        note: &str,
        now: Timestamp,
    ) -> Result<Decision<EvidenceEntry>, DomainError> {
        const VERB: &str = "reporting it as unreadable";
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        let transmission = access.as_recipient(caller, notification, recipient).await?;
        let mut ledger =
            Ledger::of(self.ledgers.evidence_list_of(notification, recipient).await?, &transmission);
        let detail = EvidenceDetail { unreadable: Some(reason), note: note.to_owned(), step: 0 };
        if let Some(there) = ledger.find(EvidenceKind::Unreadable, version, &detail) {
            return Ok(Decision { outcome: there.clone(), changes: ChangeSet::default() });
        }
        if transmission.state == TransmissionState::Withdrawn {
            return Err(DomainError::illegal(transmission.name(), transmission.state, VERB));
        }
        if ledger.has(EvidenceKind::Acknowledged, version) {
            return Err(DomainError::illegal(transmission.name(), EvidenceKind::Acknowledged, VERB));
        }
        let present = self.notifications.notification_get(notification).await?;
        let present = present.filter(|present| present.version == version);
        let relation = Relation::Recipient(transmission.arrangement.clone());
        let sealed = || present.map(|present| self.seal.content(&present, &relation));
        let Some(content) = ledger.content_of(version).or_else(sealed) else {
            return Err(DomainError::invalid(
                "version",
                format!("wants a version that was sent; got {version}, the last is {}", transmission.version),
            ));
        };
        let fact = Fact { version, detail, ..Fact::new(&transmission, EvidenceKind::Unreadable, now) };
        let mut changes = ChangeSet::default();
        enter(self.rules, self.seal, &mut changes, &mut ledger, fact, Some(caller), content);
        let entry = changes.evidence.last().cloned();
        let outcome = entry.ok_or_else(|| {
            DomainError::Refused(Refusal::Fault("a new fact made no entry in its ledger".to_owned()))
        })?;
        Ok(Decision { outcome, changes })
    }
}
