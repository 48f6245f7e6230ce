//! Dates of which only a part may be known, such as dates of production: ISO 8601 with reduced precision.

use std::fmt;

use crate::IdentifierError;
use crate::text_form::{excerpt, text_input};

/// A year, a month or a day of the Gregorian calendar, years 1 to 9999. Ordered by year, month, day; what is unknown
/// comes before what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

text_input!(PartialDate);

impl PartialDate {
    /// Puts a date together.
    ///
    /// # Errors
    ///
    /// A part that does not exist, such as 29 February 2027; a day without a month.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, IdentifierError> {
        if !(1..=9999).contains(&year) {
            return Err(wrong("year", year, "0001 to 9999"));
        }
        if let Some(month) = month.filter(|month| !(1..=12).contains(month)) {
            return Err(wrong("month", month, "01 to 12"));
        }
        if let Some(day) = day {
            let Some(month) = month else {
                return Err(wrong("month", "unknown", "a month, since the day is known"));
            };
            let (days, expected) = days_in_month(year, month);
            if !(1..=days).contains(&day) {
                return Err(wrong("day", day, expected));
            }
        }
        Ok(Self { year, month, day })
    }

    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    ///
    /// # Errors
    ///
    /// Another form, a part that does not exist.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let trimmed = text.trim();
        let form = || IdentifierError::Value {
            part: "date",
            found: excerpt(trimmed),
            expected: "YYYY, YYYY-MM or YYYY-MM-DD",
        };
        let mut parts = trimmed.split('-');
        let mut next = |digits: usize| -> Result<Option<u16>, IdentifierError> {
            let Some(part) = parts.next() else { return Ok(None) };
            let well_formed = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            if well_formed { part.parse().map(Some).map_err(|_| form()) } else { Err(form()) }
        };
        let (year, month, day) = (next(4)?.ok_or_else(form)?, next(2)?, next(2)?);
        if parts.next().is_some() {
            return Err(form());
        }
        let two_digits = |part: Option<u16>| part.map(u8::try_from).transpose().map_err(|_| form());
        Self::new(year, two_digits(month)?, two_digits(day)?)
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, if it is known.
    pub fn month(&self) -> Option<u8> {
        self.month
    }

    /// The day of the month, 1 to 31, if it is known.
    pub fn day(&self) -> Option<u8> {
        self.day
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.to_string()
    }
}

impl serde::Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn days_in_month(year: u16, month: u8) -> (u8, &'static str) {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => (29, "01 to 29"),
        2 => (28, "01 to 28"),
        4 | 6 | 9 | 11 => (30, "01 to 30"),
        _ => (31, "01 to 31"),
    }
}

fn wrong(part: &'static str, found: impl ToString, expected: &'static str) -> IdentifierError {
    IdentifierError::Value { part, found: found.to_string(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_date_is_kept_and_ordered() {
        let mut dates: Vec<PartialDate> =
            ["2026-02-01", "2026-03", "2025-12-31", "2026", "2026-02", "2024-02-29", "2000-02-29"]
                .map(|text| PartialDate::parse(text).unwrap())
                .to_vec();
        dates.sort();
        let sorted: Vec<String> = dates.iter().map(PartialDate::to_string).collect();
        assert_eq!(
            sorted,
            ["2000-02-29", "2024-02-29", "2025-12-31", "2026", "2026-02", "2026-02-01", "2026-03"]
        );
        let month = PartialDate::parse("2026-02").unwrap();
        assert_eq!((month.year(), month.month(), month.day()), (2026, Some(2), None));
    }

    #[test]
    fn a_mistake_is_named() {
        let form = |found: &str| format!("date is {found:?}, expected YYYY, YYYY-MM or YYYY-MM-DD");
        for (written, message) in [
            ("", form("")),
            ("26-01-02", form("26-01-02")),
            ("2026-1-2", form("2026-1-2")),
            ("2026-01-02T00:00", form("2026-01-02T00:00")),
            ("2026-01-02-03", form("2026-01-02-03")),
            ("+226", form("+226")),
            (&"9".repeat(1_000), form(&format!("{}…", "9".repeat(40)))),
            ("0000", "year is \"0\", expected 0001 to 9999".to_owned()),
            ("2026-13", "month is \"13\", expected 01 to 12".to_owned()),
            ("2027-02-29", "day is \"29\", expected 01 to 28".to_owned()),
            ("1900-02-29", "day is \"29\", expected 01 to 28".to_owned()),
            ("2026-04-31", "day is \"31\", expected 01 to 30".to_owned()),
        ] {
            assert_eq!(PartialDate::parse(written).unwrap_err().to_string(), message, "{written}");
        }
        let day_alone = PartialDate::new(2026, None, Some(1)).unwrap_err().to_string();
        assert_eq!(day_alone, "month is \"unknown\", expected a month, since the day is known");
    }
}
