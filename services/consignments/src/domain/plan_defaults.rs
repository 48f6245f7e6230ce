//! The plan of a day for which nobody set one: that of the configuration, and of the day before.

use jiff::{Timestamp, civil::Date};

use super::{
    Rules,
    model::{Plan, PlanUse},
    pilot::EntryPoint,
};

/// The plan of a day: the stored one, or that of the configuration, not stored yet (revision 0), whose draws are to
/// have the seed `seed`. As many arrivals are expected as came on the day before, where any did.
///
/// `seed` is 32 octets of chance, from [`super::chance::seed`].
#[must_use]
pub fn plan_for(
    rules: &Rules,
    stored: Option<Plan>,
    entry_point: &EntryPoint,
    date: Date,
    yesterday: Option<&Plan>,
    seed: [u8; 32],
    now: Timestamp,
) -> Plan {
    stored.unwrap_or_else(|| Plan {
        entry_point: entry_point.id.clone(),
        date,
        capacity: entry_point.capacity,
        random_floor: rules.pilot.decision.random_floor,
        expected_arrivals: expected_arrivals(entry_point, yesterday),
        seed,
        setting: 0,
        update_time: now,
        used: PlanUse::default(),
        revision: 0,
    })
}

/// How many consignments a day is expected to bring of which nobody said: as many as the day before, where any came.
#[must_use]
pub fn expected_arrivals(entry_point: &EntryPoint, yesterday: Option<&Plan>) -> u64 {
    let came = yesterday.map(|plan| plan.used.arrivals).filter(|arrivals| *arrivals > 0);
    came.unwrap_or(entry_point.arrivals)
}
