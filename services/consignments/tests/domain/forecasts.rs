//! How many goods a day is expected to bring of which nobody said, and when nothing of it is left.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use seamless_consignments::domain::{
    DomainError,
    model::{Plan, PlanUse},
    plan_defaults::{expected_arrivals, plan_before, plan_for},
    ports::PlanReader,
};
use seamless_identifiers::Unlocode;

use crate::{day::plan, memory::rules};

/// Plans by their days.
struct Plans(BTreeMap<Date, Plan>);

#[async_trait]
impl PlanReader for Plans {
    async fn plan_get(&self, _: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError> {
        Ok(self.0.get(&date).cloned())
    }

    async fn plan_list(
        &self,
        _: &Unlocode,
        before: Option<Date>,
        limit: u64,
    ) -> Result<Vec<Plan>, DomainError> {
        let before = self.0.iter().rev().filter(|(date, _)| before.is_none_or(|before| **date < before));
        Ok(before.take(usize::try_from(limit).unwrap()).map(|(_, plan)| plan.clone()).collect())
    }
}

/// A day on which so many came.
fn day(date: &str, arrivals: u64) -> (Date, Plan) {
    let date: Date = date.parse().unwrap();
    (date, Plan { date, used: PlanUse { arrivals, ..PlanUse::default() }, ..plan(4, 0.5, 10, 1) })
}

#[tokio::test]
async fn a_day_is_expected_to_be_as_one_that_is_over() {
    let rules = rules();
    let entry_point = &rules.pilot.entry_points[&"NLRTM".parse().unwrap()];
    let plans = Plans(
        [day("2026-11-06", 900), day("2026-11-09", 3), day("2026-11-10", 1), day("2026-11-11", 2)].into(),
    );
    // Early on the ninth at Rotterdam, while it is the eighth in Greenwich.
    let now: Timestamp = "2026-11-08T23:30:00Z".parse().unwrap();
    for (date, expected) in [
        ("2026-11-07", 900),
        // The day before had no plan.
        ("2026-11-09", entry_point.arrivals),
        // The day before is not over, whatever was announced for it.
        ("2026-11-10", 900),
        ("2026-11-11", 900),
        ("2026-11-12", 900),
    ] {
        let before = plan_before(&plans, entry_point, date.parse().unwrap(), now).await.unwrap();
        assert_eq!(expected_arrivals(entry_point, before.as_ref()), expected, "{date}");
    }
}

/// Whoever is announced first does not say for ever how many will come: each day that ends may say it better, until the day is over or
/// somebody says it.
#[test]
fn a_forecast_is_made_anew_until_the_day_is_over() {
    let rules = rules();
    let entry_point = &rules.pilot.entry_points[&"NLRTM".parse().unwrap()];
    let (date, before) = day("2026-11-09", 0);
    let before = Plan { used: PlanUse { arrivals: 700, ..before.used }, ..before };
    for (now, setting, expected) in [
        ("2026-11-07T12:00:00Z", 0, 700),
        ("2026-11-09T22:59:00Z", 0, 700),
        ("2026-11-09T22:59:00Z", 1, 10),
        // It is the tenth at Rotterdam.
        ("2026-11-09T23:01:00Z", 0, 10),
    ] {
        let stored = Plan { date, setting, ..plan(4, 0.5, 10, 1) };
        let now = now.parse().unwrap();
        let told = plan_for(&rules, Some(stored.clone()), entry_point, date, Some(&before), [0; 32], now);
        assert_eq!(told, Plan { expected_arrivals: expected, ..stored }, "{now}");
    }
}

/// Whoever is drawn under a later day is none of that day's, and is counted where he came.
#[test]
fn goods_are_expected_on_the_day_on_which_they_come() {
    let mut spent = plan(2, 0.5, 5, 1);
    spent.used = PlanUse { arrivals: 5, random: 1, targeted: 0, mandatory: 0, ..PlanUse::default() };
    assert!(spent.is_spent() && spent.expected_to_come() <= 1.0, "whatever is left for what is certain");
    for (arrivals, random) in [(4, 1), (5, 0)] {
        let mut left = spent.clone();
        (left.used.arrivals, left.used.random) = (arrivals, random);
        assert!(!left.is_spent(), "{:?}", left.used);
        assert!(left.may_be_spent(1), "by the next");
        // Where goods of days before had their part, those of the day do not lose theirs.
        left.used.carried_in = 1;
        assert_eq!(left.is_spent(), random == 1);
    }
    let lent = [0, 1, 2, 3, 7].map(|random| {
        let mut lends = plan(14, 0.5, 100, 1);
        lends.used.random = random;
        lends.random_to_lend()
    });
    assert_eq!(lent, [4, 3, 2, 1, 0], "of seven three are kept");
    spent.used.carried_on = 3;
    assert_eq!(spent.used.came(), 8);
    let mut later = plan(9, 0.5, 100, 1);
    later.used = PlanUse { arrivals: 13, carried_in: 3, ..PlanUse::default() };
    assert_eq!((later.used.came(), later.expected_to_come()), (10, 90.0));
    later.used.carried_on = 2;
    assert_eq!((later.used.came(), later.expected_to_come()), (12, 88.0));
    let stored: PlanUse =
        serde_json::from_str(r#"{"arrivals":7,"random":1,"targeted":2,"mandatory":3}"#).unwrap();
    assert_eq!((stored.came(), stored.carried_in), (7, 0), "as plans were stored before");
}
