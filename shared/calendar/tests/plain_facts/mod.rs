//! What the law says about days off, typed in a second time and without the library's help: own date arithmetic on day
//! numbers, Easter by Gauss's rule as amended by Meeus, the movable Mondays by counting, daylight saving by its rule.
//!
//! A day is a number, 0 for 1970-01-01; an instant is a number of seconds since that day began in UTC.

use std::collections::BTreeSet;

pub const SECONDS_A_DAY: i64 = 86_400;
pub const HOUR: i64 = 3_600;
pub const YEARS: std::ops::RangeInclusive<i64> = 2024..=2027;

const MON: i64 = 0;
const THU: i64 = 3;
const SAT: i64 = 5;
const SUN: i64 = 6;

pub fn day(year: i64, month: i64, of_month: i64) -> i64 {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let february = if leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: i64 = months.iter().take(usize::try_from(month - 1).unwrap()).sum();
    years + before + of_month - 1
}

pub fn year_of(day_number: i64) -> i64 {
    (1970..).find(|year| day(year + 1, 1, 1) > day_number).unwrap()
}

/// 0 is Monday; 1970-01-01 was a Thursday.
fn weekday(day: i64) -> i64 {
    (day + THU).rem_euclid(7)
}

fn easter(year: i64) -> i64 {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let moon =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15).rem_euclid(30);
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let sum = moon + sunday - 7 * late + 114;
    day(year, sum / 31, sum % 31 + 1)
}

/// The first `wanted` weekday on or after a date.
fn on_or_after(wanted: i64, from: i64) -> i64 {
    (from..from + 7).find(|day| weekday(*day) == wanted).unwrap()
}

/// Whether an office with this calendar works on a day of 2024 to 2027.
pub struct Office {
    off: BTreeSet<i64>,
    worked_weekends: BTreeSet<i64>,
}

impl Office {
    pub fn of(calendar: &str) -> Self {
        let mut office = Self { off: BTreeSet::new(), worked_weekends: BTreeSet::new() };
        for year in YEARS {
            match calendar {
                "BE" => office.off.extend(belgium(year)),
                "NL" => office.off.extend(netherlands(year)),
                "EU" => office.off.extend(institutions(year)),
                "US" => office.off.extend(united_states(year)),
                "CA" => office.off.extend(canada(year)),
                "CN" => office.off.extend(listed(year, china_off(year))),
                other => panic!("no facts about {other}"),
            }
            if calendar == "US" {
                // 1 January of the next year, if that is a Saturday, is kept in this one.
                office.off.extend((weekday(day(year + 1, 1, 1)) == SAT).then(|| day(year, 12, 31)));
            }
            if calendar == "CN" {
                office.worked_weekends.extend(listed(year, china_worked(year)));
            }
        }
        office
    }

    pub fn works(&self, day: i64) -> bool {
        if weekday(day) >= SAT { self.worked_weekends.contains(&day) } else { !self.off.contains(&day) }
    }
}

fn belgium(year: i64) -> Vec<i64> {
    let easter = easter(year);
    let fixed = [(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)];
    let movable = [easter + 1, easter + 39, easter + 50];
    fixed.iter().map(|(month, of_month)| day(year, *month, *of_month)).chain(movable).collect()
}

fn netherlands(year: i64) -> Vec<i64> {
    let easter = easter(year);
    let kings_day = day(year, 4, 27) - i64::from(weekday(day(year, 4, 27)) == SUN);
    let fixed = [(1, 1), (5, 5), (12, 25), (12, 26)];
    let movable = [easter - 2, easter + 1, easter + 39, easter + 50, kings_day];
    fixed.iter().map(|(month, of_month)| day(year, *month, *of_month)).chain(movable).collect()
}

fn institutions(year: i64) -> Vec<i64> {
    let easter = easter(year);
    let fixed = [(1, 1), (1, 2), (5, 1), (5, 9), (7, 21), (8, 15), (11, 1), (11, 2)];
    let movable = [easter - 3, easter - 2, easter + 1, easter + 39, easter + 40, easter + 50];
    let end_of_year = day(year, 12, 24)..=day(year, 12, 31);
    let fixed = fixed.iter().map(|(month, of_month)| day(year, *month, *of_month));
    fixed.chain(movable).chain(end_of_year).collect()
}

fn united_states(year: i64) -> Vec<i64> {
    let kept = |holiday: i64| match weekday(holiday) {
        SAT => holiday - 1,
        SUN => holiday + 1,
        _ => holiday,
    };
    let fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)];
    let movable = [
        on_or_after(MON, day(year, 1, 15)),
        on_or_after(MON, day(year, 2, 15)),
        on_or_after(MON, day(year, 5, 25)),
        on_or_after(MON, day(year, 9, 1)),
        on_or_after(MON, day(year, 10, 8)),
        on_or_after(THU, day(year, 11, 22)),
    ];
    fixed.iter().map(|(month, of_month)| kept(day(year, *month, *of_month))).chain(movable).collect()
}

/// A holiday on a day of rest moves to the next day that is neither a day of rest nor a holiday.
fn canada(year: i64) -> Vec<i64> {
    let easter = easter(year);
    let victoria_day = on_or_after(MON, day(year, 5, 18));
    let mut kept = vec![
        easter - 2,
        easter + 1,
        victoria_day,
        on_or_after(MON, day(year, 8, 1)),
        on_or_after(MON, day(year, 9, 1)),
        on_or_after(MON, day(year, 10, 8)),
    ];
    for (month, of_month) in [(1, 1), (7, 1), (9, 30), (11, 11), (12, 25), (12, 26)] {
        let mut holiday = day(year, month, of_month);
        while weekday(holiday) >= SAT || kept.contains(&holiday) {
            holiday += 1;
        }
        kept.push(holiday);
    }
    kept
}

/// Weekdays off by the State Council's notices; for 2027 the statutory days on weekdays only.
fn china_off(year: i64) -> &'static str {
    match year {
        2024 => {
            "0101 0212 0213 0214 0215 0216 0404 0405 0501 0502 0503 0610 0916 0917 1001 1002 1003 1004 1007"
        }
        2025 => "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007 1008",
        2026 => {
            "0101 0102 0216 0217 0218 0219 0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005 1006 1007"
        }
        _ => "0101 0205 0208 0405 0609 0915 1001",
    }
}

fn china_worked(year: i64) -> &'static str {
    match year {
        2024 => "0204 0218 0407 0428 0511 0914 0929 1012",
        2025 => "0126 0208 0427 0928 1011",
        2026 => "0104 0214 0228 0509 0920 1010",
        _ => "",
    }
}

fn listed(year: i64, days: &'static str) -> impl Iterator<Item = i64> {
    days.split_whitespace().map(move |text| {
        let number: i64 = text.parse().unwrap();
        day(year, number / 100, number % 100)
    })
}

/// How far a zone's clocks are ahead of UTC at an instant, in seconds.
pub fn ahead(zone: &str, instant: i64) -> i64 {
    let year = year_of(instant.div_euclid(SECONDS_A_DAY));
    let at = |day: i64, hour: i64| day * SECONDS_A_DAY + hour * HOUR;
    match zone {
        "Asia/Shanghai" => 8 * HOUR,
        // The last Sundays of March and October, at 01:00 UTC.
        "Europe/Brussels" | "Europe/Amsterdam" => {
            let (from, to) = (on_or_after(SUN, day(year, 3, 25)), on_or_after(SUN, day(year, 10, 25)));
            if (at(from, 1)..at(to, 1)).contains(&instant) { 2 * HOUR } else { HOUR }
        }
        // The second Sunday of March and the first of November, at 02:00 by the clocks that are about to change.
        "America/New_York" | "America/Toronto" => {
            let (from, to) = (on_or_after(SUN, day(year, 3, 8)), on_or_after(SUN, day(year, 11, 1)));
            if (at(from, 7)..at(to, 6)).contains(&instant) { -4 * HOUR } else { -5 * HOUR }
        }
        other => panic!("no facts about {other}"),
    }
}

/// The day that the clocks of a zone show at an instant.
pub fn local_day(zone: &str, instant: i64) -> i64 {
    (instant + ahead(zone, instant)).div_euclid(SECONDS_A_DAY)
}
