//! Takes in a batch of notifications from another system: each item by itself, none twice.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{create_notification::create, update_notification::Revise};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal, Violation, findings,
    model::{
        Content, EventStatus, Finding, FindingSeverity, ImportOutcome, ImportStage, Notification,
        NotificationId, NotificationState,
    },
    ports::{ClockReader, NotificationReader, RecordReader, SourceKey, TransmissionReader},
    rules::Rules,
    use_cases::NotificationAccess,
};

/// An item whose fields were parsed.
#[derive(Clone, Debug)]
pub struct ImportItem {
    /// The key that a new notification gets.
    pub id: NotificationId,
    pub content: Content,
    pub status: EventStatus,
    pub stage: ImportStage,
}

impl ImportItem {
    /// The item's key in the system that it comes from.
    #[must_use]
    pub fn source_key(&self) -> SourceKey {
        SourceKey::of(&self.content)
    }
}

/// What became of an item.
#[derive(Clone, Debug)]
pub struct ImportResult {
    pub outcome: ImportOutcome,
    /// The notification's key and state, unless rejected.
    pub notification: Option<(NotificationId, NotificationState)>,
    pub violations: Vec<Violation>,
    /// What keeps it from being complete.
    pub findings: Vec<Finding>,
}

/// Imports into the caller's notifications.
pub struct ImportNotifications<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl ImportNotifications<'_> {
    /// A result for each item, in order. No two items may have the same source key.
    ///
    /// # Errors
    /// Only those of the store; what is wrong with an item is its result.
    pub async fn execute(
        &self,
        caller: &Caller,
        items: Vec<ImportItem>,
        now: Timestamp,
    ) -> Result<Decision<Vec<ImportResult>>, DomainError> {
        let keys: Vec<SourceKey> = items.iter().map(ImportItem::source_key).collect();
        let known = self.notifications.notification_by_source(&caller.authority, &keys).await?;
        let mut known: HashMap<SourceKey, Notification> = known
            .into_iter()
            .map(|notification| (SourceKey::of(&notification.content), notification))
            .collect();
        let mut changes = ChangeSet::default();
        let mut outcome = Vec::with_capacity(items.len());
        for (item, key) in items.into_iter().zip(keys) {
            outcome.push(match known.remove(&key) {
                _ if self.oversteps(caller, &item) => self.refuse_stage(caller),
                present if !self.may_follow(caller, &item, present.as_ref()).await? => refuse_followed(),
                None => self.create(caller, &mut changes, item, now),
                Some(present) => self.bring_up_to_date(&mut changes, present, item, now).await?,
            });
        }
        Ok(Decision { outcome, changes })
    }

    /// False for an item that follows what the caller cannot follow.
    async fn may_follow(
        &self,
        caller: &Caller,
        item: &ImportItem,
        present: Option<&Notification>,
    ) -> Result<bool, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let of = present.map_or((item.id, item.status), |present| (present.id, present.status));
        let before = present.map(|present| &present.content);
        match access.require_followed(caller, of, &item.content, before).await {
            Ok(()) => Ok(true),
            Err(DomainError::Refused(Refusal::Denied | Refusal::Invalid(_))) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// True for an item that only the contact point of the caller could bring in as it is.
    fn oversteps(&self, caller: &Caller, item: &ImportItem) -> bool {
        let contact_point = self.rules.cooperation.contact_point_of(&caller.authority);
        item.stage == ImportStage::Validated && *contact_point != caller.authority
    }

    fn refuse_stage(&self, caller: &Caller) -> ImportResult {
        let contact_point = self.rules.cooperation.contact_point_of(&caller.authority);
        rejected(format!("only {contact_point} validates for {}: import as draft", caller.authority))
    }

    fn create(
        &self,
        caller: &Caller,
        changes: &mut ChangeSet,
        item: ImportItem,
        now: Timestamp,
    ) -> ImportResult {
        let state = match is_validated(&item) {
            true => NotificationState::Validated,
            false => NotificationState::Draft,
        };
        let mut created = create(self.rules, caller, item.id, item.content, item.status, state, now);
        changes.notifications.append(&mut created.changes.notifications);
        changes.events.append(&mut created.changes.events);
        result(ImportOutcome::Created, &created.outcome)
    }

    /// Gives a known notification the item's content and stage, where they differ.
    async fn bring_up_to_date(
        &self,
        changes: &mut ChangeSet,
        mut present: Notification,
        mut item: ImportItem,
        now: Timestamp,
    ) -> Result<ImportResult, DomainError> {
        // A source system knows nothing of what the originator decided here: an item without them leaves them alone.
        if item.content.disclosures.is_empty() {
            item.content.disclosures.clone_from(&present.content.disclosures);
        }
        if item.content.internal_note.is_empty() {
            item.content.internal_note.clone_from(&present.content.internal_note);
        }
        if findings::lacks_followed(&item.content) {
            item.content.general.follow_up_to.clone_from(&present.content.general.follow_up_to);
        }
        let rises = present.state == NotificationState::Draft && is_validated(&item);
        if present.content == item.content && !rises {
            return Ok(result(ImportOutcome::Unchanged, &present));
        }
        if rises {
            present.state = NotificationState::Validated;
        }
        let transmissions = match present.state {
            NotificationState::Transmitted => self.transmissions.transmission_list(present.id).await?,
            _ => Vec::new(),
        };
        let revise = Revise { rules: self.rules, clocks: self.clocks, records: self.records };
        match revise.execute(changes, present, transmissions, item.content, now).await {
            Ok(notification) => Ok(result(ImportOutcome::Updated, &notification)),
            Err(DomainError::Refused(Refusal::IllegalTransition { resource, state, .. })) => {
                Ok(rejected(format!("{resource} is {state} and cannot be changed")))
            }
            Err(DomainError::Incomplete { findings, .. }) => Ok(ImportResult {
                violations: findings
                    .into_iter()
                    .map(|finding| {
                        Violation::new(format!("notification.{}", finding.field), finding.description)
                    })
                    .collect(),
                ..rejected(String::new())
            }),
            Err(other) => Err(other),
        }
    }
}

/// True if the source system has validated it, and it is complete.
fn is_validated(item: &ImportItem) -> bool {
    item.stage == ImportStage::Validated && findings::errors(&item.content).is_empty()
}

fn result(outcome: ImportOutcome, notification: &Notification) -> ImportResult {
    let findings = findings::findings(&notification.content)
        .into_iter()
        .filter(|finding| finding.severity == FindingSeverity::Error)
        .collect();
    ImportResult {
        outcome,
        notification: Some((notification.id, notification.state)),
        violations: Vec::new(),
        findings,
    }
}

fn refuse_followed() -> ImportResult {
    let field = "notification.general.follow_up_to.notification";
    let why = "wants another notification of the same status that the importing authority may see";
    ImportResult { violations: vec![Violation::new(field, why)], ..rejected(String::new()) }
}

fn rejected(why: String) -> ImportResult {
    ImportResult {
        outcome: ImportOutcome::Rejected,
        notification: None,
        violations: vec![Violation::new("notification", why)],
        findings: Vec::new(),
    }
}
