//! All that is known of one person, as far as an authority is responsible for it.

use std::collections::HashMap;

use seamless_attendance::Sighting;
use seamless_identity::AuthorityId;

use super::whose::{Sought, Theirs, Whose};
use crate::domain::{
    DomainError,
    model::{
        ActivityId, Attendance, AttendanceFile, Erasure, ErasureState, Feedback, Presence, RegisteredPerson,
        Registration, attendance_name, feedback_name,
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
    /// Registrations in which the person is named, at most `most`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn registrations(
        &self,
        authority: &AuthorityId,
        sought: &Sought,
        most: usize,
    ) -> Result<Vec<Registration>, DomainError> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self.registrations.registration_all(authority, after, READ_AT_ONCE).await?;
            let is_last = (page.len() as u64) < READ_AT_ONCE;
            after = page.last().map(|last| last.id);
            found.extend(page.into_iter().filter(|one| names(one, sought)));
            if is_last || found.len() >= most {
                found.truncate(most);
                return Ok(found);
            }
        }
    }

    /// What attendance tells of the person, of activities that the authority leads: by its address, by the names under which these
    /// registrations have it, and by what was said of who could not be told.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn attendance(
        &self,
        authority: &AuthorityId,
        sought: &Sought,
        registrations: &[Registration],
    ) -> Result<SeenOfPerson, DomainError> {
        let mut seen = SeenOfPerson::default();
        let mut named: HashMap<ActivityId, Vec<&Registration>> = HashMap::new();
        for registration in registrations.iter().filter(|one| one.organiser == *authority) {
            named.entry(registration.pool.activity).or_default().push(registration);
        }
        let mut wanted: HashMap<ActivityId, (Whose, Option<Attendance>)> = HashMap::new();
        for (activity, named) in named {
            let places: Vec<RegisteredPerson> = named.iter().flat_map(|one| sought.places(one)).collect();
            let found: Option<Attendance> = record(self.records, &attendance_name(activity)).await?;
            let presences = found.iter().flat_map(|attendance| &attendance.presences);
            let own = presences.filter(|presence| places.contains(&presence.who));
            seen.presences.extend(own.map(|presence| (activity, presence.clone())));
            wanted.insert(activity, (Whose::among(named, sought), found));
        }
        let elsewhere = (Whose::among([], sought), None);
        let query = RecordQuery { owners: vec![authority.clone()], ..RecordQuery::default() };
        for file in all_records::<AttendanceFile>(self.records, query).await? {
            let (whose, attendance) = wanted.get(&file.activity).unwrap_or(&elsewhere);
            let theirs = Theirs::of(whose, attendance.as_ref());
            let own = file.sightings.into_iter().filter(|one| theirs.has_sighting(one));
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
        sought: &Sought,
        registrations: &[Registration],
    ) -> Result<Vec<Feedback>, DomainError> {
        let mut found = Vec::new();
        let is_own = |one: &&Registration| {
            one.registrar == *authority && one.content.leader().is_some_and(|leader| sought.is(leader))
        };
        for registration in registrations.iter().filter(is_own) {
            let name = feedback_name(registration.pool.activity, registration.id);
            found.extend(record::<Feedback, _>(self.records, &name).await?);
        }
        Ok(found)
    }

    /// Erasures that are scheduled for the person.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn scheduled(
        &self,
        authority: &AuthorityId,
        sought: &Sought,
    ) -> Result<Vec<Erasure>, DomainError> {
        let page = RecordPage { states: vec![ErasureState::Scheduled as i32], ..RecordPage::default() };
        let owners = vec![authority.clone()];
        let all: Vec<Erasure> =
            all_records(self.records, RecordQuery { owners, page, ..RecordQuery::default() }).await?;
        Ok(all.into_iter().filter(|one| Sought::of(one) == *sought).collect())
    }
}

/// What attendance tells of a person, with the activity.
#[derive(Debug, Default)]
pub struct SeenOfPerson {
    pub presences: Vec<(ActivityId, Presence)>,
    pub sightings: Vec<(ActivityId, Sighting)>,
}

/// Whether the person is named.
fn names(registration: &Registration, sought: &Sought) -> bool {
    registration.content.people.iter().any(|person| sought.is(person))
}
