//! What a count is of: the same thing has the same key, in whatever table it stands.

use std::fmt;

use jiff::civil::Date;

use crate::domain::model::{EventStatus, Period};

/// What is counted, of which days, and what holds of it.
///
/// The zone is no part of it: the same days of another zone are nearly the same cases, and how the counts differ tells of those
/// between.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    population: String,
    first: Date,
    last: Date,
    /// Each once, in their order.
    conditions: Vec<String>,
}

impl Key {
    /// All cases of a kind in a period.
    #[must_use]
    pub fn of(kind: &str, status: EventStatus, period: &Period) -> Self {
        let status: &str = status.into();
        Self {
            population: format!("{kind} {status}"),
            first: period.first,
            last: period.last,
            conditions: Vec::new(),
        }
    }

    /// Those of them that have one of these values of a property. One month, quarter or year narrows the days instead.
    #[must_use]
    pub fn with<'v>(self, property: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut values: Vec<&str> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        if let [time] = values.as_slice()
            && let Some((first, last)) = days_of(property, time)
        {
            return Self { first: self.first.max(first), last: self.last.min(last), ..self };
        }
        self.holding(format!("{property}={}", values.join(",")))
    }

    /// Those of them that have none of these values of a property.
    #[must_use]
    pub fn without<'v>(self, property: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut values: Vec<&str> = values.into_iter().collect();
        values.sort_unstable();
        values.dedup();
        self.holding(format!("{property}!{}", values.join(",")))
    }

    fn holding(mut self, condition: String) -> Self {
        if let Err(at) = self.conditions.binary_search(&condition) {
            self.conditions.insert(at, condition);
        }
        // What was withdrawn before the cut stands as withdrawn: to say so besides is to say nothing. What stands as withdrawn is another
        // matter: it may have been since.
        if self.conditions.iter().any(|condition| condition == "HAS=WITHDRAWN") {
            self.conditions.retain(|condition| {
                let states = condition.strip_prefix("ALERT_STATE=");
                !states.is_some_and(|states| states.split(',').any(|state| state == "WITHDRAWN"))
            });
        }
        self
    }

    /// Its days.
    #[must_use]
    pub fn days(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// What it is of but for its days.
    #[must_use]
    pub fn but_for_days(&self) -> (&str, &[String]) {
        (&self.population, &self.conditions)
    }

    /// The key that is written so; none for another text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, ' ');
        let (kind, status) = (parts.next()?, parts.next()?);
        let (first, last) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let conditions = parts.next()?;
        let conditions = conditions.split(';').filter(|one| !one.is_empty()).map(str::to_owned).collect();
        Some(Self { population: format!("{kind} {status}"), first, last, conditions })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { population, first, last, conditions } = self;
        write!(formatter, "{population} {first} {last} {}", conditions.join(";"))
    }
}

/// The days of a month, quarter or year.
fn days_of(property: &str, value: &str) -> Option<(Date, Date)> {
    let year: i16 = value.get(..4)?.parse().ok()?;
    let (first, last) = match property {
        "YEAR" => (1, 12),
        "QUARTER" => {
            let quarter: i8 = value.get(6..)?.parse().ok()?;
            (3 * quarter - 2, 3 * quarter)
        }
        "MONTH" => {
            let month: i8 = value.get(5..)?.parse().ok()?;
            (month, month)
        }
        _ => return None,
    };
    Some((Date::new(year, first, 1).ok()?, Date::new(year, last, 1).ok()?.last_of_month()))
}
