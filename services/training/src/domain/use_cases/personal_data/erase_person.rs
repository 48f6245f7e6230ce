//! Erases what is known of a person, one registration in each transaction; then the erasure is complete.

use jiff::Timestamp;

use super::{
    ForgetCertificates, KnownOfPerson, Sought, Speakers, forget_attendance::ForgetAttendance,
    forget_feedback::forget_feedback, whose::Whose,
};
use crate::domain::{
    ChangeSet, DomainError,
    change::MailChange,
    event::{DomainEvent, EventKind},
    model::{
        Activity, ActivityState, Erased, Erasure, ErasureState, Person, Registration, RegistrationState,
        address_key, erasure_name,
    },
    ports::ActivityReader,
    records::{RecordPage, RecordQuery, record, records},
    seating::{By, Seating},
    use_cases::CalendarLinks,
    use_cases::ForgetCorrespondence,
};

/// Any number of replicas look; the revisions let one of them through.
pub struct ErasePerson<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
    pub known: KnownOfPerson<'a>,
}

impl ErasePerson<'_> {
    /// Erasures whose time has come.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Erasure>, DomainError> {
        let all = self.seating.rules.cooperation.authorities();
        let owners = all.map(|authority| authority.id.clone()).collect();
        let states = vec![ErasureState::Scheduled as i32];
        let page = RecordPage { states, limit, ..RecordPage::default() };
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let scheduled: Vec<Erasure> = records(self.seating.records, &query).await?;
        Ok(scheduled.into_iter().filter(|one| one.erase_time <= now).collect())
    }

    /// Erases one registration, or completes the erasure; nothing where that was done meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &Erasure, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present: Option<Erasure> = record(self.seating.records, &erasure_name(due.id)).await?;
        let Some(present) = present.filter(|one| one.state == ErasureState::Scheduled) else {
            return Ok(changes);
        };
        let sought = Sought::of(&present);
        if sought.is_nobody() {
            return Ok(changes);
        }
        let found = self.known.registrations(&present.authority, &sought, 1).await?.pop();
        let spoken = match found {
            None => self.speakers().first(&present.authority, &sought).await?,
            Some(_) => None,
        };
        let mut erasure = Erasure { revision: present.revision + 1, ..present };
        match (found, spoken) {
            (Some(registration), _) => {
                erasure.registrations += 1;
                self.erase(registration, &sought, now, &mut changes).await?;
            }
            (None, Some(activity)) => self.speakers().forget(activity, &sought, now, &mut changes),
            (None, None) => {
                self.end(&mut erasure, &sought, now, &mut changes).await?;
            }
        }
        changes.put_record(&erasure, false)?;
        Ok(changes)
    }

    /// What is left under the address or the name, whoever is in the person's place by now; then the erasure is complete.
    async fn end(
        &self,
        erasure: &mut Erasure,
        sought: &Sought,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        self.attendance().of_authority(&erasure.authority, sought, changes).await?;
        if let Some(address) = &sought.address {
            self.certificates().of_person(&erasure.authority, address, now, changes).await?;
            let links = CalendarLinks { rules: self.seating.rules, records: self.seating.records };
            links.forget_person(&erasure.authority, address, now, changes).await?;
            let (owner, address) = (erasure.authority.to_string(), address.clone());
            changes.mail(MailChange::ForgetTo { owner, address });
        }
        (erasure.state, erasure.address, erasure.full_name) = (ErasureState::Done, None, None);
        erasure.end_time = Some(now);
        let erased =
            Erased { registrations: erasure.registrations, erasure: Some(erasure.clone()), activity: None };
        changes.tell(DomainEvent {
            kind: EventKind::PersonErased(Box::new(erased)),
            time: now,
            arrangement: None,
            readers: self.seating.rules.cooperation.own_side(&erasure.authority),
        });
        Ok(())
    }

    fn speakers(&self) -> Speakers<'_> {
        Speakers { rules: self.seating.rules, activities: self.activities }
    }

    fn certificates(&self) -> ForgetCertificates<'_> {
        ForgetCertificates { records: self.seating.records }
    }

    fn attendance(&self) -> ForgetAttendance<'_> {
        ForgetAttendance { records: self.seating.records }
    }

    /// Takes a person out of a registration. Where it is the one who is written to, the next with an address is from now on; where
    /// there is none, and the activity is still to come, the registration ends first, and its seats go to who is next.
    async fn erase(
        &self,
        registration: Registration,
        sought: &Sought,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        changes.forget(registration.name());
        let is_leader = registration.content.leader().is_some_and(|leader| sought.is(leader));
        let correspondence = ForgetCorrespondence { records: self.seating.records };
        if is_leader {
            correspondence.of(&registration, None, changes).await?;
            forget_feedback(self.seating.records, &registration, changes).await?;
        } else if let Some(address) = &sought.address {
            correspondence.of(&registration, Some(address), changes).await?;
        }
        let (organiser, activity) = (registration.organiser.clone(), registration.pool.activity);
        let whose = Whose::among([&registration], sought);
        self.attendance().of_activity(activity, &whose, changes).await?;
        let places = sought.places(&registration);
        self.certificates().of_places(&organiser, activity, &places, now, changes).await?;
        let next = match is_leader {
            true => self.next_leader(&registration, sought).await?,
            false => Some(registration.content.written_to),
        };
        let ending = match next {
            None if registration.is_open() => self.activities.activity_get(activity).await?,
            _ => None,
        };
        let Some(activity) = ending.filter(|activity| activity.state == ActivityState::Published) else {
            let erased = without_person(registration, sought, next, now);
            changes.put_registration(&Registration { revision: erased.revision + 1, ..erased });
            return Ok(());
        };
        self.withdraw(&activity, registration, now, changes).await
    }

    /// Ends it, with whoever else was named.
    async fn withdraw(
        &self,
        activity: &Activity,
        registration: Registration,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let mut work = self.seating.of(&registration.pool).await?;
        let ended = work.step(registration, RegistrationState::Withdrawn, By::default(), now);
        work.put(without_people(ended, now));
        self.seating.fill(&mut work, activity, now).await?;
        work.finish(self.seating.rules, activity, now, changes)
    }

    /// The place of the next with an address, under which the same authority registered nobody else for these seats.
    async fn next_leader(
        &self,
        registration: &Registration,
        sought: &Sought,
    ) -> Result<Option<u32>, DomainError> {
        let others = registration.content.people.iter().zip(0_u32..);
        for (person, place) in others.filter(|(person, _)| !person.email.is_empty() && !sought.is(person)) {
            let address = address_key(&person.email);
            let registrations = self.seating.registrations;
            let twins = registrations.registrations_by_address(&registration.pool, &[&address]).await?;
            let is_twin =
                |one: &Registration| one.id != registration.id && one.registrar == registration.registrar;
            if !registration.is_open() || !twins.iter().any(is_twin) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

/// The registration without what is personal of the person; of the others what is theirs stays. `next` is who is written to from
/// now on.
fn without_person(
    mut registration: Registration,
    sought: &Sought,
    next: Option<u32>,
    now: Timestamp,
) -> Registration {
    let content = &mut registration.content;
    // Attendance and certificates know people by their places.
    content
        .people
        .iter_mut()
        .filter(|person| sought.is(person))
        .for_each(|person| *person = Person::default());
    if content.people.iter().all(Person::is_erased) {
        return without_people(registration, now);
    }
    if next != Some(content.written_to) {
        // The answers are those of the one who registered.
        content.answers.clear();
        content.written_to = next.unwrap_or(content.written_to);
    }
    registration.steps.iter_mut().for_each(|step| step.note.clear());
    registration.update_time = now;
    registration
}

/// The registration without what is personal of anybody.
pub(super) fn without_people(mut registration: Registration, now: Timestamp) -> Registration {
    registration.content.people.clear();
    registration.content.answers.clear();
    registration.erase_time = Some(now);
    registration.steps.iter_mut().for_each(|step| step.note.clear());
    registration.update_time = now;
    registration
}
