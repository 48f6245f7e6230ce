//! Which days a rule is for.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::rule::{ByDay, Frequency, Rule};

/// The days of a rule, with what it does not say taken from the start. Each day is looked at by itself.
#[derive(Clone, Debug)]
pub(super) struct Days {
    months: BTreeSet<i16>,
    weeks: BTreeSet<i16>,
    year_days: BTreeSet<i16>,
    month_days: BTreeSet<i16>,
    days: BTreeSet<ByDay>,
    week_start: Weekday,
    /// Whether a weekday's place is that in the month, not that in the year.
    places_in_month: bool,
}

impl Days {
    pub(super) fn of(rule: &Rule, start: Date) -> Self {
        let mut days = Self {
            months: rule.months.clone(),
            weeks: rule.weeks.clone(),
            year_days: rule.year_days.clone(),
            month_days: rule.month_days.clone(),
            days: rule.days.clone(),
            week_start: rule.week_start,
            places_in_month: rule.frequency == Frequency::Monthly || !rule.months.is_empty(),
        };
        if !(days.year_days.is_empty() && days.month_days.is_empty() && days.days.is_empty()) {
            return days;
        }
        match rule.frequency {
            Frequency::Daily => {}
            Frequency::Yearly if days.weeks.is_empty() => {
                if days.months.is_empty() {
                    days.months.insert(start.month().into());
                }
                days.month_days.insert(start.day().into());
            }
            Frequency::Monthly => {
                days.month_days.insert(start.day().into());
            }
            Frequency::Weekly | Frequency::Yearly => {
                days.days.insert(ByDay::new(0, start.weekday()));
            }
        }
        days
    }

    pub(super) fn has(&self, date: Date) -> bool {
        let (day, year_day) = (i16::from(date.day()), date.day_of_year());
        let (month_days, year_days) = (i16::from(date.days_in_month()), date.days_in_year());
        (self.months.is_empty() || self.months.contains(&date.month().into()))
            && allows(&self.month_days, day, month_days)
            && allows(&self.year_days, year_day, year_days)
            && (self.days.is_empty() || self.has_weekday(date, (day, month_days), (year_day, year_days)))
            && (self.weeks.is_empty()
                || week(date, self.week_start).is_some_and(|(week, all)| allows(&self.weeks, week, all)))
    }

    fn has_weekday(&self, date: Date, of_month: (i16, i16), of_year: (i16, i16)) -> bool {
        let (day, all) = if self.places_in_month { of_month } else { of_year };
        let (place, from_end) = ((day - 1) / 7 + 1, -((all - day) / 7 + 1));
        self.days.iter().any(|by| by.weekday() == date.weekday() && [0, place, from_end].contains(&by.place))
    }
}

/// Whether a list has the `number`th of `all`, counted from either end; an empty list has every one.
fn allows(list: &BTreeSet<i16>, number: i16, all: i16) -> bool {
    list.is_empty() || list.contains(&number) || list.contains(&(number - all - 1))
}

/// The week of its year that a date lies in, and how many weeks that year has: the first week is the one that has at least
/// four days in the year [RFC 5545, BYWEEKNO; ISO 8601 where weeks begin on Monday]. None at the ends of the calendar.
fn week(date: Date, start: Weekday) -> Option<(i16, i16)> {
    // A week belongs to the year of its fourth day.
    let fourth = |date: Date| {
        let since_start =
            (date.weekday().to_monday_zero_offset() - start.to_monday_zero_offset()).rem_euclid(7);
        date.checked_add(jiff::Span::new().days(3 - since_start)).ok()
    };
    let of = |fourth: Date| (fourth.day_of_year() - 1) / 7 + 1;
    let own = fourth(date)?;
    let last_day = Date::new(own.year(), 12, 31).ok()?;
    let last = fourth(last_day).filter(|last| last.year() == own.year());
    let last = last.or_else(|| fourth(last_day.checked_sub(jiff::Span::new().days(7)).ok()?))?;
    Some((of(own), of(last)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn weeks_are_counted_as_the_standard_counts_them() {
        let mut day = date(1999, 1, 1);
        while day.year() < 2032 {
            let iso = day.iso_week_date();
            let weeks = i16::from(iso.weeks_in_year());
            assert_eq!(week(day, Weekday::Monday), Some((iso.week().into(), weeks)), "{day}");
            day = day.tomorrow().unwrap();
        }
        // 2026 begins on a Thursday: where weeks begin on Sunday, its first has Wednesday as fourth day, and lies in 2025.
        assert_eq!(week(date(2026, 1, 1), Weekday::Sunday), Some((53, 53)));
        assert_eq!(week(date(2026, 1, 4), Weekday::Sunday), Some((1, 52)));
    }
}
