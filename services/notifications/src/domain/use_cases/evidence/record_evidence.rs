//! Enters the facts of a change set into the ledgers of its transmissions.

use std::collections::HashMap;

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, ChangeSet, DomainError,
    event::EventKind,
    ledger::{ContentSeal, Fact, Ledger},
    model::{Evidence, EvidenceKind, Notification, NotificationId, Sha256Digest},
    ports::{EvidenceReader, NotificationReader},
    relation::Relation,
    rules::Rules,
};

/// Makes entries of facts. Every change set goes through it before it is committed.
pub struct RecordEvidence<'a> {
    pub rules: &'a Rules,
    pub seal: &'a dyn ContentSeal,
    pub notifications: &'a dyn NotificationReader,
    pub ledgers: &'a dyn EvidenceReader,
}

impl RecordEvidence<'_> {
    /// Takes the facts out of the change set, and puts the entries of those that are not in their ledgers in, with their
    /// events. `actor` is on whose behalf the changes are made; none where the service makes them by itself, for the
    /// sender of the transmission.
    ///
    /// A fact about a version that is superseded and of which the ledger knows nothing cannot be proven any more, and is
    /// left out: it went before the ledger began.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, changes: &mut ChangeSet, actor: Option<&Caller>) -> Result<(), DomainError> {
        let mut ledgers: HashMap<(NotificationId, AuthorityId), Ledger> = HashMap::new();
        for fact in std::mem::take(&mut changes.facts) {
            let key = (fact.transmission.notification, fact.transmission.recipient.clone());
            let ledger = match ledgers.entry(key) {
                std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::hash_map::Entry::Vacant(unknown) => {
                    let (notification, recipient) = unknown.key();
                    let stored = self.ledgers.evidence_list_of(*notification, recipient).await?;
                    unknown.insert(Ledger::of(stored, &fact.transmission))
                }
            };
            ledger.begin_with(&fact);
            if ledger.find(fact.kind, fact.version, &fact.detail).is_some() {
                continue;
            }
            if let Some(content) = self.content(changes, ledger, &fact).await? {
                enter(self.rules, self.seal, changes, ledger, fact, actor, content);
            }
        }
        Ok(())
    }

    async fn content(
        &self,
        changes: &ChangeSet,
        ledger: &Ledger,
        fact: &Fact,
    ) -> Result<Option<Sha256Digest>, DomainError> {
        if let Some(known) = fact.content.or_else(|| ledger.content_of(fact.version)) {
            return Ok(Some(known));
        }
        let id = fact.transmission.notification;
        let is_it = |notification: &Notification| notification.id == id;
        let written = changes.notifications.iter().map(|change| &change.write.record).find(|one| is_it(one));
        let notification = match written {
            Some(written) => Some(written.clone()),
            None => self.notifications.notification_get(id).await?,
        };
        let relation = Relation::Recipient(fact.transmission.arrangement.clone());
        let of_version = notification.filter(|notification| notification.version == fact.version);
        Ok(of_version.map(|notification| self.seal.content(&notification, &relation)))
    }
}

/// Enters a fact that is not in the ledger, and tells of it whom no other event does.
pub(super) fn enter(
    rules: &Rules,
    seal: &dyn ContentSeal,
    changes: &mut ChangeSet,
    ledger: &mut Ledger,
    fact: Fact,
    actor: Option<&Caller>,
    content: Sha256Digest,
) {
    let Fact { transmission, kind, version, time, detail, actor: own, .. } = fact;
    let (authority, principal) = match own.as_ref().or(actor) {
        Some(caller) => (caller.authority.clone(), caller.principal.clone()),
        None => (transmission.sender.clone(), String::new()),
    };
    let evidence = Evidence {
        notification: transmission.notification,
        recipient: transmission.recipient.clone(),
        kind,
        time,
        authority,
        principal,
        principal_salt: seal.salt(),
        version,
        content_sha256: content,
        detail,
        status: transmission.status,
    };
    let Some(entry) = ledger.append(evidence).cloned() else { return };
    let recorded = EventKind::EvidenceRecorded(Box::new(entry.clone()));
    match kind {
        EvidenceKind::Delivered | EvidenceKind::Opened | EvidenceKind::Unreadable => {
            changes.tell_both(rules, &transmission, time, recorded);
        }
        // These have events of their own.
        EvidenceKind::Sent | EvidenceKind::Acknowledged | EvidenceKind::Acted => {}
    }
    changes.evidence.push(entry);
}
