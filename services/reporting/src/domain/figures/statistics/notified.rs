//! What a side itself notified, told apart so that each alert stands in one row alone: what others may be told of.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    World,
    dimension::{Coordinate, coordinates},
    member::Member,
};
use crate::domain::{
    figures::{Facts, Question, words::text},
    model::{NotificationType, StatisticsDimension},
};

/// The value of alerts that have several of a property.
const SEVERAL: &str = "SEVERAL";

/// How many alerts there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: u64,
    /// Those that others do not know by name.
    pub unnamed: u64,
}

impl Tally {
    fn add(&mut self, is_named: bool) {
        self.all += 1;
        self.unnamed += u64::from(!is_named);
    }
}

/// The alerts that a side notified, whenever that was: those that were confirmed, without follow-ups to alerts of others.
pub struct Notified<'a> {
    question: &'a Question<'a>,
    world: World<'a>,
    members: Vec<Member<'a>>,
}

impl<'a> Notified<'a> {
    /// Those of the side of the question.
    #[must_use]
    pub fn of(question: &'a Question<'a>, facts: &'a Facts, world: World<'a>) -> Self {
        let members = facts.alerts.values().filter(|alert| {
            let is_own = question.owner.members.contains(&alert.originator);
            is_own && alert.kind != Some(NotificationType::FollowUp)
        });
        let members = members.filter_map(|alert| {
            let day =
                alert.confirmed.map(|time| alert.dated.unwrap_or_else(|| day_of(time, question.zone)))?;
            Some(Member { name: &alert.name, alert: Some(alert), case: None, day })
        });
        Self { question, world, members: members.collect() }
    }

    /// The IANA zone whose days are counted.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.question.period.zone
    }

    /// How many are of these days, both included; those apart that others know by name.
    #[must_use]
    pub fn tally(&self, days: (Date, Date), is_named: impl Fn(&str) -> bool) -> Tally {
        let mut tally = Tally::default();
        self.within(days).for_each(|member| tally.add(is_named(member.name)));
        tally
    }

    /// How many of these days have each value of a property, as [`Self::tally`] counts; each alert has one value. Of months, quarters and
    /// years those are there too in which nothing was.
    #[must_use]
    pub fn by(
        &self,
        dimension: StatisticsDimension,
        days: (Date, Date),
        is_named: impl Fn(&str) -> bool,
    ) -> Vec<(Coordinate, Tally)> {
        let mut counts: BTreeMap<(bool, String), (Coordinate, Tally)> = BTreeMap::new();
        let key = |value: &Coordinate| {
            let (is_last, id) = value.order();
            (is_last, id.to_owned())
        };
        for time in super::rows::times(dimension, days.0, days.1) {
            counts.insert(key(&time), (time, Tally::default()));
        }
        for member in self.within(days) {
            let value = self.only_value(dimension, member);
            counts.entry(key(&value)).or_insert((value, Tally::default())).1.add(is_named(member.name));
        }
        counts.into_values().collect()
    }

    /// The days of those that have these names: the first and the last; none where there is none.
    #[must_use]
    pub fn days_of(&self, is_named: impl Fn(&str) -> bool) -> Option<(Date, Date)> {
        let days = || self.members.iter().filter(|member| is_named(member.name)).map(|member| member.day);
        days().min().zip(days().max())
    }

    fn within(&self, (first, last): (Date, Date)) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter().filter(move |member| first <= member.day && member.day <= last)
    }

    fn only_value(&self, dimension: StatisticsDimension, member: &Member<'_>) -> Coordinate {
        let mut values = coordinates(dimension, member, self.question, self.world);
        match values.len() {
            1 => values.remove(0),
            _ => Coordinate { id: SEVERAL.to_owned(), title: text("several", "多项") },
        }
    }
}

/// The day of an instant.
pub(super) fn day_of(time: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(time).date()
}
