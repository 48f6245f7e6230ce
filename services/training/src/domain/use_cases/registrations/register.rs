//! Registers somebody.

use jiff::Timestamp;
use uuid::Uuid;

use super::form_answers;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    error::Refusal,
    model::{
        Activity, ActivityState, Pool, Registration, RegistrationContent, RegistrationState,
        RegistrationTerms, SessionId,
    },
    seating::{By, SeatWork, Seating},
};

/// Who comes while others wait, waits behind them, also where a seat happens to be free.
#[derive(Clone, Copy)]
pub struct Register<'a> {
    pub seating: Seating<'a>,
}

impl<'a> Register<'a> {
    /// Registers them for an activity that the caller sees.
    ///
    /// # Errors
    /// `IllegalTransition` and `WantsFirst` where registration is not open; `Invalid`; `Twin` where somebody is registered
    /// under the address; `Full`; `LimitReached`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        activity: &'a Activity,
        session: Option<SessionId>,
        content: RegistrationContent,
        now: Timestamp,
    ) -> Result<Decision<Registration>, DomainError> {
        let Seating { rules, .. } = self.seating;
        let terms = open_terms(rules, activity, now)?;
        let pool = Pool { activity: activity.id, session: session.clone() };
        let violations = wrong(activity, terms, &pool, &content);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let address = content.address();
        refuse_twin(self.seating, caller, &pool, &address).await?;
        if session.is_some() {
            self.require_confirmed(caller, activity, &address).await?;
        }
        let mut work = self.seating.of(activity, &pool).await?;
        let most = rules.limits.registrations;
        if u64::try_from(work.pool.next_position).is_ok_and(|next| next > most) {
            let limit = "registrations, those that ended counted";
            let maximum = usize::try_from(most).unwrap_or(usize::MAX);
            return Err(Refusal::LimitReached { subject: pool.name(), limit, maximum }.into());
        }
        let registration = Registration {
            id: Uuid::now_v7(),
            pool,
            organiser: activity.organiser.clone(),
            registrar: caller.authority.clone(),
            state: RegistrationState::Pending,
            content,
            position: 0,
            offer_until: None,
            steps: Vec::new(),
            erase_time: None,
            create_time: now,
            update_time: now,
            revision: 0,
        };
        let by = By { authority: Some(&caller.authority), ..By::default() };
        let outcome = match terms.approval {
            true => work.enter(registration, RegistrationState::Pending, by, now),
            false => {
                let state = seat_for(&work, terms, registration.content.seats)?;
                let entered = work.enter(registration, state, by, now);
                self.seating.fill(&mut work, terms, now).await?;
                work.present(entered)
            }
        };
        let mut changes = ChangeSet::default();
        work.finish(rules, now, &mut changes)?;
        Ok(Decision { outcome, changes })
    }

    /// A session is for those who take part in the activity, as far as the caller sees them.
    async fn require_confirmed(
        &self,
        caller: &Caller,
        activity: &Activity,
        address: &str,
    ) -> Result<(), DomainError> {
        let Seating { rules, registrations, .. } = self.seating;
        let found = registrations.registrations_by_address(&activity.pool(), address).await?;
        let is_confirmed = |one: &Registration| {
            one.state == RegistrationState::Confirmed && rules.sees_registration(one, &caller.authority)
        };
        match found.iter().any(is_confirmed) {
            true => Ok(()),
            false => Err(DomainError::invalid(
                "people[0].email",
                "wants the address of somebody whom you registered for the activity, and who is confirmed",
            )),
        }
    }
}

/// Refuses an address under which somebody is registered for the same seats, as far as the caller may know: of what another
/// authority registered it learns nothing, neither by a refusal nor by a trial.
pub(super) async fn refuse_twin(
    seating: Seating<'_>,
    caller: &Caller,
    pool: &Pool,
    address: &str,
) -> Result<(), DomainError> {
    let found = seating.registrations.registrations_by_address(pool, address).await?;
    let is_seen = |one: &&Registration| seating.rules.sees_registration(one, &caller.authority);
    match found.iter().find(is_seen) {
        Some(twin) => {
            Err(Refusal::Twin { resource: twin.name(), what: "registered under this address" }.into())
        }
        None => Ok(()),
    }
}

/// The terms of an activity for which people can register now.
pub(super) fn open_terms<'a>(
    rules: &Rules,
    activity: &'a Activity,
    now: Timestamp,
) -> Result<&'a RegistrationTerms, DomainError> {
    const VERB: &str = "registering";
    let name = || activity.name();
    let state = activity.state;
    let terms = activity.content.registration.as_ref();
    let (ActivityState::Published, Some(terms)) = (state, terms) else {
        return Err(match state {
            ActivityState::Published => {
                DomainError::wants_first(name(), state, VERB, "people do not register for it")
            }
            _ => DomainError::illegal(name(), state, VERB),
        });
    };
    let zones = &rules.zones;
    let instant = |time: &seamless_calendar::WallTime| time.instant(zones).map_err(DomainError::calendar);
    if let Some(opens) = terms.opens.as_ref().map(instant).transpose()?
        && now < opens
    {
        return Err(DomainError::wants_first(name(), state, VERB, format!("registration opens at {opens}")));
    }
    let closes = match &terms.closes {
        Some(closes) => Some(instant(closes)?),
        None => activity.begins(),
    };
    match closes {
        Some(closes) if closes <= now => {
            let remedy = format!("registration closed at {closes}");
            Err(DomainError::wants_first(name(), state, VERB, remedy))
        }
        _ => Ok(terms),
    }
}

/// The state of who comes now, or is approved now.
pub(super) fn seat_for(
    work: &SeatWork<'_>,
    terms: &RegistrationTerms,
    seats: u32,
) -> Result<RegistrationState, DomainError> {
    let taken = work.pool.seats;
    if taken.waiting == 0 && taken.free() >= seats {
        Ok(RegistrationState::Confirmed)
    } else if terms.waiting_list {
        Ok(RegistrationState::Waiting)
    } else {
        Err(DomainError::Full { resource: work.pool.pool.name(), wanted: seats, seats: taken })
    }
}

fn wrong(
    activity: &Activity,
    terms: &RegistrationTerms,
    pool: &Pool,
    content: &RegistrationContent,
) -> Vec<Violation> {
    let mut found = form_answers::violations(&terms.form, &content.answers);
    let mut add = |field: &str, description: String| found.push(Violation::new(field, description));
    if content.seats > terms.largest_group {
        let most = terms.largest_group;
        add("seats", format!("wants at most {most} here; got {}", content.seats));
    }
    if let Some(session) = &pool.session
        && !activity.pools().iter().any(|(known, _)| known == pool)
    {
        add("session", format!("wants a session that people register for by itself; got {session}"));
    }
    found
}
