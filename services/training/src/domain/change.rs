//! What a use case decided: an answer, and the changes that make it true. Changes are written all or none, each only
//! if its record is still the one that was decided upon.

pub use seamless_decision::Write;
use seamless_decision::{Record, stored};

use jiff::Timestamp;
use seamless_mail::NewMail;
use uuid::Uuid;

use super::{
    error::DomainError,
    event::DomainEvent,
    model::{Activity, MailDue, Registration, SeatPool},
    records::{Place, StoredRecord},
};

/// An answer and the changes that make it true.
pub type Decision<T> = seamless_decision::Decision<T, ChangeSet>;

/// Answers to earlier calls of which the resource's name is kept at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// The resource that they are about.
    pub name: String,
    /// Those alone in which this stands: a person's name or address, as it was written.
    pub naming: Option<String>,
}

/// Changes to be written in one transaction.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub activities: Vec<Write<Activity>>,
    pub registrations: Vec<Write<Registration>>,
    pub records: Vec<Write<StoredRecord>>,
    pub forgotten: Vec<Forgotten>,
    /// SHA-256, in hexadecimal digits, of contents of the file store that go before the changes are written.
    pub erased_files: Vec<String>,
    pub events: Vec<DomainEvent>,
    pub mails: Vec<MailChange>,
}

/// What becomes of the outbox, and of what is to be told.
#[derive(Clone, Debug)]
pub enum MailChange {
    /// A mail is to go.
    Queue(Box<NewMail>),
    /// It was looked at who is to be told.
    Settled(MailDue),
    /// A mail goes once more.
    Again { id: Uuid, revision: i64, now: Timestamp },
    /// A mail was not delivered; the code of RFC 3463.
    Bounced { id: Uuid, revision: i64, status: String, now: Timestamp },
    /// Mails about a registration are taken out.
    ForgetAbout(String),
    /// Mails to an address that an authority is responsible for are taken out.
    ForgetTo { owner: String, address: String },
}

impl ChangeSet {
    /// Adds an activity in its next revision.
    pub fn put_activity(&mut self, activity: &Activity) {
        self.activities.push(Write { record: activity.clone(), is_new: activity.revision == 1 });
    }

    /// Adds a registration in its next revision.
    pub fn put_registration(&mut self, registration: &Registration) {
        self.registrations.push(Write { record: registration.clone(), is_new: registration.revision == 1 });
    }

    /// Adds how seats are taken, in its next revision.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub fn put_seats(&mut self, pool: &SeatPool) -> Result<(), DomainError> {
        self.put_record(pool, pool.revision == 1)
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

    /// Has answers to earlier calls about a resource keep its name at most.
    pub fn forget(&mut self, name: String) {
        self.forgotten.push(Forgotten { name, naming: None });
    }

    /// As [`Self::forget`], of those alone in which a person's name or address stands, as it was written.
    pub fn forget_naming(&mut self, name: String, person: String) {
        self.forgotten.push(Forgotten { name, naming: Some(person) });
    }

    /// Adds what becomes of the outbox.
    pub fn mail(&mut self, change: MailChange) {
        self.mails.push(change);
    }

    /// Adds mails that are to be sent, in their order.
    pub fn queue(&mut self, mails: Vec<NewMail>) {
        self.mails.extend(mails.into_iter().map(|mail| MailChange::Queue(Box::new(mail))));
    }

    /// Adds an event.
    pub fn tell(&mut self, event: DomainEvent) {
        self.events.push(event);
    }

    /// Whether nothing is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { activities, registrations, records, forgotten, erased_files, events, mails } = self;
        activities.is_empty()
            && registrations.is_empty()
            && records.is_empty()
            && forgotten.is_empty()
            && erased_files.is_empty()
            && events.is_empty()
            && mails.is_empty()
    }
}
