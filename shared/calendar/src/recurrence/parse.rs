//! Reads a rule from its text.
//!
//! Invariant: a rule is taken only if it can be followed; everything that is wrong with it is told at once, with what is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;

use super::rule::{ByDay, Frequency, InvalidRule, Rule, RuleEnd, RuleProblem, Until, WEEKDAYS};

/// Bytes of a rule; one with every value of every part that makes sense is shorter.
const LONGEST: usize = 2_000;
/// Times in a day that BYHOUR, BYMINUTE and BYSECOND may give together: a quarter of an hour apart.
const MOST_TIMES_A_DAY: usize = 96;
const PARTS: [&str; 14] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
    "WKST",
];

/// What was found wrong so far.
#[derive(Default)]
struct Problems(Vec<RuleProblem>);

impl Problems {
    fn add(&mut self, part: &str, problem: impl Into<String>) {
        self.0.push(RuleProblem { part: part.to_owned(), problem: problem.into() });
    }

    /// The value, or what is wanted instead.
    fn want<T>(&mut self, value: Option<T>, part: &str, wanted: &str, given: &str) -> Option<T> {
        if value.is_none() {
            self.add(part, format!("wants {wanted}, got {:?}", shortened(given)));
        }
        value
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

impl FromStr for Rule {
    type Err = InvalidRule;

    /// Reads a rule, such as `FREQ=MONTHLY;BYDAY=1TU;COUNT=6`, without the `RRULE:` before it.
    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let mut problems = Problems::default();
        if text.len() > LONGEST {
            problems.add("RRULE", format!("has {} bytes, at most {LONGEST} are read", text.len()));
            return Err(InvalidRule(problems.0));
        }
        let given = parts(text, &mut problems);
        let rule = rule_of(&given, &mut problems);
        match rule {
            Some(rule) if problems.0.is_empty() => Ok(rule),
            _ => Err(InvalidRule(problems.0)),
        }
    }
}

/// The values by their part.
fn parts<'a>(text: &'a str, problems: &mut Problems) -> BTreeMap<&'static str, &'a str> {
    let mut given = BTreeMap::new();
    for part in text.split(';') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let Some(known) = PARTS.into_iter().find(|known| known.eq_ignore_ascii_case(name.trim())) else {
            problems.add(
                "RRULE",
                format!("no rule has the part {:?}, there are {}", shortened(name), PARTS.join(", ")),
            );
            continue;
        };
        if given.insert(known, value.trim()).is_some() {
            problems.add(known, "stands there twice");
        }
    }
    given
}

fn rule_of(given: &BTreeMap<&'static str, &str>, problems: &mut Problems) -> Option<Rule> {
    let get = |part: &str| given.get(part).copied();
    let frequency = match get("FREQ") {
        None => {
            problems.add("FREQ", "is missing; it is one of DAILY, WEEKLY, MONTHLY, YEARLY");
            None
        }
        Some(text) => {
            let found = Frequency::ALL.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
            let wanted = "DAILY, WEEKLY, MONTHLY or YEARLY (several times in a day by BYHOUR)";
            problems.want(found.map(|(_, frequency)| frequency), "FREQ", wanted, text)
        }
    };
    let mut positive = |part: &str| -> Option<u32> {
        let text = get(part)?;
        let number = text.parse().ok().filter(|number: &u32| *number > 0 && text.as_bytes()[0] != b'+');
        problems.want(number, part, "a whole number from 1", text)
    };
    let interval = positive("INTERVAL").unwrap_or(1);
    let count = positive("COUNT").map(RuleEnd::Count);
    let until = get("UNTIL").and_then(|text| {
        let wanted = "20261231T230000Z, an instant, 20261231T235959, a local time, or 20261231, a whole day";
        problems.want(until(text), "UNTIL", wanted, text).map(RuleEnd::Until)
    });
    if given.contains_key("COUNT") && given.contains_key("UNTIL") {
        problems.add("UNTIL", "stands beside COUNT; one of them ends a rule");
    }
    let mut numbers = |part: &'static str, from: i16, to: i16, from_end: bool| -> BTreeSet<i16> {
        let Some(text) = get(part) else { return BTreeSet::new() };
        let mut found = BTreeSet::new();
        for each in text.split(',') {
            let number = whole_number(each).filter(|number| {
                (from..=to).contains(number) || (from_end && (from..=to).contains(&-number))
            });
            let wanted = match from_end {
                true => {
                    format!("numbers from {from} to {to}, or from -{to} to -{from}, counted from the end")
                }
                false => format!("numbers from {from} to {to}"),
            };
            found.extend(problems.want(number, part, &wanted, each));
        }
        found
    };
    let months = numbers("BYMONTH", 1, 12, false);
    let weeks = numbers("BYWEEKNO", 1, 53, true);
    let year_days = numbers("BYYEARDAY", 1, 366, true);
    let month_days = numbers("BYMONTHDAY", 1, 31, true);
    let hours = numbers("BYHOUR", 0, 23, false);
    let minutes = numbers("BYMINUTE", 0, 59, false);
    let seconds = numbers("BYSECOND", 0, 59, false);
    let positions = numbers("BYSETPOS", 1, 366, true);
    let days = days(get("BYDAY"), problems);
    let week_start = get("WKST").map_or(Some(Weekday::Monday), |text| {
        problems.want(weekday(text), "WKST", "a weekday: MO, TU, WE, TH, FR, SA or SU", text)
    });
    let rule = Rule {
        frequency: frequency?,
        interval,
        end: count.or(until),
        months,
        weeks,
        year_days,
        month_days,
        days,
        hours,
        minutes,
        seconds,
        positions,
        week_start: week_start?,
    };
    check(&rule, problems);
    Some(rule)
}

/// What the parts may not say together [RFC 5545, 3.3.10].
fn check(rule: &Rule, problems: &mut Problems) {
    let (frequency, yearly) = (rule.frequency, rule.frequency == Frequency::Yearly);
    if !rule.weeks.is_empty() && !yearly {
        problems.add("BYWEEKNO", format!("goes with FREQ=YEARLY, not with {frequency}"));
    }
    if !rule.year_days.is_empty() && !yearly {
        problems.add("BYYEARDAY", format!("goes with FREQ=YEARLY, not with {frequency}"));
    }
    if !rule.month_days.is_empty() && frequency == Frequency::Weekly {
        problems.add("BYMONTHDAY", "does not go with FREQ=WEEKLY");
    }
    if rule.days.iter().any(|day| day.place != 0) {
        if matches!(frequency, Frequency::Daily | Frequency::Weekly) {
            problems.add("BYDAY", format!("a place, as in 1MO, does not go with FREQ={frequency}"));
        } else if !rule.weeks.is_empty() {
            problems.add("BYDAY", "a place, as in 1MO, does not go with BYWEEKNO");
        }
    }
    let by_others = [
        &rule.months,
        &rule.weeks,
        &rule.year_days,
        &rule.month_days,
        &rule.hours,
        &rule.minutes,
        &rule.seconds,
    ];
    if !rule.positions.is_empty() && rule.days.is_empty() && by_others.iter().all(|part| part.is_empty()) {
        problems.add("BYSETPOS", "wants another BY part to choose from");
    }
    let times: usize =
        [&rule.hours, &rule.minutes, &rule.seconds].iter().map(|part| part.len().max(1)).product();
    if times > MOST_TIMES_A_DAY {
        let problem = format!(
            "gives {times} times a day with BYMINUTE and BYSECOND, at most {MOST_TIMES_A_DAY} are wanted"
        );
        problems.add("BYHOUR", problem);
    }
}

/// Digits with a sign or without; what the standard library reads beside that (`+5` alone is a rule's too) is the same.
fn whole_number(text: &str) -> Option<i16> {
    text.trim().parse().ok()
}

fn days(text: Option<&str>, problems: &mut Problems) -> BTreeSet<ByDay> {
    let mut found = BTreeSet::new();
    for each in text.into_iter().flat_map(|text| text.split(',')).map(str::trim) {
        let day =
            each.len().checked_sub(2).and_then(|at| each.split_at_checked(at)).and_then(|(place, day)| {
                let place =
                    if place.is_empty() { Some(0) } else { whole_number(place).filter(|place| *place != 0) };
                Some(ByDay::new(place.filter(|place| (-53..=53).contains(place))?, weekday(day)?))
            });
        let wanted = "weekdays: MO, TU, WE, TH, FR, SA, SU, with a place from 1 to 53 or -53 to -1 before it, as in -1FR";
        found.extend(problems.want(day, "BYDAY", wanted, each));
    }
    found
}

fn weekday(text: &str) -> Option<Weekday> {
    let found = WEEKDAYS.iter().position(|name| name.eq_ignore_ascii_case(text))?;
    Weekday::from_monday_zero_offset(i8::try_from(found).ok()?).ok()
}

fn until(text: &str) -> Option<Until> {
    if !text.is_ascii() {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (day, time) = text.split_at_checked(8)?;
    if !digits(day) {
        return None;
    }
    let date = Date::new(day[..4].parse().ok()?, day[4..6].parse().ok()?, day[6..].parse().ok()?).ok()?;
    if time.is_empty() {
        return Some(Until::Day(date));
    }
    let (time, is_instant) = time.strip_suffix(['Z', 'z']).map_or((time, false), |time| (time, true));
    let time = time.strip_prefix(['T', 't']).filter(|time| time.len() == 6 && digits(time))?;
    let part = |from: usize| time[from..from + 2].parse().ok();
    let local: DateTime = date.to_datetime(jiff::civil::Time::new(part(0)?, part(2)?, part(4)?, 0).ok()?);
    match is_instant {
        true => Some(Until::Instant(utc(local)?)),
        false => Some(Until::Local(local)),
    }
}

fn utc(local: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(local).ok()
}
