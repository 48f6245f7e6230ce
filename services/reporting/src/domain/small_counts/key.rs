//! What a count is of: the same thing has the same key, in whatever table it stands.

use std::fmt;

use jiff::civil::Date;
use uuid::Uuid;

use crate::domain::model::{EventStatus, StatisticsDimension};

/// The first of some days and the last; calendar months, quarters, half-years and years, or what is left of one without others.
pub type Days = (Date, Date);

/// The alerts of some days, or those of them that have one value of a property.
///
/// The zone is no part of it: the same days of another zone are nearly the same alerts, and how the counts differ tells of those
/// between.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    status: &'static str,
    days: Days,
    value: Option<(&'static str, String)>,
    /// After how many bulletins: those that they name are not counted.
    bulletins: usize,
    /// Those of them alone that this bulletin names, and none before it did.
    named_by: Option<Uuid>,
}

impl Key {
    /// All alerts of some days.
    #[must_use]
    pub fn of(status: EventStatus, days: Days) -> Self {
        Self { status: status.into(), days, value: None, bulletins: 0, named_by: None }
    }

    /// Those of them that have a value of a property. One month, quarter or year narrows the days instead.
    #[must_use]
    pub fn with(self, property: StatisticsDimension, value: &str) -> Self {
        match days_of(property, value) {
            Some((first, last)) => {
                Self { days: (self.days.0.max(first), self.days.1.min(last)), value: None, ..self }
            }
            None => Self { value: Some((property.into(), value.to_owned())), ..self },
        }
    }

    /// Those of them that so many bulletins about some of these days do not name.
    #[must_use]
    pub(super) fn after(self, bulletins: usize) -> Self {
        Self { bulletins, ..self }
    }

    /// Those of them that this bulletin names, and none before it did.
    #[must_use]
    pub(super) fn named_by(self, bulletin: Uuid) -> Self {
        Self { named_by: Some(bulletin), ..self }
    }

    /// Its days.
    #[must_use]
    pub fn days(&self) -> Days {
        self.days
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, days: (first, last), value, bulletins, named_by } = self;
        write!(formatter, "{status} {first} {last}")?;
        if let Some((property, value)) = value {
            write!(formatter, " {property}={value}")?;
        }
        if *bulletins > 0 {
            write!(formatter, " after {bulletins} bulletins")?;
        }
        named_by.map_or(Ok(()), |bulletin| write!(formatter, "{NAMED_BY}{bulletin}"))
    }
}

/// What stands in the key of a count of alerts that a bulletin names.
const NAMED_BY: &str = " named by ";

/// Whether a key is of alerts that a bulletin names.
pub(super) fn is_named(key: &str) -> bool {
    key.contains(NAMED_BY)
}

/// Whether a property is the time.
pub(super) fn is_of_time(property: StatisticsDimension) -> bool {
    use StatisticsDimension as Of;
    matches!(property, Of::Month | Of::Quarter | Of::Year)
}

/// The days of a month, quarter or year.
fn days_of(property: StatisticsDimension, value: &str) -> Option<Days> {
    let year: i16 = value.get(..4)?.parse().ok()?;
    let (first, last) = match property {
        StatisticsDimension::Year => (1, 12),
        StatisticsDimension::Quarter => {
            let quarter: i8 = value.get(6..)?.parse().ok()?;
            (3 * quarter - 2, 3 * quarter)
        }
        StatisticsDimension::Month => {
            let month: i8 = value.get(5..)?.parse().ok()?;
            (month, month)
        }
        _ => return None,
    };
    Some((Date::new(year, first, 1).ok()?, Date::new(year, last, 1).ok()?.last_of_month()))
}
