//! Schedules erasures, and cancels them.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{KnownOfPerson, Sought};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    model::{Erasure, ErasureState, erasure_name},
    ports::RecordReader,
    records::{RecordQuery, record},
    use_cases::require_revision,
};

/// An authority's own erasures.
#[derive(Clone, Copy)]
pub struct Erasures<'a> {
    pub rules: &'a Rules,
    pub known: KnownOfPerson<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl Erasures<'_> {
    /// The caller's own erasure.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, id: Uuid) -> Result<Erasure, DomainError> {
        let found: Option<Erasure> = record(self.records, &erasure_name(id)).await?;
        found.filter(|one| one.authority == caller.authority).ok_or(DomainError::DENIED)
    }

    /// Schedules one; of one person there is one at a time.
    ///
    /// # Errors
    /// `Twin` where one is scheduled; those of the store.
    pub async fn schedule(
        &self,
        caller: &Caller,
        sought: Sought,
        after_days: Option<u32>,
        now: Timestamp,
    ) -> Result<Decision<Erasure>, DomainError> {
        if let Some(twin) = self.known.scheduled(&caller.authority, &sought).await?.pop() {
            let resource = erasure_name(twin.id);
            return Err(Refusal::Twin { resource, what: "scheduled for this person" }.into());
        }
        let days = after_days.unwrap_or(self.rules.limits.erasure_days);
        let wait = SignedDuration::from_hours(24 * i64::from(days));
        let erasure = Erasure {
            id: Uuid::now_v7(),
            authority: caller.authority.clone(),
            state: ErasureState::Scheduled,
            address: sought.address,
            full_name: sought.full_name,
            erase_time: now.checked_add(wait).unwrap_or(Timestamp::MAX),
            end_time: None,
            registrations: 0,
            create_time: now,
            revision: 1,
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&erasure, true)?;
        Ok(Decision { outcome: erasure, changes })
    }

    /// Cancels one that was not begun.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition`; `WantsFirst` where its time has come; `EtagMismatch`; those of the store.
    pub async fn cancel(
        &self,
        caller: &Caller,
        id: Uuid,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Erasure>, DomainError> {
        let present = self.own(caller, id).await?;
        require_revision(revision, present.revision, || erasure_name(id))?;
        if present.state != ErasureState::Scheduled {
            return Err(DomainError::illegal(erasure_name(id), present.state, "cancelling"));
        }
        if present.erase_time <= now {
            let remedy = format!("it began at {}", present.erase_time);
            return Err(DomainError::wants_first(erasure_name(id), present.state, "cancelling", remedy));
        }
        let erasure = Erasure {
            state: ErasureState::Cancelled,
            address: None,
            full_name: None,
            end_time: Some(now),
            revision: present.revision + 1,
            ..present
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&erasure, false)?;
        Ok(Decision { outcome: erasure, changes })
    }
}
