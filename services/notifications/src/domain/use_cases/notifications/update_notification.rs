//! Changes the content of a notification. After transmission the change makes a new version, which every recipient
//! gets; who was shown more in the version before is ordered to remove it.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    access::downgraded,
    clocks::Clocks,
    event::EventKind,
    findings,
    model::{
        Content, EvidenceKind, Notification, NotificationId, NotificationState, Removal, RemovalReason,
        Transmission,
    },
    ports::{ClockReader, NotificationReader, RecordReader, TransmissionReader},
    relation::Relation,
    rules::Rules,
    use_cases::{NotificationAccess, require_free_source_key, require_revision},
};

/// Changes the content of a notification of the caller's.
pub struct UpdateNotification<'a> {
    pub rules: &'a Rules,
    pub notifications: &'a dyn NotificationReader,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl UpdateNotification<'_> {
    /// Replaces the content by what `change` makes of the present one.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` while it is SUBMITTED or after it was WITHDRAWN; `Incomplete` if a
    /// notification that was found complete would be so no more; `Exists` for a source reference that another one has;
    /// for what it follows, as [`NotificationAccess::require_followed`]; whatever `change` refuses.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: NotificationId,
        revision: Option<i64>,
        change: &(dyn Fn(&Notification) -> Result<Content, DomainError> + Send + Sync),
        now: Timestamp,
    ) -> Result<Decision<Notification>, DomainError> {
        let access = NotificationAccess {
            rules: self.rules,
            notifications: self.notifications,
            transmissions: self.transmissions,
        };
        let notification = access.as_originator(caller, id).await?;
        require_revision(revision, notification.revision, || notification.name())?;
        let content = change(&notification)?;
        require_free_source_key(self.notifications, &caller.authority, &content, id).await?;
        let of = (id, notification.status);
        access.require_followed(caller, of, &content, Some(&notification.content)).await?;
        let transmissions = self.transmissions.transmission_list(id).await?;
        let mut changes = ChangeSet::default();
        let revise = Revise { rules: self.rules, clocks: self.clocks, records: self.records };
        let outcome = revise.execute(&mut changes, notification, transmissions, content, now).await?;
        Ok(Decision { outcome, changes })
    }
}

/// Gives notifications new content, for every use case that changes one.
pub(in crate::domain::use_cases) struct Revise<'a> {
    pub rules: &'a Rules,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

impl Revise<'_> {
    /// Gives a notification new content; `transmissions` are all that it has.
    ///
    /// # Errors
    /// As [`UpdateNotification::execute`].
    pub async fn execute(
        &self,
        changes: &mut ChangeSet,
        mut notification: Notification,
        mut transmissions: Vec<Transmission>,
        content: Content,
        now: Timestamp,
    ) -> Result<Notification, DomainError> {
        let rules = self.rules;
        if matches!(notification.state, NotificationState::Submitted | NotificationState::Withdrawn) {
            return Err(DomainError::illegal(notification.name(), notification.state, "changing"));
        }
        if notification.state != NotificationState::Draft {
            let findings = match findings::lacks_followed(&notification.content) {
                true => findings::errors(&content),
                false => findings::errors_at_submission(&content),
            };
            if !findings.is_empty() {
                return Err(DomainError::Incomplete { resource: notification.name(), findings });
            }
        }
        let concerns_recipients = notification.is_transmitted()
            && concerns_recipients(rules, &notification.content, &content, &transmissions);
        let before = std::mem::replace(&mut notification.content, content);
        let before_version = notification.version;
        let mut removals = Vec::new();
        notification.revision += 1;
        notification.update_time = now;
        if concerns_recipients {
            notification.version += 1;
            for transmission in transmissions.iter_mut().filter(|transmission| transmission.is_granted()) {
                transmission.version = notification.version;
                transmission.revision += 1;
                let stored = self.clocks.clock_list_of(notification.id, &transmission.recipient).await?;
                let mut clocks = Clocks::of(rules, stored);
                if transmission.first_reaction_time.is_none() {
                    clocks.heed_questions(self.records, transmission, &notification.content).await?;
                }
                clocks.follow_content(transmission, &notification.content, now)?;
                clocks.settle(changes, transmission, now);
                changes.put_transmission(transmission, false);
                changes.note(transmission, EvidenceKind::Sent, now);
                let earlier = before_version > 1;
                let lost =
                    downgraded(rules, &before, &notification.content, earlier, &transmission.arrangement);
                if !lost.is_empty() {
                    let why = RemovalReason::Downgraded;
                    removals.push(Removal::order(transmission, why, before_version, lost, "", now));
                }
            }
        }
        changes.put_notification(rules, &notification, false, &transmissions);
        let updated = EventKind::NotificationUpdated(Box::new(notification.clone()));
        if concerns_recipients {
            changes.tell_recipients(&transmissions, now, &updated);
        }
        changes.tell_side(rules, &notification.originator, now, updated);
        for removal in &removals {
            changes.put_removal(rules, removal, true, now)?;
        }
        Ok(notification)
    }
}

/// False if nothing changed but what no recipient may see: then not even the fact of the change concerns them.
fn concerns_recipients(
    rules: &Rules,
    before: &Content,
    after: &Content,
    transmissions: &[Transmission],
) -> bool {
    let without_note = |content: &Content| Content { internal_note: String::new(), ..content.clone() };
    if without_note(before) != without_note(after) {
        return true;
    }
    const NOTE: &str = "internal_note";
    let declared = rules.audiences.audience(NOTE);
    transmissions.iter().filter(|transmission| transmission.is_granted()).any(|transmission| {
        let relation = Relation::Recipient(transmission.arrangement.clone());
        let view = relation.view(rules, &after.disclosures);
        before.internal_note != after.internal_note
            && declared.is_some_and(|declared| view.shows(NOTE, declared))
    })
}
