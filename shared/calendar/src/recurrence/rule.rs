//! A recurrence rule, as it is known once it was read.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use serde::{Deserialize, Serialize};

/// How often a meeting comes again: a rule of RFC 5545, 3.3.10. It is read from its text, and written as text.
///
/// ```
/// let rule: seamless_calendar::Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10".parse()?;
/// assert_eq!(rule.to_string(), "FREQ=WEEKLY;INTERVAL=2;COUNT=10;BYDAY=TU,TH");
/// # Ok::<(), seamless_calendar::InvalidRule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) end: Option<RuleEnd>,
    pub(super) months: BTreeSet<i16>,
    pub(super) weeks: BTreeSet<i16>,
    pub(super) year_days: BTreeSet<i16>,
    pub(super) month_days: BTreeSet<i16>,
    pub(super) days: BTreeSet<ByDay>,
    pub(super) hours: BTreeSet<i16>,
    pub(super) minutes: BTreeSet<i16>,
    pub(super) seconds: BTreeSet<i16>,
    pub(super) positions: BTreeSet<i16>,
    pub(super) week_start: Weekday,
}

/// How long the periods of a rule are. Meetings do not come again within a day but at the times that BYHOUR names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Days.
    Daily,
    /// Weeks.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

/// What ends a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleEnd {
    /// So many meetings, those left out later included.
    Count(u32),
    /// None begins later than this.
    Until(Until),
}

/// A last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// An instant, `20261231T230000Z`: the only form that invitations carry for times in a zone.
    Instant(Timestamp),
    /// A time on the clocks of the start, `20261231T235959`.
    Local(DateTime),
    /// The whole of a day on the calendar of the start, `20261231`.
    Day(Date),
}

/// A weekday, or one by its place in the month or year: `TU`, `1MO`, `-1FR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByDay {
    /// Which of them, counted from the end if negative; 0 for each.
    pub place: i16,
    /// Days since Monday.
    from_monday: i8,
}

/// Something that is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The part of the rule, such as `BYDAY`.
    pub part: String,
    /// What is wrong with it, and what is wanted.
    pub problem: String,
}

/// Everything that is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(|it| format!("{}: {}", it.part, it.problem)).collect::<Vec<_>>().join("; "))]
pub struct InvalidRule(pub Vec<RuleProblem>);

impl Rule {
    /// What ends it; none if nothing does.
    pub fn end(&self) -> Option<RuleEnd> {
        self.end
    }

    /// How long its periods are.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }
}

impl ByDay {
    pub(super) fn new(place: i16, day: Weekday) -> Self {
        Self { place, from_monday: day.to_monday_zero_offset() }
    }

    /// The weekday.
    pub fn weekday(self) -> Weekday {
        // It came from a weekday, so it is one.
        Weekday::from_monday_zero_offset(self.from_monday).unwrap_or(Weekday::Monday)
    }
}

impl Frequency {
    pub(super) const ALL: [(&str, Self); 4] = [
        ("DAILY", Self::Daily),
        ("WEEKLY", Self::Weekly),
        ("MONTHLY", Self::Monthly),
        ("YEARLY", Self::Yearly),
    ];
}

/// The names of the weekdays in rules, from Monday.
pub(super) const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        })
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place != 0 {
            write!(f, "{}", self.place)?;
        }
        f.write_str(day_name(self.weekday()))
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(instant) => instant.strftime("%Y%m%dT%H%M%SZ").fmt(f),
            Self::Local(local) => local.strftime("%Y%m%dT%H%M%S").fmt(f),
            Self::Day(day) => day.strftime("%Y%m%d").fmt(f),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            Some(RuleEnd::Count(count)) => write!(f, ";COUNT={count}")?,
            Some(RuleEnd::Until(until)) => write!(f, ";UNTIL={until}")?,
            None => {}
        }
        for (part, numbers) in [
            ("BYMONTH", &self.months),
            ("BYWEEKNO", &self.weeks),
            ("BYYEARDAY", &self.year_days),
            ("BYMONTHDAY", &self.month_days),
        ] {
            list(f, part, numbers)?;
        }
        list(f, "BYDAY", &self.days)?;
        for (part, numbers) in [
            ("BYHOUR", &self.hours),
            ("BYMINUTE", &self.minutes),
            ("BYSECOND", &self.seconds),
            ("BYSETPOS", &self.positions),
        ] {
            list(f, part, numbers)?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", day_name(self.week_start))?;
        }
        Ok(())
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, part: &str, values: &BTreeSet<T>) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        match index {
            0 => write!(f, ";{part}={value}")?,
            _ => write!(f, ",{value}")?,
        }
    }
    Ok(())
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.to_string()
    }
}

impl TryFrom<String> for Rule {
    type Error = InvalidRule;

    fn try_from(text: String) -> Result<Self, InvalidRule> {
        text.parse()
    }
}
