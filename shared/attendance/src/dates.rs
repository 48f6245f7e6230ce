//! Dates and times as platforms print them, in whatever language.
//!
//! Invariant: a date whose day and month can be taken for each other stays in doubt here; who reads the whole file decides,
//! or asks.

use jiff::{
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Whether the day or the month stands first where the year stands last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

/// What a cell says of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    day_first: Option<Date>,
    month_first: Option<Date>,
    time: Time,
    /// The offset from UTC, where it stands there.
    pub(crate) offset: Option<Offset>,
}

impl Printed {
    /// The local time in this order; none if there is no such date.
    pub(crate) fn at(&self, order: DateOrder) -> Option<DateTime> {
        let date = match order {
            DateOrder::DayFirst => self.day_first,
            DateOrder::MonthFirst => self.month_first,
        };
        date.map(|date| date.to_datetime(self.time))
    }

    /// A date of a workbook: days since 1899-12-30.
    pub(crate) fn from_days(days: f64) -> Option<Self> {
        // 1955 to 2119: a number out of this is no date of a meeting.
        if !(20_000.0..80_000.0).contains(&days) {
            return None;
        }
        let seconds = (days * 86_400.0).round();
        #[allow(clippy::cast_possible_truncation, reason = "less than 80,000 days")]
        let span = jiff::SignedDuration::from_secs(seconds as i64);
        let at = DateTime::constant(1899, 12, 30, 0, 0, 0, 0).checked_add(span).ok()?;
        Some(Self { day_first: Some(at.date()), month_first: Some(at.date()), time: at.time(), offset: None })
    }

    /// A text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text: String = text.nfkc().collect::<String>().to_lowercase();
        let text_has_minutes = text.contains('分');
        let text = text
            .replace(['时', '時', '點'], ":")
            .replace('分', ":")
            .replace(['秒', '\u{200e}', '\u{200f}'], "");
        // 13时5分 is whole; 13:5 may be what is left of 13:50.
        let is_whole = |clock: &str| text_has_minutes || two_digits(clock);
        let text = with_colons(text.trim());
        let (text, offset) = without_offset(&text)?;
        let colon = text.find(':')?;
        let begin =
            text.get(..colon)?.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + after(text, at));
        let clock_length = text.get(begin..)?.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.');
        let clock = text.get(begin..)?.get(..clock_length.unwrap_or(text.len() - begin))?;
        let (before, behind) = (text.get(..begin)?, text.get(begin + clock.len()..)?);
        let half = half_of_day(before, behind);
        let clock = clock.trim_end_matches([':', '.']);
        if !is_whole(clock) || (half.is_none() && is_in_words(behind)) {
            return None;
        }
        let time = time(clock, half)?;
        let (day_first, month_first) = date(&format!("{before} {behind}"))?;
        Some(Self { day_first, month_first, time, offset })
    }
}

/// `4.5.2026 8.58.00`, as some languages print it, with the time as others do: what stands last, behind a date.
fn with_colons(text: &str) -> String {
    let dotted = text.rsplit_once(' ').filter(|_| !text.contains(':'));
    let is_clock = |clock: &str| {
        let parts: Vec<&str> = clock.split('.').collect();
        (2..=3).contains(&parts.len())
            && parts.iter().all(|part| (1..=2).contains(&part.len()) && is_number(part))
    };
    match dotted {
        Some((date, clock)) if date.contains(|c: char| c.is_ascii_digit()) && is_clock(clock) => {
            format!("{date} {}", clock.replace('.', ":"))
        }
        _ => text.to_owned(),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether minutes and seconds have two digits each: with one less it may be a cell that was cut.
fn two_digits(clock: &str) -> bool {
    let whole = clock.split('.').next().unwrap_or_default();
    whole.split(':').skip(1).all(|part| part.len() == 2)
}

/// Whether a word that is not known stands right behind the time, by which it may be another one: who prints the half of the day in an
/// unknown language means the afternoon as often as not.
fn is_in_words(behind: &str) -> bool {
    const KNOWN: [&str; 4] = ["uhr", "h", "hrs", "klo"];
    let behind = behind.trim_start();
    let word: String = behind.chars().take_while(|letter| letter.is_alphabetic() || *letter == '.').collect();
    let word = word.replace('.', "");
    !word.is_empty() && named_month(&word).is_none() && !KNOWN.contains(&word.as_str())
}

/// How many bytes the character at a place takes.
fn after(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

/// `Z`, `+08:00`, `UTC+8` or `(GMT+08:00)` at the end.
fn without_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some((rest, offset)) = named_offset(text) {
        return Some((rest, Some(offset)));
    }
    if let Some(rest) = text.strip_suffix('z').filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit())) {
        return Some((rest, Some(Offset::UTC)));
    }
    let Some(sign) =
        text.rfind(['+', '-']).filter(|sign| text.get(..*sign).is_some_and(|head| head.contains(':')))
    else {
        return Some((text, None));
    };
    match offset(text.get(sign..)?) {
        Some(found) => Some((text.get(..sign)?, Some(found))),
        None => Some((text, None)),
    }
}

/// Where a text names an offset by UTC or GMT: what stands before, and the offset.
pub(crate) fn named_offset(text: &str) -> Option<(&str, Offset)> {
    let at = text.find("utc").or_else(|| text.find("gmt"))?;
    let said = text.get(at + 3..)?.trim_start();
    let end = said.find(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '-' | ':')).unwrap_or(said.len());
    let said = said.get(..end)?;
    let found = if said.is_empty() { Offset::UTC } else { offset(said)? };
    Some((text.get(..at)?.trim_end_matches([' ', '(']), found))
}

/// `+8`, `+08`, `+0800` or `+08:00`.
fn offset(text: &str) -> Option<Offset> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = sign * (hours * 3600 + minutes * 60);
    (hours <= 15 && minutes < 60).then(|| Offset::from_seconds(seconds).ok())?
}

/// Whether it is said that the time is in the first or the second half of the day.
fn half_of_day(before: &str, behind: &str) -> Option<bool> {
    const FIRST: [&str; 8] = ["上午", "午前", "오전", "凌晨", "早上", "am", "πμ", "ص"];
    const SECOND: [&str; 8] = ["下午", "午後", "오후", "晚上", "中午", "pm", "μμ", "م"];
    let plain = |text: &str| text.replace(['.', ' '], "");
    let has = |words: &[&str]| {
        // Hungarian prints them before the time: `du. 2:00:00`.
        let last = before.split(|letter: char| !letter.is_alphabetic()).rfind(|word| !word.is_empty());
        if last.is_some_and(|last| {
            words.contains(&"am") && last == "de" || words.contains(&"pm") && last == "du"
        }) {
            return true;
        }
        let (before, behind) = (plain(before), plain(behind));
        words.iter().any(|word| match word.is_ascii() {
            true => behind.starts_with(word),
            false => before.contains(word) || behind.contains(word),
        })
    };
    match (has(&FIRST), has(&SECOND)) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => None,
    }
}

fn time(clock: &str, is_second_half: Option<bool>) -> Option<Time> {
    let mut parts = clock.split(':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    // A part of a second is nobody's presence.
    let second: i8 = match parts.next() {
        Some(text) => text.split('.').next()?.parse().ok()?,
        None => 0,
    };
    let hour = match is_second_half {
        None => hour,
        // Some languages print 13:05 with the half as well.
        Some(true) if (1..12).contains(&hour) => hour + 12,
        Some(true) => hour,
        Some(false) if hour == 12 => 0,
        Some(false) => hour,
    };
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// The date with its day first, and with its month first.
fn date(text: &str) -> Option<(Option<Date>, Option<Date>)> {
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |index: usize| -> Option<i16> { numbers.get(index)?.parse().ok() };
    let made = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    let both = |date: Option<Date>| date.map(|date| (Some(date), Some(date)));
    if let (Some(month), 2) = (named_month(text), numbers.len()) {
        let (year, day) = match numbers.first()?.len() {
            4 => (number(0)?, number(1)?),
            _ => (number(1)?, number(0)?),
        };
        return both(made(whole_year(year), month, day));
    }
    let (first, second, third) = (number(0)?, number(1)?, number(2)?);
    if numbers.len() != 3 {
        return None;
    }
    if numbers.first()?.len() == 4 {
        return both(made(first, second, third));
    }
    let year = whole_year(third);
    // Nobody writes 12.31.2026.
    if text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.') {
        return both(made(year, second, first));
    }
    let found = (made(year, second, first), made(year, first, second));
    (found.0.is_some() || found.1.is_some()).then_some(found)
}

fn whole_year(year: i16) -> i16 {
    if year < 100 { year + 2000 } else { year }
}

fn named_month(text: &str) -> Option<i16> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words.find_map(|word| {
        let index = MONTHS.iter().position(|month| word.starts_with(month))?;
        i16::try_from(index + 1).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> [String; 2] {
        let printed = Printed::parse(text).unwrap_or_else(|| panic!("{text} is no time"));
        [DateOrder::DayFirst, DateOrder::MonthFirst]
            .map(|order| printed.at(order).map_or("none".to_owned(), |at| at.to_string()))
    }

    #[test]
    fn times_are_read_in_whatever_language_they_are_printed() {
        let same = |text: &str, wanted: &str| assert_eq!(both(text), [wanted, wanted], "{text}");
        same("2026-05-04 09:30:05", "2026-05-04T09:30:05");
        same("2026/5/4 下午1:30:05", "2026-05-04T13:30:05");
        same("2026年5月4日 13时30分", "2026-05-04T13:30:00");
        same("04.05.2026, 09:30:05", "2026-05-04T09:30:05");
        same("Mar 8, 2026 09:10 PM", "2026-03-08T21:10:00");
        same("8 March 2026 12:10 a. m.", "2026-03-08T00:10:00");
        same("2026-05-04T09:30:05.250", "2026-05-04T09:30:05");
        same("4.5.2026 8.58.00", "2026-05-04T08:58:00");
        same("2026. 05. 04. du. 2:00:00", "2026-05-04T14:00:00");
        same("2026年5月4日 13时5分", "2026-05-04T13:05:00");
        same("04.05.2026 9:30 Uhr", "2026-05-04T09:30:00");
        assert_eq!(both("4/5/2026, 2:00:00 μ.μ."), ["2026-05-04T14:00:00", "2026-04-05T14:00:00"]);
        assert_eq!(both("3/4/26, 9:10:11\u{202f}PM"), ["2026-04-03T21:10:11", "2026-03-04T21:10:11"]);
        assert_eq!(both("3/31/2026 12:00 PM"), ["none", "2026-03-31T12:00:00"]);
        for none in [
            "",
            "--",
            "9:30",
            "31/31/2026 9:00",
            "2026-05-04",
            "2026-05-04 25:00",
            "1:2:3:4 2026-05-04",
            "2026-05-04 10:3",
            "2026-05-04 2:00:00 itt",
            "4.5.2026",
        ] {
            assert_eq!(Printed::parse(none), None, "{none}");
        }
    }

    #[test]
    fn an_offset_that_stands_there_is_read() {
        let offset =
            |text: &str| Printed::parse(text).and_then(|printed| printed.offset).map(|it| it.seconds());
        assert_eq!(offset("2026-05-04T09:30:05Z"), Some(0));
        assert_eq!(offset("2026-05-04T09:30:05+08:00"), Some(28_800));
        assert_eq!(offset("2026-05-04 09:30 (GMT-3:30)"), Some(-12_600));
        assert_eq!(offset("2026-05-04 09:30"), None);
    }
}
