//! Gives and takes seats.
//!
//! Invariant: who waits comes first, in the order in which they came; a seat that becomes free goes to who is next in the same
//! transaction, until the last meeting begins. Whatever changes a seat goes through here, so that no door is a second way to the
//! same seat.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{
    ChangeSet, DomainError, Rules, Violation,
    event::{DomainEvent, EventKind},
    model::{
        Activity, Pool, Registration, RegistrationChange, RegistrationCounts, RegistrationState, SeatPool,
        Step,
    },
    ports::{RecordReader, RegistrationQuery, RegistrationReader},
    records::{RecordQuery, record},
};

/// The most that get a seat in one transaction; a worker goes on.
const MOST_AT_ONCE: usize = 500;
/// How many of those who wait are read at once.
const READ_AT_ONCE: u64 = 100;
/// The most larger groups that a smaller one overtakes in one look.
const MOST_OVERTAKEN: usize = 1_000;

/// Reads seats, and those who wait for them.
#[derive(Clone, Copy)]
pub struct Seating<'a> {
    pub rules: &'a Rules,
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

/// Seats of which some change.
#[derive(Clone)]
pub struct SeatWork {
    pub pool: SeatPool,
    /// Each once, in its next revision.
    changed: Vec<Registration>,
    told: Vec<RegistrationChange>,
    looked: Option<Looked>,
}

/// What came of looking through those who wait.
#[derive(Clone, Copy)]
struct Looked {
    /// For so many seats there is nobody among those who are stored.
    free: u32,
    /// Nor is there anybody behind them: all wait for a larger group.
    is_over: bool,
}

/// Who took a step, and why.
#[derive(Clone, Copy, Debug, Default)]
pub struct By<'a> {
    pub authority: Option<&'a AuthorityId>,
    pub note: &'a str,
    /// Whether the reason is told to the organisers.
    pub is_promotion: bool,
}

impl Seating<'_> {
    /// The seats, to be changed.
    ///
    /// # Errors
    /// `Denied` where there are none; those of the store.
    pub async fn of(&self, pool: &Pool) -> Result<SeatWork, DomainError> {
        let found: Option<SeatPool> = record(self.records, &pool.record_name()).await?;
        found.map(SeatWork::new).ok_or(DomainError::DENIED)
    }

    /// Gives the seats that are free to those who wait for them; once the last meeting has begun, none.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn fill(
        &self,
        work: &mut SeatWork,
        activity: &Activity,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let Some(terms) = &activity.content.registration else { return Ok(()) };
        if work.began(activity, now).is_some() {
            return Ok(());
        }
        // Who is stored is not looked through again for seats for which nobody was found in this very step.
        let looked = work.looked.filter(|looked| work.pool.seats.free() <= looked.free);
        if looked.is_some_and(|looked| looked.is_over) {
            return Ok(());
        }
        let (mut given, mut overtaken, mut after) = (0, 0, None);
        let mut is_list_over = looked.is_some();
        while work.pool.may_be_filled() && given < MOST_AT_ONCE && overtaken < MOST_OVERTAKEN {
            // The list first, then whoever came to wait in this very step.
            let page = match is_list_over {
                true => work.waiting_newcomers(),
                false => {
                    let pool = &work.pool.pool;
                    self.registrations.registration_waiting(pool, after, READ_AT_ONCE).await?
                }
            };
            let is_last = is_list_over;
            is_list_over = is_list_over || (page.len() as u64) < READ_AT_ONCE;
            for next in page {
                after = Some(next.position);
                let next = work.present(next);
                let is_waiting = next.state == RegistrationState::Waiting;
                if !is_waiting || work.pool.seats.free() == 0 || given == MOST_AT_ONCE {
                    continue;
                }
                if next.content.seats > work.pool.seats.free() {
                    // Who can never have so many holds nobody up.
                    let may_have_them = next.content.seats <= work.pool.seats.capacity;
                    if may_have_them && !terms.smaller_may_overtake {
                        work.looked = Some(Looked { free: work.pool.seats.free(), is_over: true });
                        return Ok(());
                    }
                    overtaken += 1;
                    continue;
                }
                work.offer(next, activity, By::default(), now);
                given += 1;
            }
            if is_list_over && given < MOST_AT_ONCE {
                work.looked = Some(Looked { free: work.pool.seats.free(), is_over: false });
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }

    /// Of those who wait or are pending, the one that wants most seats; none where there is nobody.
    async fn largest_without_seat(
        &self,
        activity: &Activity,
        seats: &SeatPool,
    ) -> Result<Option<Registration>, DomainError> {
        if seats.seats.waiting + seats.seats.pending == 0 {
            return Ok(None);
        }
        let mut query = RegistrationQuery {
            activity: activity.id,
            session: Some(seats.pool.session.clone()),
            owners: vec![activity.organiser.clone()],
            states: vec![RegistrationState::Waiting, RegistrationState::Pending],
            is_twice: false,
            after: None,
            limit: MOST_AT_ONCE as u64,
        };
        let mut largest: Option<Registration> = None;
        loop {
            let page = self.registrations.registration_list(&query).await?;
            let is_last = (page.len() as u64) < query.limit;
            query.after = page.last().map(|last| (last.position, last.id));
            let seats_of = |one: &Registration| one.content.seats;
            largest = largest.into_iter().chain(page).max_by_key(seats_of);
            if is_last {
                return Ok(largest);
            }
        }
    }
}

impl SeatWork {
    fn new(pool: SeatPool) -> Self {
        Self { pool, changed: Vec::new(), told: Vec::new(), looked: None }
    }

    /// The registration as it is in this step.
    #[must_use]
    pub fn present(&self, stored: Registration) -> Registration {
        let changed = self.changed.iter().find(|one| one.id == stored.id);
        changed.cloned().unwrap_or(stored)
    }

    fn waiting_newcomers(&self) -> Vec<Registration> {
        let is_new = |one: &&Registration| one.revision == 1 && one.state == RegistrationState::Waiting;
        self.changed.iter().filter(is_new).cloned().collect()
    }

    /// When the last meeting began that these seats are for; none while it is to come. From then on nobody gets one any more.
    #[must_use]
    pub fn began(&self, activity: &Activity, now: Timestamp) -> Option<Timestamp> {
        activity.last_begins_for(&self.pool.pool).filter(|begins| *begins <= now)
    }

    /// Gives it its seats: for good, or as an offer where the activity asks first, which holds until the last meeting begins at most.
    pub fn offer(
        &mut self,
        registration: Registration,
        activity: &Activity,
        by: By<'_>,
        now: Timestamp,
    ) -> Registration {
        let terms = activity.content.registration.as_ref();
        let last = activity.last_begins_for(&self.pool.pool);
        let until = terms.and_then(|terms| terms.offer_until(now));
        let until = until.map(|until| last.map_or(until, |last| until.min(last)));
        let state = match until {
            Some(_) => RegistrationState::Offered,
            None => RegistrationState::Confirmed,
        };
        let mut offered = self.step(registration, state, by, now);
        if let Some(until) = until {
            offered.offer_until = Some(until);
            self.put(offered.clone());
        }
        offered
    }

    /// Takes a new registration in, at the end of the order.
    pub fn enter(
        &mut self,
        mut registration: Registration,
        state: RegistrationState,
        by: By<'_>,
        now: Timestamp,
    ) -> Registration {
        registration.position = self.pool.next_position;
        registration.revision = 0;
        self.pool.next_position += 1;
        self.step(registration, state, by, now)
    }

    /// Brings a registration into another state, and counts its seats there.
    pub fn step(
        &mut self,
        mut registration: Registration,
        state: RegistrationState,
        by: By<'_>,
        now: Timestamp,
    ) -> Registration {
        let seats = registration.content.seats;
        let previous = (!registration.steps.is_empty()).then_some(registration.state);
        if previous == Some(RegistrationState::Waiting) {
            // Those behind may come before what they waited for.
            self.looked = None;
        }
        if let Some(counted) = previous.and_then(|previous| self.pool.seats.of(previous)) {
            *counted = counted.saturating_sub(seats);
        }
        if let Some(counted) = self.pool.seats.of(state) {
            *counted = counted.saturating_add(seats);
        }
        let confirmed = i64::from(state == RegistrationState::Confirmed)
            - i64::from(previous == Some(RegistrationState::Confirmed));
        if confirmed != 0 {
            let content = &registration.content;
            self.pool.count_confirmed(&content.country, content.audience, confirmed * i64::from(seats));
        }
        registration.state = state;
        registration.offer_until = None;
        registration.update_time = now;
        registration.steps.push(Step {
            state,
            time: now,
            by: by.authority.cloned(),
            note: by.note.to_owned(),
        });
        self.told.push(RegistrationChange {
            registration: registration.id,
            previous,
            state,
            seats,
            position: registration.position,
            by: by.authority.cloned(),
            reason: if by.is_promotion { by.note.to_owned() } else { String::new() },
        });
        self.put(registration)
    }

    /// Whether any registration became another one.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Keeps it as it is now, in one revision more than it is stored in.
    pub fn put(&mut self, mut registration: Registration) -> Registration {
        match self.changed.iter_mut().find(|one| one.id == registration.id) {
            Some(known) => {
                registration.revision = known.revision;
                *known = registration.clone();
            }
            None => {
                registration.revision += 1;
                self.changed.push(registration.clone());
            }
        }
        registration
    }

    /// Tells of what changed since it was told last, with the seats as they are now.
    pub fn tell(&mut self, rules: &Rules, activity: &Activity, now: Timestamp) -> DomainEvent {
        let counts = RegistrationCounts {
            pool: self.pool.pool.clone(),
            status: activity.content.status,
            arrangement: activity.content.arrangement.clone(),
            seats: self.pool.seats,
            confirmed: self.pool.confirmed.clone(),
            changes: std::mem::take(&mut self.told),
        };
        DomainEvent {
            arrangement: counts.arrangement.clone(),
            kind: EventKind::RegistrationsCounted(Box::new(counts)),
            time: now,
            readers: rules.counting_readers(activity, now),
        }
    }

    /// What is written: the seats, and every registration that changed.
    ///
    /// # Errors
    /// `Fault` if something cannot be written as a document.
    pub fn write(mut self, changes: &mut ChangeSet) -> Result<(), DomainError> {
        self.pool.revision += 1;
        changes.put_seats(&self.pool)?;
        for registration in &self.changed {
            changes.put_registration(registration);
        }
        Ok(())
    }

    /// What is written, and told in one event.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn finish(
        mut self,
        rules: &Rules,
        activity: &Activity,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let event = self.tell(rules, activity, now);
        self.write(changes)?;
        changes.tell(event);
        Ok(())
    }
}

/// The seats of an activity that is over: nobody gets one any more.
///
/// # Errors
/// Those of the store.
pub async fn closed_pools(
    records: &dyn RecordReader<RecordQuery>,
    activity: &Activity,
) -> Result<Vec<SeatPool>, DomainError> {
    let mut closed = Vec::new();
    if !activity.was_published {
        return Ok(closed);
    }
    for (pool, _) in activity.pools() {
        let found: Option<SeatPool> = record(records, &pool.record_name()).await?;
        if let Some(found) = found {
            closed.push(SeatPool { is_closed: true, revision: found.revision + 1, ..found });
        }
    }
    Ok(closed)
}

/// What becomes of the seats when an announced activity gets other terms or sessions: more seats go to those who wait. Gives
/// what is wrong: fewer seats than are taken.
///
/// # Errors
/// Those of the store.
pub async fn resized_pools(
    seating: Seating<'_>,
    before: &Activity,
    after: &Activity,
    now: Timestamp,
    changes: &mut ChangeSet,
) -> Result<Vec<Violation>, DomainError> {
    let (old, new) = (before.pools(), after.pools());
    let mut found = Vec::new();
    let field_of = |pool: &Pool| match &pool.session {
        None => "registration.capacity".to_owned(),
        Some(id) => {
            let place = after.content.sessions.iter().position(|session| &session.id == id);
            place.map_or_else(|| "sessions".to_owned(), |index| format!("sessions[{index}].capacity"))
        }
    };
    for (pool, _) in old.iter().filter(|(pool, _)| !new.iter().any(|(known, _)| known == pool)) {
        let stored: Option<SeatPool> = record(seating.records, &pool.record_name()).await?;
        let Some(stored) = stored else { continue };
        let seats = stored.seats;
        if seats.taken() + seats.waiting + seats.pending > 0 {
            let wanted = format!("{} has registrations that go on: its seats stay", pool.name());
            found.push(Violation::new(field_of(pool), wanted));
        }
        changes.put_seats(&SeatPool { is_closed: true, revision: stored.revision + 1, ..stored })?;
    }
    let keep_until = after.keep_until(seating.rules.limits.retention_days);
    for (pool, capacity) in new {
        let stored: Option<SeatPool> = record(seating.records, &pool.record_name()).await?;
        let Some(stored) = stored else {
            changes.put_seats(&SeatPool::new(pool, after.organiser.clone(), capacity, keep_until))?;
            continue;
        };
        let taken = stored.seats.taken();
        if capacity < taken {
            let wanted = format!("wants at least the {taken} that are confirmed or offered; got {capacity}");
            found.push(Violation::new(field_of(&pool), wanted));
            continue;
        }
        if capacity < stored.seats.capacity
            && let Some(group) = seating.largest_without_seat(after, &stored).await?
            && group.content.seats > capacity
        {
            let (name, seats) = (group.name(), group.content.seats);
            let wanted = format!("wants at least the {seats} seats that {name} is to have; got {capacity}");
            found.push(Violation::new(field_of(&pool), wanted));
            continue;
        }
        let is_open = !stored.is_closed && !stored.is_erased;
        let is_same = stored.seats.capacity == capacity && is_open && stored.keep_until == keep_until;
        let mut work = SeatWork::new(stored);
        (work.pool.seats.capacity, work.pool.is_closed) = (capacity, false);
        // Whoever registers for it from now on is to be erased in its time as well.
        (work.pool.keep_until, work.pool.is_erased) = (keep_until, false);
        seating.fill(&mut work, after, now).await?;
        if !is_same || work.has_changes() {
            work.finish(seating.rules, after, now, changes)?;
        }
    }
    Ok(found)
}
