//! When suspended goods have to be decided, at Rotterdam, over two years: against days counted by hand.

use jiff::{SignedDuration, Timestamp, civil::Date, civil::date};

use crate::memory::rules;

/// The days on which no statutory time limit ends in the Netherlands [Algemene termijnenwet, Article 3], as they are on the wall: 5 May among
/// them every year, whoever has it off. Those that fall on a weekend are left out.
const HOLIDAYS: [Date; 16] = [
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 4, 27),
    date(2026, 5, 5),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 12, 25),
    date(2027, 1, 1),
    date(2027, 3, 26),
    date(2027, 3, 29),
    date(2027, 4, 27),
    date(2027, 5, 5),
    date(2027, 5, 6),
    date(2027, 5, 17),
    // New Year's Day of 2028 is a Saturday; the last days of 2027 have none.
    date(2028, 1, 1),
];

/// From which instants on the clocks of Rotterdam are so many hours before UTC.
const SUMMER: [(&str, &str); 2] =
    [("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"), ("2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z")];

fn hours_ahead(time: Timestamp) -> i64 {
    let is_summer =
        |(start, end): &(&str, &str)| (start.parse().unwrap()..end.parse().unwrap()).contains(&time);
    if SUMMER.iter().any(is_summer) { 2 } else { 1 }
}

/// Monday 5 January 2026 is a known Monday: days are counted from it.
fn is_worked(day: Date) -> bool {
    let number = day.since(date(2026, 1, 5)).unwrap().get_days().rem_euclid(7);
    number < 5 && !HOLIDAYS.contains(&day)
}

/// Article 27 of Regulation (EU) 2019/1020: four working days; that of the suspension does not count, and the last one counts whole
/// [Regulation (EEC, Euratom) No 1182/71, Article 3].
fn due(suspended: Timestamp) -> Timestamp {
    let local = suspended + SignedDuration::from_hours(hours_ahead(suspended));
    let mut day = local.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut counted = 0;
    while counted < 4 {
        day = day.tomorrow().unwrap();
        counted += i32::from(is_worked(day));
    }
    let midnight = day.tomorrow().unwrap().to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    // The clocks change at night on Sundays, hours after the midnight that ends a working day.
    midnight - SignedDuration::from_hours(hours_ahead(midnight - SignedDuration::from_hours(3)))
}

#[test]
fn suspended_goods_are_due_when_four_days_were_worked_in_every_hour_of_two_years() {
    let rules = rules();
    let rotterdam = &rules.pilot.entry_points[&"NLRTM".parse().unwrap()];
    let rule = rules.pilot.suspension_rule(rotterdam);
    let first: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut over_liberation_day = 0;
    for hour in 0..2 * 365 * 24 {
        let suspended = first + SignedDuration::from_hours(hour) + SignedDuration::from_mins(37);
        let told = rule.due(suspended, &rules.calendars).unwrap();
        assert_eq!(told.due, due(suspended), "suspended at {suspended}");
        over_liberation_day += i32::from(told.explanation.to_string().contains("Liberation Day"));
    }
    assert!(over_liberation_day > 100, "5 May is skipped, and told so: {over_liberation_day}");
}
