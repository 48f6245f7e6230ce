//! A session: a meeting at a local time, or meetings that come again.
//!
//! Invariant: what is stored is what was agreed on, local times and zones; the instants follow from the zone data in force.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::DateTime};
use seamless_calendar::{CalendarError, Rule, Series, SeriesLimits, SeriesProblem, WallTime, Zones};
use seamless_identifiers::{CountryCode, LanguageTag, LocalizedText};
use serde::{Deserialize, Serialize};

use super::SessionId;

/// A session of an activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub title: LocalizedText,
    /// The first time, where it comes again.
    pub start: WallTime,
    pub minutes: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// Where people register for it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub room: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<Speaker>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interpretation: Vec<LanguageTag>,
}

/// How a session comes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    pub rule: Rule,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<DateTime>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub moved: BTreeMap<DateTime, WallTime>,
    /// What else is otherwise, of meetings that stand in `moved`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub otherwise: BTreeMap<DateTime, Otherwise>,
}

/// What of a meeting is otherwise than of those that come again with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Otherwise {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
}

/// Somebody who speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub affiliation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
}

/// Something that is spoken of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgendaItem {
    /// Minutes after the start.
    pub begins: u32,
    pub title: LocalizedText,
}

/// A meeting, by the zone data that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The local time that the rule gives, or that of the session.
    pub id: DateTime,
    pub at: WallTime,
    pub start: Timestamp,
    pub end: Timestamp,
    pub room: String,
}

impl Session {
    /// The meetings, in their order.
    ///
    /// # Errors
    /// A zone that the data has no more; times beyond the calendar.
    pub fn meetings(&self, most: usize, zones: &Zones) -> Result<Vec<Meeting>, CalendarError> {
        let meeting = |id: DateTime, at: WallTime, start: Timestamp| {
            let length = SignedDuration::from_mins(i64::from(self.minutes_of(id)));
            let end = start.checked_add(length).unwrap_or(Timestamp::MAX);
            Meeting { id, at, start, end, room: self.room_of(id).to_owned() }
        };
        match self.series() {
            None => {
                let start = self.start.instant(zones)?;
                Ok(vec![meeting(self.start.local(), self.start.clone(), start)])
            }
            Some(series) => {
                let all = series.occurrences(most, zones)?;
                Ok(all.map(|one| meeting(one.id, one.at, one.instant)).collect())
            }
        }
    }

    /// How long a meeting lasts.
    #[must_use]
    pub fn minutes_of(&self, meeting: DateTime) -> u32 {
        self.otherwise(meeting).and_then(|one| one.minutes).unwrap_or(self.minutes)
    }

    /// Where a meeting is; empty where nothing was said of it.
    #[must_use]
    pub fn room_of(&self, meeting: DateTime) -> &str {
        self.otherwise(meeting).and_then(|one| one.room.as_deref()).unwrap_or(&self.room)
    }

    /// Its rooms, that of the session first; none where nothing was said of any.
    pub fn rooms(&self) -> impl Iterator<Item = &str> {
        let others = self.recurrence.iter().flat_map(|series| series.otherwise.values());
        let others = others.filter_map(|one| one.room.as_deref());
        std::iter::once(self.room.as_str()).chain(others).filter(|room| !room.is_empty())
    }

    fn otherwise(&self, meeting: DateTime) -> Option<&Otherwise> {
        self.recurrence.as_ref()?.otherwise.get(&meeting)
    }

    /// What is wrong with how it comes again; nothing where it does not.
    #[must_use]
    pub fn problems(&self, limits: SeriesLimits, zones: &Zones) -> Vec<SeriesProblem> {
        let checked = self.series().map_or(Ok(()), |series| series.check(limits, zones));
        checked.err().unwrap_or_default()
    }

    /// It as a series; none where it takes place once.
    #[must_use]
    pub fn series(&self) -> Option<Series> {
        let Recurrence { rule, left_out, moved, .. } = self.recurrence.clone()?;
        Some(Series { start: self.start.clone(), rule, left_out, moved })
    }
}

fn is_empty(text: &LocalizedText) -> bool {
    text.versions().is_empty()
}
