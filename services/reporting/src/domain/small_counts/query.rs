//! What may be asked for others.

use jiff::Timestamp;
use seamless_calendar::Zones;

use crate::domain::{
    cut::settled,
    error::Violation,
    figures::statistics::{MOST_ROWS, StatisticsQuery, has_several},
    model::{Period, StatisticsDimension, StatisticsMeasure, StatisticsSubject, WrongPeriod},
    source::Source,
};

/// The most properties that are looked at together.
pub(super) const MOST_TOGETHER: usize = 5;

/// What is wrong with a query whose answer is for others, by the field within it: an order, a limit, or a measure would tell of counts
/// that are withheld.
#[must_use]
pub fn wrong_for_release(query: &StatisticsQuery) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let mut add = |field: &str, description: &str| {
        wrong.push(Violation { field: field.to_owned(), description: description.to_owned() });
    };
    if query.order_by.is_some() {
        add("order_by", "wants none: the order of rows would tell of counts that are withheld");
    }
    if query.limit != MOST_ROWS {
        add("limit", "wants none: the rows beyond it would tell of counts that are withheld");
    }
    let properties = properties_of(query).len();
    if properties > MOST_TOGETHER {
        let wanted = format!(
            "wants at most {MOST_TOGETHER} properties, those of conditions among them; got {properties}"
        );
        add("filter", &wanted);
    }
    for (index, measure) in query.measures.iter().enumerate() {
        let wanted = match (query.subject, measure) {
            (_, StatisticsMeasure::ShareOnTime) => {
                "wants another measure: deadlines are told to the own side alone"
            }
            (_, StatisticsMeasure::ShareWithin21Days) => {
                "wants REACTIONS: an estimated share, and how wide its interval is, tell of few reactions"
            }
            (_, StatisticsMeasure::Measured) => {
                "wants REACTIONS: of how many no measure was adopted would tell of few reactions"
            }
            (_, StatisticsMeasure::Acknowledged) => {
                "wants REACTIONS: who reacted has acknowledged before, and of few that have not reacted yet it would tell"
            }
            (_, StatisticsMeasure::Open) => {
                "wants REACTIONS: most cases that are not open were reacted to, and of the others it would tell"
            }
            (StatisticsSubject::Cases, StatisticsMeasure::Alerts) => {
                "wants CASES, or the subject ALERTS: of how many alerts cases are tells of few that were sent several times"
            }
            _ => continue,
        };
        add(&format!("measures[{index}]"), wanted);
    }
    let of_filter =
        query.filter.iter().enumerate().map(|(at, one)| (format!("filter[{at}].dimension"), one.dimension));
    let of_dimensions =
        query.dimensions.iter().enumerate().map(|(at, one)| (format!("dimensions[{at}]"), *one));
    let mut several = of_dimensions.chain(of_filter).filter(|(_, one)| has_several(*one));
    if let Some((_, first)) = several.next() {
        let first_word: &str = first.into();
        for (field, _) in several.filter(|(_, one)| *one != first) {
            let wanted = format!(
                "wants none beside {first_word}: a case may have several values of both, and of those that have none of two values it would tell"
            );
            add(&field, &wanted);
        }
    }
    for (index, dimension) in query.dimensions.iter().enumerate() {
        if let Some(wanted) = wrong_property(*dimension) {
            add(&format!("dimensions[{index}]"), wanted);
        }
    }
    for (index, condition) in query.filter.iter().enumerate() {
        if let Some(wanted) = wrong_property(condition.dimension) {
            add(&format!("filter[{index}].dimension"), wanted);
        }
        if query.filter.iter().take(index).any(|other| other.dimension == condition.dimension) {
            add(
                &format!("filter[{index}].dimension"),
                "wants each property once: name all values in one condition",
            );
        }
        if has_several(condition.dimension) {
            if query.dimensions.contains(&condition.dimension) {
                let wanted = "wants a property that is no dimension: rows would tell of cases that have several values";
                add(&format!("filter[{index}].dimension"), wanted);
            }
            if condition.values.len() > 1 {
                let wanted = format!(
                    "wants one value, since a case may have several of them, of which this would tell; got {}",
                    condition.values.len()
                );
                add(&format!("filter[{index}].values"), &wanted);
            }
        }
        for (at, value) in condition.values.iter().enumerate() {
            if condition.values.iter().take(at).any(|other| other == value) {
                add(&format!("filter[{index}].values[{at}]"), "wants each value once");
            }
        }
    }
    wrong
}

/// What is wrong with a period of which others are told. Times that lie across each other, and a time that goes on, would tell of few
/// days, and of few cases with them.
#[must_use]
pub fn wrong_period_for_release(period: &Period, zones: &Zones, now: Timestamp) -> Vec<WrongPeriod> {
    let mut wrong = Vec::new();
    let Period { first, last, .. } = period;
    if !period.is_of_calendar() {
        let wanted = format!(
            "wants the days of a calendar month, quarter, half-year or year, since other days would tell of those between; got {first} \
             to {last}"
        );
        let field = if first.day() == 1 { "end_date" } else { "start_date" };
        wrong.push(WrongPeriod { field, wanted });
    }
    // A zone that there is not is found elsewhere.
    if period.end(zones).is_some_and(|end| settled(Source::Notifications, end) > now) {
        let wanted = format!(
            "wants a day that was over a minute ago, since what comes later in the period would be told apart; got {last}"
        );
        wrong.push(WrongPeriod { field: "end_date", wanted });
    }
    wrong
}

/// Why others are not told of a property: it says what another one says of the same cases in another way, by which few are told apart.
fn wrong_property(dimension: StatisticsDimension) -> Option<&'static str> {
    use StatisticsDimension as Of;
    match dimension {
        Of::ReactingJurisdiction => {
            Some("wants RECIPIENT: a jurisdiction is a set of recipients, and would tell of some of them")
        }
        Of::Sender => Some("wants NOTIFIER: most senders send what they notify, and would tell of the rest"),
        Of::Standing | Of::FollowUpState | Of::MeasureAction | Of::NoMeasureReason => Some(
            "wants the measure REACTIONS: how cases were handled would tell of few that were reacted to and are not finished",
        ),
        _ => None,
    }
}

/// All properties of a query: its dimensions, and those of its conditions.
pub(super) fn properties_of(query: &StatisticsQuery) -> Vec<StatisticsDimension> {
    let mut properties = query.dimensions.clone();
    query.filter.iter().for_each(|condition| include(&mut properties, condition.dimension));
    properties
}

/// By which properties counts are told apart: the dimensions, and those of conditions that name several values of which a case has one.
pub(super) fn told_apart_by(query: &StatisticsQuery) -> Vec<StatisticsDimension> {
    let mut dimensions = query.dimensions.clone();
    let several = query.filter.iter().filter(|one| one.values.len() > 1 && !has_several(one.dimension));
    several.for_each(|condition| include(&mut dimensions, condition.dimension));
    dimensions
}

/// Adds what is not there.
pub(super) fn include<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}
