//! Erases names, addresses and answers of an activity's registrations when the time has come for which it keeps them.

use jiff::Timestamp;

use super::{
    ErasePerson, ForgetCertificates, erase_person::without_people, forget_attendance::ForgetAttendance,
    forget_feedback::forget_feedback, whose::Whose,
};
use crate::domain::{
    ChangeSet, DomainError,
    event::{DomainEvent, EventKind},
    model::{Erased, Registration, RegistrationState, SeatPool},
    ports::RegistrationQuery,
    records::{RecordPage, RecordQuery, record, records},
    use_cases::ForgetCorrespondence,
};

/// Registrations that are erased in one transaction.
const AT_ONCE: u64 = 100;
/// Every state.
const ALL: [RegistrationState; 9] = [
    RegistrationState::Pending,
    RegistrationState::Waiting,
    RegistrationState::Offered,
    RegistrationState::Confirmed,
    RegistrationState::Rejected,
    RegistrationState::Declined,
    RegistrationState::Expired,
    RegistrationState::Withdrawn,
    RegistrationState::Cancelled,
];

/// The seats know until when their registrations are kept.
pub struct EndRetention<'a> {
    pub erase: ErasePerson<'a>,
}

impl EndRetention<'_> {
    /// Seats whose registrations are to be erased.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<SeatPool>, DomainError> {
        let seating = &self.erase.seating;
        let all = seating.rules.cooperation.authorities();
        let owners = all.map(|authority| authority.id.clone()).collect();
        let page = RecordPage { states: vec![0, 1], limit, ..RecordPage::default() };
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let found: Vec<SeatPool> = records(seating.records, &query).await?;
        Ok(found.into_iter().filter(|pool| pool.keep_until <= now).collect())
    }

    /// Erases some of them; what is left is due again.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &SeatPool, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let seating = &self.erase.seating;
        let mut changes = ChangeSet::default();
        let present: Option<SeatPool> = record(seating.records, &due.pool.record_name()).await?;
        let Some(present) = present.filter(|one| !one.is_erased && one.keep_until <= now) else {
            return Ok(changes);
        };
        let Some(activity) = self.erase.activities.activity_get(present.pool.activity).await? else {
            return Ok(changes);
        };
        let query = RegistrationQuery {
            activity: activity.id,
            session: Some(present.pool.session.clone()),
            owners: vec![activity.organiser.clone()],
            states: ALL.to_vec(),
            is_twice: false,
            after: present.erased_to,
            limit: AT_ONCE,
        };
        let kept = seating.registrations.registration_list(&query).await?;
        let is_last = (kept.len() as u64) < AT_ONCE;
        let mut pool = SeatPool { revision: present.revision + 1, ..present };
        pool.erased_to = kept.last().map(|last| (last.position, last.id)).or(pool.erased_to);
        let ids: Vec<_> = kept.iter().map(|one| one.id).collect();
        let certificates = ForgetCertificates { records: seating.records };
        certificates.of_registrations(&activity.organiser, activity.id, &ids, now, &mut changes).await?;
        let correspondence = ForgetCorrespondence { records: seating.records };
        for registration in kept {
            if registration.erase_time.is_none() {
                pool.erased += 1;
                changes.forget(registration.name());
                correspondence.of(&registration, None, &mut changes).await?;
                forget_feedback(seating.records, &registration, &mut changes).await?;
                let erased = without_people(registration, now);
                changes.put_registration(&Registration { revision: erased.revision + 1, ..erased });
            }
        }
        (pool.is_closed, pool.is_erased) = (true, is_last);
        if is_last {
            let attendance = ForgetAttendance { records: seating.records };
            attendance.of_activity(activity.id, &Whose::Everybody, &mut changes).await?;
            let erased = Erased { erasure: None, activity: Some(activity.id), registrations: pool.erased };
            changes.tell(DomainEvent {
                kind: EventKind::PersonErased(Box::new(erased)),
                time: now,
                arrangement: None,
                readers: seating.rules.cooperation.own_side(&activity.organiser),
            });
        }
        changes.put_seats(&pool)?;
        Ok(changes)
    }
}
