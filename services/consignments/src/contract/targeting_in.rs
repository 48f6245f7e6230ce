//! Names of entry points and plans, days, and settings, from the wire.

use jiff::civil::Date;
use seamless_api::violations::Violations;
use seamless_identifiers::Unlocode;
use seamless_proto::seamless::{consignments::v1 as wire, r#type::v1 as value};

use super::wrong_name;
use crate::domain::{DomainError, use_cases::PlanSetting};

/// The most examinations of a day.
const MOST_CAPACITY: u32 = 1_000_000;
/// The most arrivals of a day.
const MOST_ARRIVALS: u64 = 100_000_000;

/// The entry point in `entryPoints/{port}`.
///
/// # Errors
/// `Invalid`, with the form that is wanted.
pub fn entry_point_name(field: &str, name: &str) -> Result<Unlocode, DomainError> {
    let parsed = name.strip_prefix("entryPoints/").and_then(canonical_unlocode);
    parsed.ok_or_else(|| wrong_name(field, "entryPoints/{UN/LOCODE}", name))
}

/// Entry point and day in `entryPoints/{port}/plans/{date}`.
///
/// # Errors
/// `Invalid`, with the form that is wanted.
pub fn plan_name_in(field: &str, name: &str) -> Result<(Unlocode, Date), DomainError> {
    let parts = name.strip_prefix("entryPoints/").and_then(|rest| rest.split_once("/plans/"));
    let parsed = parts.and_then(|(port, day)| {
        let date: Date = day.parse().ok()?;
        (date.to_string() == day).then_some(())?;
        Some((canonical_unlocode(port)?, date))
    });
    parsed.ok_or_else(|| wrong_name(field, "entryPoints/{UN/LOCODE}/plans/{year-month-day}", name))
}

fn canonical_unlocode(text: &str) -> Option<Unlocode> {
    Unlocode::parse(text).ok().filter(|parsed| parsed.as_str() == text)
}

/// What a plan is to hold.
pub fn setting_in(found: &mut Violations, field: &str, plan: &wire::Plan) -> PlanSetting {
    let capacity = u32::try_from(plan.capacity).ok().filter(|capacity| *capacity <= MOST_CAPACITY);
    if capacity.is_none() {
        found.add(format!("{field}.capacity"), format!("wants 0 to {MOST_CAPACITY}; got {}", plan.capacity));
    }
    if let Some(floor) = plan.random_floor
        && !(0.01..=1.0).contains(&floor)
    {
        found.add(format!("{field}.random_floor"), format!("wants 0.01 to 1; got {floor}"));
    }
    let expected_arrivals = plan.expected_arrivals.and_then(|expected| {
        let fits = u64::try_from(expected).ok().filter(|count| (1..=MOST_ARRIVALS).contains(count));
        if fits.is_none() {
            let wanted = format!("wants 1 to {MOST_ARRIVALS}; got {expected}");
            found.add(format!("{field}.expected_arrivals"), wanted);
        }
        fits
    });
    PlanSetting { capacity: capacity.unwrap_or_default(), random_floor: plan.random_floor, expected_arrivals }
}

/// A whole day.
pub fn day_in(found: &mut Violations, field: &str, date: Option<value::CivilDate>) -> Option<Date> {
    let Some(date) = date else {
        found.add(field, "is required");
        return None;
    };
    let value::CivilDate { year, month, day } = date;
    let part = |number: i32| i8::try_from(number).unwrap_or_default();
    let parsed = Date::new(i16::try_from(year).unwrap_or_default(), part(month), part(day));
    let parsed = parsed.ok().filter(|date| date.year() > 0);
    if parsed.is_none() {
        found.add(field, format!("wants a day that exists; got {year:04}-{month:02}-{day:02}"));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_one_name() {
        let (port, date) = plan_name_in("name", "entryPoints/NLRTM/plans/2026-11-21").unwrap();
        assert_eq!(crate::domain::model::plan_name(&port, date), "entryPoints/NLRTM/plans/2026-11-21");
        for other in [
            "",
            "NLRTM",
            "entryPoints/NLRTM",
            "entryPoints/nlrtm/plans/2026-11-21",
            "entryPoints/NLRTM/plans/2026-11-31",
            "entryPoints/NLRTM/plans/20261121",
            "entryPoints/NLRTM/plans/2026-11-21T00:00:00",
            "entryPoints/NLRTM/plans/2026-11-21/",
        ] {
            assert!(plan_name_in("name", other).is_err(), "{other:?} is another name of a plan");
        }
    }
}
