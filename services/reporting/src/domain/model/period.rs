//! The period of a report: whole days of a zone.

use jiff::{Timestamp, civil::Date};
use seamless_calendar::Zones;
use serde::{Deserialize, Serialize};

/// The most days of a period: three years and some days.
const MOST_DAYS: i32 = 1_100;

/// Whole days of a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub first: Date,
    /// Still belongs to it.
    pub last: Date,
    /// An IANA zone.
    pub zone: String,
}

/// What is wrong with a period: the field, and what it wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongPeriod {
    pub field: &'static str,
    pub wanted: String,
}

impl Period {
    /// All that is wrong with it; it has begun by `now`.
    #[must_use]
    pub fn wrong(&self, zones: &Zones, now: Timestamp) -> Vec<WrongPeriod> {
        let Some(start) = self.start(zones) else {
            let wanted = format!("wants an IANA time zone; got {:?}", self.zone);
            return vec![WrongPeriod { field: "time_zone", wanted }];
        };
        let mut wrong = Vec::new();
        if self.last < self.first {
            let wanted = format!("wants {} or later; got {}", self.first, self.last);
            wrong.push(WrongPeriod { field: "end_date", wanted });
        } else if (self.last - self.first).get_days() >= MOST_DAYS {
            let wanted = format!("wants at most {MOST_DAYS} days; got {} to {}", self.first, self.last);
            wrong.push(WrongPeriod { field: "end_date", wanted });
        }
        if start > now {
            let wanted = format!("wants a day that has begun; got {}", self.first);
            wrong.push(WrongPeriod { field: "start_date", wanted });
        }
        wrong
    }

    /// Whether it is a calendar month, quarter, half-year or year: of two of these that have days in common one contains the other.
    #[must_use]
    pub fn is_of_calendar(&self) -> bool {
        let Self { first, last, .. } = self;
        let months = 12 * (i32::from(last.year()) - i32::from(first.year()))
            + i32::from(last.month() - first.month())
            + 1;
        let starts = matches!(months, 1 | 3 | 6 | 12) && (i32::from(first.month()) - 1) % months == 0;
        starts && first.day() == 1 && *last == last.last_of_month()
    }

    /// The same with the zone as the zone data spells it: whatever case it was named in, it is the same period.
    #[must_use]
    pub fn spelled(self, zones: &Zones) -> Self {
        Self { zone: spelled(self.zone, zones), ..self }
    }

    /// The first instant that belongs to it; none where there is no such zone.
    #[must_use]
    pub fn start(&self, zones: &Zones) -> Option<Timestamp> {
        instant(zones, &self.zone, self.first)
    }

    /// The first instant behind it; none where there is no such zone.
    #[must_use]
    pub fn end(&self, zones: &Zones) -> Option<Timestamp> {
        instant(zones, &self.zone, self.last.tomorrow().ok()?)
    }
}

/// The name of a zone as the zone data spells it; an unknown one stays as it is.
pub(super) fn spelled(zone: String, zones: &Zones) -> String {
    let known = zones.get(&zone).ok();
    known.and_then(|known| known.iana_name().map(str::to_owned)).unwrap_or(zone)
}

/// The first instant of a day.
fn instant(zones: &Zones, zone: &str, day: Date) -> Option<Timestamp> {
    let zone = zones.get(zone).ok()?;
    Some(day.to_zoned(zone).ok()?.timestamp())
}
