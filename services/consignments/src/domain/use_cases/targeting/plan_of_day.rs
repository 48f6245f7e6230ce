//! The plan of one day at an entry point of the caller's.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;

use crate::domain::{
    Caller, DomainError, Rules,
    model::Plan,
    plan_defaults::{is_forecast, plan_before, plan_for},
    ports::PlanReader,
};

/// Plans are shown to who examines at the entry point, and to its contact point.
pub struct PlanOfDay<'a> {
    pub rules: &'a Rules,
    pub plans: &'a dyn PlanReader,
}

impl PlanOfDay<'_> {
    /// The plan, as it is stored or as the configuration has it. `seed` is for the draws of a day that has no plan yet.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        entry_point: &Unlocode,
        date: Date,
        seed: [u8; 32],
        now: Timestamp,
    ) -> Result<Plan, DomainError> {
        let entry_point = self.rules.own_entry_point(caller, entry_point)?;
        let stored = self.plans.plan_get(&entry_point.id, date).await?;
        let before = match &stored {
            Some(stored) if !is_forecast(stored, entry_point, now) => None,
            Some(_) | None => plan_before(self.plans, entry_point, date, now).await?,
        };
        Ok(plan_for(self.rules, stored, entry_point, date, before.as_ref(), seed, now))
    }
}
