//! What is known of an activity while people are registered for it: read once for all of them.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use seamless_decision::Refused;

use crate::domain::{
    ChangeSet, DomainError,
    model::{Activity, Pool, Registration, RegistrationContent, SessionId},
    seating::{SeatWork, Seating},
};

/// Whom somebody wants to register, and for what.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// None for the activity itself.
    pub session: Option<SessionId>,
    pub content: RegistrationContent,
}

/// An activity, and what those who were registered so far came to.
pub struct Intake {
    pub(super) activity: Activity,
    pub(super) now: Timestamp,
    /// Those of the seats that somebody wants, or that one must have first.
    pub(super) pools: Vec<PoolIntake>,
}

/// Seats for which people are registered.
pub(super) struct PoolIntake {
    pub pool: Pool,
    pub work: SeatWork,
    /// Those who go on under the addresses that are asked for, by these.
    pub known: HashMap<String, Vec<Registration>>,
}

impl Wanted {
    /// The seats that are wanted.
    pub(super) fn pool(&self, activity: &Activity) -> Pool {
        Pool { session: self.session.clone(), ..activity.pool() }
    }
}

impl Intake {
    /// Reads seats, and who is registered under the addresses. The seats first: whoever comes under one of these addresses
    /// later, takes seats, and so makes the commit fail.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn read(
        seating: Seating<'_>,
        activity: Activity,
        wanted: &[&Wanted],
        now: Timestamp,
    ) -> Result<Self, DomainError> {
        let mut pools = Vec::new();
        for (pool, _) in activity.pools() {
            // Who wants a seat in a session must have one of the activity.
            let asked = wanted.iter().filter(|one| pool.session.is_none() || one.session == pool.session);
            let addresses: BTreeSet<String> = asked.map(|one| one.content.address()).collect();
            if addresses.is_empty() {
                continue;
            }
            let work = match seating.of(&pool).await {
                Err(error) if error.is_denied() => continue,
                work => work?,
            };
            let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
            let mut known: HashMap<String, Vec<Registration>> = HashMap::new();
            for one in seating.registrations.registrations_by_address(&pool, &addresses).await? {
                known.entry(one.content.address()).or_default().push(one);
            }
            pools.push(PoolIntake { pool, work, known });
        }
        Ok(Self { activity, now, pools })
    }

    /// What is to be written of all who were registered; what is to be told was said of each.
    ///
    /// # Errors
    /// `Fault` if something cannot be written as a document.
    pub fn finish(self) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        // A seat in a session rests on one of the activity: whoever gives that one back meanwhile makes the commit fail.
        let is_of_session = |open: &PoolIntake| open.pool.session.is_some() && open.work.has_changes();
        let is_rested_on = self.pools.iter().any(is_of_session);
        for open in self.pools {
            if open.work.has_changes() || (is_rested_on && open.pool.session.is_none()) {
                open.work.write(&mut changes)?;
            }
        }
        Ok(changes)
    }
}

impl PoolIntake {
    /// Those who go on under an address, as they are in this step.
    pub fn under(&self, address: &str) -> impl Iterator<Item = Registration> {
        let known = self.known.get(address).into_iter().flatten();
        known.map(|one| self.work.present(one.clone()))
    }
}
