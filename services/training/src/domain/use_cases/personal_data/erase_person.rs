//! Erases what is known of a person, one registration in each transaction; then the erasure is complete.

use jiff::Timestamp;

use super::{
    ForgetCertificates, KnownOfPerson, forget_attendance::ForgetAttendance, forget_feedback::forget_feedback,
    whose::Whose,
};
use crate::domain::{
    ChangeSet, DomainError,
    change::MailChange,
    event::{DomainEvent, EventKind},
    model::{
        ActivityState, Erased, Erasure, ErasureState, Person, Registration, RegistrationState, address_key,
        erasure_name,
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
        let Some(address) = present.address.clone() else { return Ok(changes) };
        let found = self.known.registrations(&present.authority, &address, 1).await?.pop();
        let mut erasure = Erasure { revision: present.revision + 1, ..present };
        match found {
            Some(registration) => {
                erasure.registrations += 1;
                self.erase(registration, &address, now, &mut changes).await?;
            }
            None => {
                self.attendance().of_authority(&erasure.authority, &address, &mut changes).await?;
                self.certificates().of_person(&erasure.authority, &address, now, &mut changes).await?;
                let links = CalendarLinks { rules: self.seating.rules, records: self.seating.records };
                links.forget_person(&erasure.authority, &address, now, &mut changes).await?;
                // Also where somebody else is in the person's place by now.
                let owner = erasure.authority.to_string();
                changes.mail(MailChange::ForgetTo { owner, address });
                (erasure.state, erasure.address) = (ErasureState::Done, None);
                erasure.end_time = Some(now);
                let erased = Erased {
                    registrations: erasure.registrations,
                    erasure: Some(erasure.clone()),
                    activity: None,
                };
                changes.tell(DomainEvent {
                    kind: EventKind::PersonErased(Box::new(erased)),
                    time: now,
                    arrangement: None,
                    readers: self.seating.rules.cooperation.own_side(&erasure.authority),
                });
            }
        }
        changes.put_record(&erasure, false)?;
        Ok(changes)
    }

    fn certificates(&self) -> ForgetCertificates<'_> {
        ForgetCertificates { records: self.seating.records }
    }

    fn attendance(&self) -> ForgetAttendance<'_> {
        ForgetAttendance { records: self.seating.records }
    }

    /// Takes a person out of a registration. Where it is the one who is written to, the registration ends first, and its seats
    /// go to who is next.
    async fn erase(
        &self,
        registration: Registration,
        address: &str,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        changes.forget(registration.name());
        let correspondence = ForgetCorrespondence { records: self.seating.records };
        correspondence.of(&registration, Some(address), changes).await?;
        if registration.content.address() == address {
            forget_feedback(self.seating.records, &registration, changes).await?;
        }
        let whose = Whose::among(&registration.content.people, address);
        let (organiser, activity) = (registration.organiser.clone(), registration.pool.activity);
        self.attendance().of_activity(&organiser, activity, &whose, changes).await?;
        if registration.content.address() == address {
            let own = [registration.id];
            self.certificates().of_registrations(&organiser, activity, &own, now, changes).await?;
        }
        let ends = registration.is_open() && registration.content.address() == address;
        let activity = match ends {
            true => self.activities.activity_get(registration.pool.activity).await?,
            false => None,
        };
        let Some(activity) = activity else {
            let erased = without_person(registration, Some(address), now);
            changes.put_registration(&Registration { revision: erased.revision + 1, ..erased });
            return Ok(());
        };
        let mut work = self.seating.of(&activity, &registration.pool).await?;
        let ended = work.step(registration, RegistrationState::Withdrawn, By::default(), now);
        work.put(without_person(ended, Some(address), now));
        if let (ActivityState::Published, Some(terms)) = (activity.state, &activity.content.registration) {
            self.seating.fill(&mut work, terms, now).await?;
        }
        work.finish(self.seating.rules, now, changes)
    }
}

/// The registration without what is personal of the person, or of everybody.
pub(super) fn without_person(
    mut registration: Registration,
    address: Option<&str>,
    now: Timestamp,
) -> Registration {
    let is_first = address.is_none_or(|address| registration.content.address() == address);
    let content = &mut registration.content;
    if is_first {
        // The answers are those of the one who registered; who else was named came with them.
        content.people.clear();
        content.answers.clear();
        registration.erase_time = Some(now);
    } else if let Some(address) = address {
        // Attendance knows people by their places.
        let erased = content.people.iter_mut().filter(|person| address_key(&person.email) == address);
        erased.for_each(|person| *person = Person::default());
    }
    registration.steps.iter_mut().for_each(|step| step.note.clear());
    registration.update_time = now;
    registration
}
