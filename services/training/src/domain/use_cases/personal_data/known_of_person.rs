//! All that is known of one person, as far as an authority is responsible for it.

use std::collections::HashMap;

use seamless_attendance::Sighting;
use seamless_identity::AuthorityId;

use super::whose::Whose;
use crate::domain::{
    DomainError,
    model::{
        ActivityId, Attendance, AttendanceFile, Erasure, ErasureState, Feedback, Person, Presence,
        Registration, address_key, attendance_name, feedback_name,
    },
    ports::{RecordReader, RegistrationReader},
    records::{RecordPage, RecordQuery, all_records, record},
};

/// Registrations read at once.
const READ_AT_ONCE: u64 = 500;

/// Registrations for activities that it leads, and those that it made.
#[derive(Clone, Copy)]
pub struct KnownOfPerson<'a> {
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl KnownOfPerson<'_> {
    /// Registrations in which somebody with this address is named, at most `most`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn registrations(
        &self,
        authority: &AuthorityId,
        address: &str,
        most: usize,
    ) -> Result<Vec<Registration>, DomainError> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self.registrations.registration_all(authority, after, READ_AT_ONCE).await?;
            let is_last = (page.len() as u64) < READ_AT_ONCE;
            after = page.last().map(|last| last.id);
            found.extend(page.into_iter().filter(|one| names(one, address)));
            if is_last || found.len() >= most {
                found.truncate(most);
                return Ok(found);
            }
        }
    }

    /// What attendance tells of the person, of activities that the authority leads: by its address, and by the names under which
    /// these registrations have it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn attendance(
        &self,
        authority: &AuthorityId,
        address: &str,
        registrations: &[Registration],
    ) -> Result<SeenOfPerson, DomainError> {
        let mut seen = SeenOfPerson::default();
        let mut wanted: HashMap<ActivityId, Vec<Person>> = HashMap::new();
        for registration in registrations.iter().filter(|one| one.organiser == *authority) {
            let activity = registration.pool.activity;
            wanted.entry(activity).or_default().extend(registration.content.people.iter().cloned());
            let found: Option<Attendance> = record(self.records, &attendance_name(activity)).await?;
            let presences = found.iter().flat_map(|attendance| &attendance.presences);
            let own = presences.filter(|presence| is_of(presence, registration, address));
            seen.presences.extend(own.map(|presence| (activity, presence.clone())));
        }
        let query = RecordQuery { owners: vec![authority.clone()], ..RecordQuery::default() };
        for file in all_records::<AttendanceFile>(self.records, query).await? {
            let people = wanted.get(&file.activity).map_or(&[][..], Vec::as_slice);
            let whose = Whose::among(people, address);
            let own = file.sightings.into_iter().filter(|one| whose.is(&one.name, one.address.as_deref()));
            seen.sightings.extend(own.map(|sighting| (file.activity, sighting)));
        }
        Ok(seen)
    }

    /// What the person said of activities, of the registrations that the authority made in which it is the first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn feedback(
        &self,
        authority: &AuthorityId,
        address: &str,
        registrations: &[Registration],
    ) -> Result<Vec<Feedback>, DomainError> {
        let mut found = Vec::new();
        let is_own = |one: &&Registration| one.registrar == *authority && one.content.address() == address;
        for registration in registrations.iter().filter(is_own) {
            let name = feedback_name(registration.pool.activity, registration.id);
            found.extend(record::<Feedback, _>(self.records, &name).await?);
        }
        Ok(found)
    }

    /// Erasures that are scheduled for the address.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn scheduled(
        &self,
        authority: &AuthorityId,
        address: &str,
    ) -> Result<Vec<Erasure>, DomainError> {
        let page = RecordPage { states: vec![ErasureState::Scheduled as i32], ..RecordPage::default() };
        let owners = vec![authority.clone()];
        let all: Vec<Erasure> =
            all_records(self.records, RecordQuery { owners, page, ..RecordQuery::default() }).await?;
        Ok(all.into_iter().filter(|one| one.address.as_deref() == Some(address)).collect())
    }
}

/// What attendance tells of a person, with the activity.
#[derive(Debug, Default)]
pub struct SeenOfPerson {
    pub presences: Vec<(ActivityId, Presence)>,
    pub sightings: Vec<(ActivityId, Sighting)>,
}

/// Whether the presence is that of the one with this address, in this registration.
fn is_of(presence: &Presence, registration: &Registration, address: &str) -> bool {
    let person = usize::try_from(presence.who.person).ok();
    let person = person.and_then(|person| registration.content.people.get(person));
    presence.who.registration == registration.id
        && person.is_some_and(|person| address_key(&person.email) == address)
}

/// Whether somebody with this address is named.
fn names(registration: &Registration, address: &str) -> bool {
    registration.content.people.iter().any(|person| address_key(&person.email) == address)
}
