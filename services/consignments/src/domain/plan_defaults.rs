//! The plan of a day for which nobody set one: that of the configuration, and of the last day that is over.

use jiff::{Timestamp, civil::Date};

use super::{
    DomainError, Rules,
    local_day::{is_over, today},
    model::{Plan, PlanUse},
    pilot::EntryPoint,
    ports::PlanReader,
};

/// The plan of a day: the stored one, or that of the configuration, not stored yet (revision 0), whose draws are to
/// have the seed `seed`. As many arrivals are expected as came on the day of the plan `before`, where any did; of a stored one while
/// that [is to be found out](is_forecast).
///
/// `seed` is 32 octets of chance, from [`super::chance::seed`].
#[must_use]
pub fn plan_for(
    rules: &Rules,
    stored: Option<Plan>,
    entry_point: &EntryPoint,
    date: Date,
    before: Option<&Plan>,
    seed: [u8; 32],
    now: Timestamp,
) -> Plan {
    let expected_arrivals = expected_arrivals(entry_point, before);
    if let Some(stored) = stored {
        return match is_forecast(&stored, entry_point, now) {
            true => Plan { expected_arrivals, ..stored },
            false => stored,
        };
    }
    Plan {
        entry_point: entry_point.id.clone(),
        date,
        capacity: entry_point.capacity,
        random_floor: rules.pilot.decision.random_floor,
        expected_arrivals,
        seed,
        setting: 0,
        update_time: now,
        used: PlanUse::default(),
        revision: 0,
    }
}

/// Whether the days before a stored plan's tell how many are expected on its day: nobody has set it, and the day is not over. Whoever was
/// announced first says nothing of it, and each day that ends may say it better, the last one when the plan's begins.
#[must_use]
pub fn is_forecast(plan: &Plan, entry_point: &EntryPoint, now: Timestamp) -> bool {
    plan.setting == 0 && !is_over(entry_point, plan.date, now)
}

/// The plan of the day that tells what another will bring: the day before it, or, while that is not over, the last one that is
/// and has a plan. A day that has just begun, or is to come, tells nothing: whoever comes first would be all that is expected.
///
/// # Errors
/// Those of the store.
pub async fn plan_before(
    plans: &dyn PlanReader,
    entry_point: &EntryPoint,
    date: Date,
    now: Timestamp,
) -> Result<Option<Plan>, DomainError> {
    let today = today(entry_point, now);
    match date.yesterday() {
        Ok(yesterday) if yesterday < today => plans.plan_get(&entry_point.id, yesterday).await,
        Ok(_) => Ok(plans.plan_list(&entry_point.id, Some(today), 1).await?.pop()),
        Err(_) => Ok(None),
    }
}

/// How many consignments a day is expected to bring of which nobody said: as many as came on the day of the plan `before`, where
/// any did.
#[must_use]
pub fn expected_arrivals(entry_point: &EntryPoint, before: Option<&Plan>) -> u64 {
    let came = before.map(|plan| plan.used.came()).filter(|arrivals| *arrivals > 0);
    came.unwrap_or(entry_point.arrivals)
}
