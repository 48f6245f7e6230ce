//! Sets what a day's plan is to hold, before the day or during it.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation, local_day,
    model::Plan,
    plan_defaults::{expected_arrivals, plan_before},
    ports::PlanReader,
    use_cases::{PlanOfDay, require_revision},
};

/// What a plan is to hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanSetting {
    /// Examinations, 0 to 1,000,000.
    pub capacity: u32,
    /// The share that is kept for the lot, 0.01 to 1; none for the configuration's.
    pub random_floor: Option<f64>,
    /// Consignments expected in the day, 1 to 100,000,000; none for as many as came on the last day that is over.
    pub expected_arrivals: Option<u64>,
}

/// Examinations that were given out are not taken back: a setting leaves room for them.
pub struct SetPlan<'a> {
    pub rules: &'a Rules,
    pub plans: &'a dyn PlanReader,
}

impl SetPlan<'_> {
    /// Sets the plan. `seed` is for the draws of a day that has no plan yet.
    ///
    /// # Errors
    /// `Denied`; `Invalid` for a day in the past and for less than is used; `EtagMismatch`; those of the store.
    #[allow(clippy::too_many_arguments, reason = "what a request says, with chance and time")]
    pub async fn execute(
        &self,
        caller: &Caller,
        entry_point: &Unlocode,
        date: Date,
        setting: PlanSetting,
        etag: Option<i64>,
        seed: [u8; 32],
        now: Timestamp,
    ) -> Result<Decision<Plan>, DomainError> {
        let known = self.rules.own_entry_point(caller, entry_point)?;
        let present = PlanOfDay { rules: self.rules, plans: self.plans };
        let present = present.execute(caller, entry_point, date, seed, now).await?;
        require_revision(etag, present.setting, || present.name())?;
        if local_day::is_over(known, date, now) {
            let today = local_day::today(known, now);
            return Err(DomainError::invalid("name", format!("wants a day from {today} on; got {date}")));
        }
        let expected = match setting.expected_arrivals {
            Some(expected) => expected,
            None => expected_arrivals(known, plan_before(self.plans, known, date, now).await?.as_ref()),
        };
        let plan = Plan {
            capacity: setting.capacity,
            random_floor: setting.random_floor.unwrap_or(self.rules.pilot.decision.random_floor),
            expected_arrivals: expected,
            setting: present.setting + 1,
            update_time: now,
            revision: present.revision + 1,
            ..present
        };
        let wrong = too_little(&plan);
        if !wrong.is_empty() {
            return Err(wrong.into());
        }
        let mut changes = ChangeSet::default();
        changes.plans.push(plan.clone());
        Ok(Decision { outcome: plan, changes })
    }
}

/// Where the parts of the plan do not hold what was given out of them.
fn too_little(plan: &Plan) -> Vec<Violation> {
    let used = plan.used;
    let by_harm = used.targeted.saturating_add(used.mandatory);
    let all = used.random.saturating_add(by_harm);
    let random = plan.random_capacity();
    let mut found = Vec::new();
    if plan.capacity < all {
        let description = format!("wants {all} or more, which are given out; got {}", plan.capacity);
        found.push(Violation::new("plan.capacity", description));
    } else if !plan.holds_its_use() {
        let description = format!(
            "would keep {random} of {} for the lot, while {} are drawn and {by_harm} given to other goods",
            plan.capacity, used.random
        );
        found.push(Violation::new("plan.random_floor", description));
    }
    found
}
