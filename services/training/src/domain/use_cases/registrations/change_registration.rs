//! What becomes of a registration: approved, rejected, confirmed, declined, withdrawn, transferred, promoted.

use jiff::Timestamp;

use super::{
    register::{refuse_stranger, refuse_twin, seat_for},
    transfer,
};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{Activity, ActivityState, Person, Registration, RegistrationState, Step},
    seating::{By, SeatWork, Seating},
    use_cases::require_revision,
};

/// A step that is asked for.
#[derive(Clone, Debug)]
pub enum RegistrationStep {
    Approve,
    Reject { reason: String },
    Confirm,
    Decline,
    Withdraw { reason: String },
    Transfer { people: Vec<Person> },
    Promote { reason: String },
}

impl RegistrationStep {
    /// Whether the organiser alone may ask for it.
    #[must_use]
    pub fn is_organisers(&self) -> bool {
        matches!(self, Self::Approve | Self::Reject { .. } | Self::Promote { .. })
    }

    /// What is wanted, in a word, and in which states.
    fn verb(&self) -> (&'static str, &'static [RegistrationState]) {
        use RegistrationState::{Confirmed, Offered, Pending, Waiting};
        match self {
            Self::Approve => ("approving", &[Pending]),
            Self::Reject { .. } => ("rejecting", &[Pending, Waiting]),
            Self::Confirm => ("confirming", &[Offered]),
            Self::Decline => ("declining", &[Offered]),
            Self::Withdraw { .. } => ("withdrawing", &[Pending, Waiting, Offered, Confirmed]),
            Self::Transfer { .. } => ("transferring", &[Pending, Waiting, Offered, Confirmed]),
            Self::Promote { .. } => ("promoting", &[Waiting]),
        }
    }
}

/// Changes a registration, and gives the seats that it frees to who is next.
#[derive(Clone, Copy)]
pub struct ChangeRegistration<'a> {
    pub seating: Seating<'a>,
}

impl ChangeRegistration<'_> {
    /// Takes the step.
    ///
    /// # Errors
    /// `IllegalTransition` where the state does not allow it; `WantsFirst` where an offer expired; `Full`; `Twin`;
    /// `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        activity: &Activity,
        present: Registration,
        step: RegistrationStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Registration>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        let (verb, states) = step.verb();
        let is_transfer = matches!(step, RegistrationStep::Transfer { .. });
        let terms = match (&activity.state, &activity.content.registration) {
            (ActivityState::Published, Some(terms)) => terms,
            (ActivityState::Held, Some(terms)) if is_transfer => terms,
            _ => return Err(DomainError::illegal(activity.name(), activity.state, verb)),
        };
        if !states.contains(&present.state) {
            return Err(DomainError::illegal(present.name(), present.state, verb));
        }
        let by = By { authority: Some(&caller.authority), ..By::default() };
        let step = match step {
            // Once the last meeting has begun nobody else takes part, whoever is named.
            RegistrationStep::Transfer { people } if transfer::is_too_late(activity, now) => {
                let named = transfer::corrected(present, people, by, now)?;
                return self.put_names_right(activity, named, now).await;
            }
            other => other,
        };
        let before = present.content.people.clone();
        let pool = present.pool.clone();
        let mut work = self.seating.of(&pool).await?;
        let address = present.content.address();
        use RegistrationStep::{Approve, Confirm, Promote};
        if let Some(began) = work.began(activity, now)
            && matches!(step, Approve | Confirm | Promote { .. })
        {
            let remedy = format!("the last meeting began at {began}: nobody gets a seat any more");
            return Err(DomainError::wants_first(present.name(), present.state, verb, remedy));
        }
        let mut rests_on = None;
        let stepped = match step {
            RegistrationStep::Approve => {
                let state = seat_for(&work, terms, present.content.seats)?;
                work.step(present, state, by, now)
            }
            RegistrationStep::Reject { reason } => {
                work.step(present, RegistrationState::Rejected, By { note: &reason, ..by }, now)
            }
            RegistrationStep::Confirm => confirm(&mut work, present, by, now)?,
            RegistrationStep::Decline => work.step(present, RegistrationState::Declined, by, now),
            RegistrationStep::Withdraw { reason } => {
                work.step(present, RegistrationState::Withdrawn, By { note: &reason, ..by }, now)
            }
            RegistrationStep::Transfer { people } => {
                let registered = self.transfer(activity, &mut work, present, people, caller, now).await?;
                if registered.content.address() != address && pool.session.is_some() {
                    rests_on = Some(self.takes_part(activity, &registered).await?);
                }
                registered
            }
            RegistrationStep::Promote { reason } => {
                promote(&mut work, present, activity, By { note: &reason, is_promotion: true, ..by }, now)?
            }
        };
        self.seating.fill(&mut work, activity, now).await?;
        let outcome = work.present(stepped);
        let mut changes = ChangeSet::default();
        forget_left(&outcome, &before, &outcome.content.people, &mut changes);
        if let Some(rests_on) = rests_on {
            rests_on.write(&mut changes)?;
        }
        work.finish(self.seating.rules, activity, now, &mut changes)?;
        if pool.session.is_none() {
            let was = (address.as_str(), before.as_slice());
            self.follow_in_sessions(activity, was, &outcome, by, now, &mut changes).await?;
        }
        Ok(Decision { outcome, changes })
    }

    /// The seats of the activity, of which whoever comes into a session's seats must have them; they are written with it, so that
    /// whoever gives those back meanwhile makes the commit fail.
    async fn takes_part(&self, activity: &Activity, own: &Registration) -> Result<SeatWork, DomainError> {
        let whole = self.seating.of(&activity.pool()).await?;
        let Seating { rules, registrations, .. } = self.seating;
        let found =
            registrations.registrations_by_address(&activity.pool(), &[&own.content.address()]).await?;
        refuse_stranger(rules, &own.registrar, found, own.content.seats, "people[0].email")?;
        Ok(whole)
    }

    /// Who takes part no more, or has another in their place, does so in the sessions as well.
    async fn follow_in_sessions(
        &self,
        activity: &Activity,
        (address, before): (&str, &[Person]),
        outcome: &Registration,
        by: By<'_>,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let leaves = !outcome.is_open();
        if !leaves && outcome.content.people == before {
            return Ok(());
        }
        let keeps_leader = !leaves && outcome.content.address() == address;
        let Seating { rules, registrations, .. } = self.seating;
        // Whom another authority has registered as well still takes part, as far as that one goes.
        let mut others = registrations.registrations_by_address(&activity.pool(), &[address]).await?;
        others.retain(|one| one.id != outcome.id && one.state == RegistrationState::Confirmed);
        for (pool, _) in activity.pools().into_iter().filter(|(pool, _)| pool.session.is_some()) {
            // The seats first: whoever comes under the address later takes one, and so makes the commit fail.
            let mut work = self.seating.of(&pool).await?;
            let mut found = registrations.registrations_by_address(&pool, &[address]).await?;
            found.retain(|own| !others.iter().any(|one| rules.sees_registration(one, &own.registrar)));
            if found.is_empty() {
                continue;
            }
            let taken = registrations.registrations_by_address(&pool, &[&outcome.content.address()]).await?;
            for mut own in found {
                let named = own.content.people.clone();
                if keeps_leader {
                    if transfer::follow(&mut own, before, &outcome.content.people, now) {
                        forget_left(&own, &named, &own.content.people, changes);
                        work.put(own);
                    }
                    continue;
                }
                if leaves || taken.iter().any(|one| one.registrar == own.registrar) {
                    work.step(own, RegistrationState::Withdrawn, by, now);
                    continue;
                }
                transfer::take_over(&mut own, &outcome.content, now);
                forget_left(&own, &named, &own.content.people, changes);
                work.put(own);
            }
            if work.has_changes() {
                self.seating.fill(&mut work, activity, now).await?;
                work.finish(rules, activity, now, changes)?;
            }
        }
        Ok(())
    }

    /// Writes names that were put right, here and in the sessions. No seat changes.
    async fn put_names_right(
        &self,
        activity: &Activity,
        named: transfer::Named,
        now: Timestamp,
    ) -> Result<Decision<Registration>, DomainError> {
        let transfer::Named { registration: outcome, before } = named;
        let mut changes = ChangeSet::default();
        changes.put_registration(&outcome);
        let Seating { rules, registrations, .. } = self.seating;
        let pools = activity.pools().into_iter().map(|(pool, _)| pool);
        for pool in pools.filter(|pool| outcome.pool.session.is_none() && pool.session.is_some()) {
            let mut found =
                registrations.registrations_by_address(&pool, &[&outcome.content.address()]).await?;
            found.retain(|own| rules.sees_registration(&outcome, &own.registrar));
            for mut own in found {
                if transfer::follow(&mut own, &before, &outcome.content.people, now) {
                    changes.put_registration(&Registration { revision: own.revision + 1, ..own });
                }
            }
        }
        Ok(Decision { outcome, changes })
    }

    async fn transfer(
        &self,
        activity: &Activity,
        work: &mut SeatWork,
        mut present: Registration,
        people: Vec<Person>,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Registration, DomainError> {
        let seats = present.content.seats as usize;
        if people.len() > seats {
            let wanted = format!("wants at most the {seats} of its seats; got {}", people.len());
            return Err(DomainError::invalid("people", wanted));
        }
        let before = present.content.address();
        let has_begun = activity.begins().is_some_and(|begins| begins <= now);
        transfer::replace(&mut present, people, has_begun, now)?;
        let address = present.content.address();
        if address != before {
            let Seating { rules, registrations, .. } = self.seating;
            let found = registrations.registrations_by_address(&present.pool, &[&address]).await?;
            refuse_twin(rules, caller, found)?;
        }
        present.update_time = now;
        let (by, note) = (Some(caller.authority.clone()), "transferred".to_owned());
        present.steps.push(Step { state: present.state, time: now, by, note });
        Ok(work.put(present))
    }
}

/// Answers to earlier calls name nobody who is in the registration no more: nothing would find them when that one is erased.
fn forget_left(registration: &Registration, before: &[Person], after: &[Person], changes: &mut ChangeSet) {
    for person in transfer::left(before, after) {
        changes.forget_naming(registration.name(), person.to_owned());
    }
}

/// An offer that expired is no more to be taken, also where nobody has noticed yet.
fn confirm(
    work: &mut SeatWork,
    present: Registration,
    by: By<'_>,
    now: Timestamp,
) -> Result<Registration, DomainError> {
    match present.offer_until {
        Some(until) if until <= now => {
            let remedy = format!("the offer expired at {until}: register anew");
            Err(DomainError::wants_first(present.name(), present.state, "confirming", remedy))
        }
        _ => Ok(work.step(present, RegistrationState::Confirmed, by, now)),
    }
}

/// By hand somebody comes before others, and takes a seat that is free like any other.
fn promote(
    work: &mut SeatWork,
    present: Registration,
    activity: &Activity,
    by: By<'_>,
    now: Timestamp,
) -> Result<Registration, DomainError> {
    let (wanted, seats) = (present.content.seats, work.pool.seats);
    if seats.free() < wanted {
        return Err(DomainError::Full { resource: work.pool.pool.name(), wanted, seats });
    }
    Ok(work.offer(present, activity, by, now))
}
