//! Registers people, many for one activity at a time.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use super::{
    form_answers,
    intake::{Intake, PoolIntake, Wanted},
};
use crate::domain::{
    Caller, DomainError, Rules, Violation,
    error::Refusal,
    event::DomainEvent,
    model::{
        Activity, ActivityId, ActivityState, Pool, Registration, RegistrationContent, RegistrationState,
        RegistrationTerms,
    },
    ports::ActivityReader,
    seating::{By, SeatWork, Seating},
};

/// Who comes while others wait, waits behind them, also where a seat happens to be free.
#[derive(Clone, Copy)]
pub struct Register<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
}

impl Register<'_> {
    /// What is to be known of an activity to register all these for it; none where there is no such activity.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(
        &self,
        activity: ActivityId,
        wanted: &[&Wanted],
        now: Timestamp,
    ) -> Result<Option<Intake>, DomainError> {
        match self.activities.activity_get(activity).await? {
            Some(activity) => Intake::read(self.seating, activity, wanted, now).await.map(Some),
            None => Ok(None),
        }
    }

    /// Registers somebody for an activity that the caller sees, and says what is to be told; those behind find the seats taken.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` and `WantsFirst` where registration is not open; `Invalid`; `Twin` where somebody is
    /// registered under the address; `Full`; `LimitReached`; those of the store, after which the intake is not to be used.
    pub async fn execute(
        &self,
        caller: &Caller,
        intake: &mut Intake,
        wanted: &Wanted,
    ) -> Result<(Registration, DomainEvent), DomainError> {
        let Intake { activity, pools, now } = intake;
        let terms = self.allowed(caller, activity, pools, wanted, *now)?;
        let pool = wanted.pool(activity);
        let open = pools.iter_mut().find(|open| open.pool == pool).ok_or(DomainError::DENIED)?;
        let made = self.seat(caller, activity, terms, &mut open.work, wanted, *now).await?;
        open.known.entry(wanted.content.address()).or_default().push(made.clone());
        Ok((made, open.work.tell(self.seating.rules, activity, *now)))
    }

    /// What would become of somebody who was registered now.
    ///
    /// # Errors
    /// As [`Self::execute`]; the intake stays as it is.
    pub async fn try_out(
        &self,
        caller: &Caller,
        intake: &Intake,
        wanted: &Wanted,
    ) -> Result<Registration, DomainError> {
        let Intake { activity, pools, now } = intake;
        let terms = self.allowed(caller, activity, pools, wanted, *now)?;
        let pool = wanted.pool(activity);
        let open = pools.iter().find(|open| open.pool == pool).ok_or(DomainError::DENIED)?;
        self.seat(caller, activity, terms, &mut open.work.clone(), wanted, *now).await
    }

    /// The terms of the activity, where the caller may register somebody as is wanted, if there are seats.
    fn allowed<'t>(
        &self,
        caller: &Caller,
        activity: &'t Activity,
        pools: &[PoolIntake],
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<&'t RegistrationTerms, DomainError> {
        let rules = self.seating.rules;
        rules.clearance(activity, &caller.authority, now).ok_or(DomainError::DENIED)?;
        let (pool, address) = (wanted.pool(activity), wanted.content.address());
        let terms = open_terms(rules, activity, &pool, now)?;
        let violations = wrong(activity, terms, &pool, &wanted.content);
        if !violations.is_empty() {
            return Err(violations.into());
        }
        let under_address = |wanted: &Pool| {
            let open = pools.iter().find(|open| open.pool == *wanted);
            open.into_iter().flat_map(|open| open.under(&address))
        };
        refuse_twin(rules, caller, under_address(&pool))?;
        if wanted.session.is_some() {
            let known = under_address(&activity.pool());
            refuse_stranger(rules, &caller.authority, known, wanted.content.seats, "seats")?;
        }
        Ok(terms)
    }

    async fn seat(
        &self,
        caller: &Caller,
        activity: &Activity,
        terms: &RegistrationTerms,
        work: &mut SeatWork,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<Registration, DomainError> {
        let pool = &work.pool.pool;
        let most = self.seating.rules.limits.registrations;
        if u64::try_from(work.pool.next_position).is_ok_and(|next| next > most) {
            let limit = "registrations, those that ended counted";
            let maximum = usize::try_from(most).unwrap_or(usize::MAX);
            return Err(Refusal::LimitReached { subject: pool.name(), limit, maximum }.into());
        }
        let registration = Registration {
            id: Uuid::now_v7(),
            pool: pool.clone(),
            organiser: activity.organiser.clone(),
            registrar: caller.authority.clone(),
            state: RegistrationState::Pending,
            content: wanted.content.clone(),
            position: 0,
            offer_until: None,
            steps: Vec::new(),
            erase_time: None,
            create_time: now,
            update_time: now,
            revision: 0,
        };
        let by = By { authority: Some(&caller.authority), ..By::default() };
        if terms.approval {
            return Ok(work.enter(registration, RegistrationState::Pending, by, now));
        }
        let state = seat_for(work, terms, registration.content.seats)?;
        let entered = work.enter(registration, state, by, now);
        self.seating.fill(work, activity, now).await?;
        Ok(work.present(entered))
    }
}

/// Refuses an address where somebody among those who go on under it is registered for the same seats, as far as the caller may
/// know: of what another authority registered it learns nothing, neither by a refusal nor by a trial.
pub(super) fn refuse_twin(
    rules: &Rules,
    caller: &Caller,
    under_address: impl IntoIterator<Item = Registration>,
) -> Result<(), DomainError> {
    let mut found = under_address.into_iter();
    match found.find(|one| rules.sees_registration(one, &caller.authority)) {
        Some(twin) => {
            Err(Refusal::Twin { resource: twin.name(), what: "registered under this address" }.into())
        }
        None => Ok(()),
    }
}

/// A session is for those who take part in the activity, as far as the authority sees them, with no more seats than they have there;
/// `field` is named where it is more.
pub(super) fn refuse_stranger(
    rules: &Rules,
    authority: &AuthorityId,
    under_address: impl IntoIterator<Item = Registration>,
    asked: u32,
    field: &str,
) -> Result<(), DomainError> {
    let confirmed = under_address
        .into_iter()
        .filter(|one| one.state == RegistrationState::Confirmed && rules.sees_registration(one, authority));
    let Some(seats) = confirmed.map(|one| one.content.seats).max() else {
        return Err(DomainError::invalid(
            "people[0].email",
            "wants the address of somebody whom you registered for the activity, and who is confirmed",
        ));
    };
    match asked > seats {
        true => {
            let wanted = format!("wants at most the {seats} that it has of the activity; got {asked}");
            Err(DomainError::invalid(field, wanted))
        }
        false => Ok(()),
    }
}

/// The terms of an activity for whose seats people can register now: until the last meeting begins that they are for, at most.
pub(super) fn open_terms<'a>(
    rules: &Rules,
    activity: &'a Activity,
    pool: &Pool,
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
    let closes = terms.closes.as_ref().map(instant).transpose()?;
    match closes.into_iter().chain(activity.last_begins_for(pool)).min() {
        Some(closes) if closes <= now => {
            let remedy = format!("registration closed at {closes}");
            Err(DomainError::wants_first(name(), state, VERB, remedy))
        }
        _ => Ok(terms),
    }
}

/// The state of who comes now, or is approved now.
pub(super) fn seat_for(
    work: &SeatWork,
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
    let pools = activity.pools();
    let known = pools.iter().find(|(known, _)| known == pool);
    if content.seats > terms.largest_group {
        let most = terms.largest_group;
        add("seats", format!("wants at most {most} here; got {}", content.seats));
    } else if let Some((_, most)) = known
        && content.seats > *most
    {
        add("seats", format!("wants at most {most} in this session; got {}", content.seats));
    }
    if let Some(session) = &pool.session
        && known.is_none()
    {
        add("session", format!("wants a session that people register for by itself; got {session}"));
    }
    found
}
