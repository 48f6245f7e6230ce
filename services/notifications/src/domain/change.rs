//! What a use case decided: an answer, and the changes that make it true. Changes are written all or none, each only
//! if its record is still the one that was decided upon.

use jiff::Timestamp;
pub use seamless_decision::Write;
use seamless_decision::{Record, stored};
use seamless_identity::{ArrangementId, AuthorityId};

use super::{
    access::{Sight, sights},
    error::DomainError,
    event::{DomainEvent, EventKind},
    ledger::Fact,
    model::{
        Clock, EvidenceEntry, EvidenceKind, FollowUp, FollowUpState, Notification, NotificationId, Proposal,
        Removal, SandboxState, Transmission,
    },
    records::{Place, StoredRecord},
    rules::Rules,
};

/// An answer and the changes that make it true.
pub type Decision<T> = seamless_decision::Decision<T, ChangeSet>;

/// Changes to be written in one transaction.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub notifications: Vec<NotificationChange>,
    pub transmissions: Vec<Write<Transmission>>,
    pub follow_ups: Vec<Write<FollowUp>>,
    pub clocks: Vec<Write<Clock>>,
    pub records: Vec<Write<StoredRecord>>,
    pub sandbox: Option<Write<SandboxState>>,
    pub company_keys: Vec<CompanyKeys>,
    /// What is to be entered into ledgers; `RecordEvidence` makes entries of it before the commit.
    pub facts: Vec<Fact>,
    /// New entries of ledgers.
    pub evidence: Vec<EvidenceEntry>,
    /// Taken from the feed before the events are added to it.
    pub lost_rights: Vec<LostRight>,
    pub events: Vec<DomainEvent>,
}

/// An authority loses the right to all events, old ones included, of a subject and of what lies below it.
#[derive(Clone, Debug, PartialEq)]
pub struct LostRight {
    pub authority: AuthorityId,
    /// A resource name.
    pub subject: String,
    /// The position in its feed up to which its acknowledgements were entered as deliveries. If it has acknowledged more
    /// by the time of the commit, the commit is refused: without the right it could not be proven any more.
    pub entered: i64,
}

/// A notification to be written, with its entries in everybody's lists.
#[derive(Debug)]
pub struct NotificationChange {
    pub write: Write<Notification>,
    pub sights: Vec<Sight>,
}

/// What a company that a record names is looked up by from now on, by whom; it replaces what that record said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyKeys {
    pub notification: NotificationId,
    /// Resource name of the record that names the company.
    pub source: String,
    pub viewers: Vec<AuthorityId>,
    /// None where it is not to be found any more.
    pub keys: Vec<String>,
}

impl ChangeSet {
    /// Adds a notification; `transmissions` are all that it has after the change.
    pub fn put_notification(
        &mut self,
        rules: &Rules,
        notification: &Notification,
        is_new: bool,
        transmissions: &[Transmission],
    ) {
        self.notifications.push(NotificationChange {
            sights: sights(rules, notification, transmissions),
            write: Write { record: notification.clone(), is_new },
        });
    }

    /// Adds a transmission.
    pub fn put_transmission(&mut self, transmission: &Transmission, is_new: bool) {
        self.transmissions.push(Write { record: transmission.clone(), is_new });
    }

    /// Adds a follow-up.
    pub fn put_follow_up(&mut self, follow_up: &FollowUp, is_new: bool) {
        self.follow_ups.push(Write { record: follow_up.clone(), is_new });
    }

    /// Adds a clock.
    pub fn put_clock(&mut self, clock: &Clock, is_new: bool) {
        self.clocks.push(Write { record: clock.clone(), is_new });
    }

    /// Adds a record of the case.
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

    /// Notes that this happened to the version that was sent last.
    pub fn note(&mut self, transmission: &Transmission, kind: EvidenceKind, time: Timestamp) {
        self.facts.push(Fact::new(transmission, kind, time));
    }

    /// Tells the originator's side.
    pub fn tell_side(&mut self, rules: &Rules, originator: &AuthorityId, time: Timestamp, kind: EventKind) {
        self.events.push(DomainEvent { kind, time, arrangement: None, readers: side(rules, originator) });
    }

    /// Tells the recipients, one event for each arrangement; not those that were taken off.
    pub fn tell_recipients(&mut self, transmissions: &[Transmission], time: Timestamp, kind: &EventKind) {
        let mut groups: Vec<(ArrangementId, Vec<AuthorityId>)> = Vec::new();
        for transmission in transmissions.iter().filter(|transmission| transmission.is_granted()) {
            match groups.iter_mut().find(|(arrangement, _)| *arrangement == transmission.arrangement) {
                Some((_, readers)) => readers.push(transmission.recipient.clone()),
                None => groups.push((transmission.arrangement.clone(), vec![transmission.recipient.clone()])),
            }
        }
        for (arrangement, readers) in groups {
            self.events.push(DomainEvent {
                kind: kind.clone(),
                time,
                arrangement: Some(arrangement),
                readers,
            });
        }
    }

    /// Tells both sides of a transmission; only the originator's, where the recipient was taken off.
    pub fn tell_both(
        &mut self,
        rules: &Rules,
        transmission: &Transmission,
        time: Timestamp,
        kind: EventKind,
    ) {
        let mut readers = side(rules, &transmission.originator);
        if transmission.is_granted() {
            readers.push(transmission.recipient.clone());
        }
        self.events.push(DomainEvent {
            kind,
            time,
            arrangement: Some(transmission.arrangement.clone()),
            readers,
        });
    }

    /// Orders a removal, or takes down its confirmation, and tells both sides: the holder reads it whatever it may read
    /// besides.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn put_removal(
        &mut self,
        rules: &Rules,
        removal: &Removal,
        is_new: bool,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.put_record(removal, is_new)?;
        let mut readers = side(rules, &removal.originator);
        readers.push(removal.authority.clone());
        let told = Box::new(removal.clone());
        let kind = if is_new { EventKind::RemovalOrdered(told) } else { EventKind::RemovalConfirmed(told) };
        let arrangement = Some(removal.arrangement.clone());
        self.events.push(DomainEvent { kind, time: now, arrangement, readers });
        Ok(())
    }

    /// Writes a proposal, and tells the originator's side and the proposer; `transmission` is the proposer's, none for
    /// the contact point.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn put_proposal(
        &mut self,
        rules: &Rules,
        proposal: &Proposal,
        is_new: bool,
        transmission: Option<&Transmission>,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        self.put_record(proposal, is_new)?;
        let kind = EventKind::ProposalChanged(Box::new(proposal.clone()));
        match transmission {
            Some(transmission) => self.tell_both(rules, transmission, now, kind),
            None => self.tell_side(rules, &proposal.originator, now, kind),
        }
        Ok(())
    }

    /// Adds a step of a follow-up, and tells both sides. The transmission is always written with it, in its next revision:
    /// so a step and a withdrawal never pass each other unseen.
    pub fn put_step(
        &mut self,
        rules: &Rules,
        follow_up: &FollowUp,
        previous: Option<FollowUpState>,
        transmission: &Transmission,
    ) {
        self.put_follow_up(follow_up, previous.is_none());
        self.put_transmission(transmission, false);
        let kind = EventKind::FollowUpChanged {
            follow_up: Box::new(follow_up.clone()),
            previous,
            transmission: Box::new(transmission.clone()),
        };
        self.tell_both(rules, transmission, follow_up.update_time, kind);
    }
}

/// The authorities on the originator's side: itself, and its contact point.
pub(super) fn side(rules: &Rules, originator: &AuthorityId) -> Vec<AuthorityId> {
    let contact_point = rules.cooperation.contact_point_of(originator);
    let mut side = vec![originator.clone()];
    if contact_point != originator {
        side.push(contact_point.clone());
    }
    side
}
