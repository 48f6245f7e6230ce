//! How a deadline was found, so that both sides can check it by hand.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a due date was found. Its `Display` is one English sentence with the dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Id of the rule that was applied.
    pub rule_id: String,
    /// The norm that the rule carries out.
    pub legal_basis: String,
    /// The zone in which days begin and end, an IANA name.
    pub time_zone: String,
    /// The day of the start event in the zone; it does not count.
    pub start_date: Date,
    /// The day with whose last moment the period ends.
    pub last_day: Date,
    /// The days that count, in order; the last is `last_day`.
    pub counted: Vec<Date>,
    /// The days between start and end that do not count, in order.
    pub skipped: Vec<SkippedDay>,
    /// The years between start and end whose calendar is provisional, in ascending order; while there are any, the due
    /// date may move. Empty for explanations that were stored before calendars marked such years.
    #[serde(default)]
    pub provisional: Vec<i16>,
}

/// A day that does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedDay {
    /// The day.
    pub date: Date,
    /// Why it does not count.
    pub why: SkipReason,
}

/// Why a day does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// A weekend day of the rule's calendar.
    Weekend,
    /// A holiday of the rule's calendar, with its name.
    Holiday(String),
    /// The clock stood still during at least a part of the day.
    Paused,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SkipReason::Weekend => f.write_str("weekend"),
            SkipReason::Holiday(name) => f.write_str(name),
            SkipReason::Paused => f.write_str("paused"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rule {} ({}): started {} in {}, {} days counted, ends with {}",
            self.rule_id,
            self.legal_basis,
            self.start_date,
            self.time_zone,
            self.counted.len(),
            self.last_day
        )?;
        for (index, day) in self.skipped.iter().enumerate() {
            let separator = if index == 0 { "; not counted: " } else { ", " };
            write!(f, "{separator}{} {}", day.date, day.why)?;
        }
        for (index, year) in self.provisional.iter().enumerate() {
            let separator = if index == 0 { "; rests on the provisional calendar of " } else { ", " };
            write!(f, "{separator}{year}")?;
        }
        Ok(())
    }
}
