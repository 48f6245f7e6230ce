//! What a query counts, one by one.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    StatisticsQuery, World,
    dimension::{Coordinate, coordinates},
    member::Member,
    notified::day_of,
};
use crate::domain::{
    figures::{Facts, Question, annual, case::all_cases},
    model::{NotificationType, StatisticsDimension, StatisticsSubject},
};

/// A case behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub key: CaseKey,
    pub alert: String,
    /// Empty of an alert by itself.
    pub sending: String,
    pub day: Date,
    pub sent: Option<Timestamp>,
    pub acknowledged: Option<Timestamp>,
    pub reacted: Option<Timestamp>,
    /// Of each dimension of the query.
    pub coordinates: Vec<(StatisticsDimension, Coordinate)>,
}

/// In which order cases stand: when they were sent, or else the day; then the name. The greatest stands first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseKey(pub i64, pub String);

/// What the query counts before the cut, in the order of names and sendings.
pub(super) fn members<'a>(
    question: &Question<'_>,
    query: &StatisticsQuery,
    facts: &'a Facts,
    world: World<'_>,
) -> Vec<Member<'a>> {
    let Ok(zone) = world.zones.get(&question.period.zone) else { return Vec::new() };
    let mut members: Vec<Member<'a>> = match query.subject {
        StatisticsSubject::Alerts => {
            let counted = facts.alerts.values().filter(|alert| {
                annual::is_of_period(question, alert) && alert.kind != Some(NotificationType::FollowUp)
            });
            let counted = counted.filter_map(|alert| {
                let day = alert.dated.or_else(|| Some(day_of(alert.confirmed?, &zone)))?;
                Some(Member { name: &alert.name, alert: Some(alert), case: None, day })
            });
            counted.collect()
        }
        StatisticsSubject::Cases => {
            let new = all_cases(question, facts).into_iter().filter(|case| case.is_new(question));
            new.map(|case| Member {
                name: &case.sending.alert,
                alert: case.alert,
                day: day_of(case.spell.sent, &zone),
                case: Some(case),
            })
            .collect()
        }
    };
    members.retain(|member| {
        query.filter.iter().all(|condition| {
            let values = coordinates(condition.dimension, member, question, world);
            values.iter().any(|value| condition.values.contains(&value.id))
        })
    });
    if query.subject == StatisticsSubject::Alerts {
        members.sort_by(|one, other| one.name.cmp(other.name));
    }
    members
}

impl Member<'_> {
    /// What is told of it to who looks behind a figure.
    pub(super) fn found(
        &self,
        question: &Question<'_>,
        dimensions: &[StatisticsDimension],
        world: World<'_>,
    ) -> Found {
        let by_cut = |time: Option<Timestamp>| time.filter(|time| *time < question.cut);
        let spell = self.case.map(|case| case.spell);
        let of_dimension = |dimension: &StatisticsDimension| {
            let values = coordinates(*dimension, self, question, world);
            values.into_iter().map(|value| (*dimension, value)).collect::<Vec<_>>()
        };
        let order = match spell {
            Some(spell) => spell.sent.as_microsecond(),
            None => self.day.duration_since(Date::ZERO).as_secs(),
        };
        let sending = self.case.map_or_else(String::new, |case| case.sending.name.clone());
        let name = if sending.is_empty() { self.name } else { &sending };
        Found {
            key: CaseKey(order, name.to_owned()),
            alert: self.name.to_owned(),
            day: self.day,
            sent: spell.map(|spell| spell.sent),
            acknowledged: by_cut(spell.and_then(|spell| spell.acknowledged)),
            reacted: by_cut(spell.and_then(|spell| spell.reacted)),
            coordinates: dimensions.iter().flat_map(of_dimension).collect(),
            sending,
        }
    }
}
