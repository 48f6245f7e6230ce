//! What may be asked for others.

use jiff::Timestamp;
use seamless_calendar::Zones;

use crate::domain::{
    cut::settled,
    error::Violation,
    figures::statistics::{MOST_ROWS, StatisticsQuery},
    model::{Period, StatisticsDimension, StatisticsMeasure, StatisticsSubject, WrongPeriod},
    source::Source,
};

/// What is wrong with a query whose answer is for others, by the field within it. Others are told how many alerts the side notified, by one
/// property: whatever else is told of the same alerts tells of few of them, in ways that cannot all be judged.
#[must_use]
pub fn wrong_for_release(query: &StatisticsQuery) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let mut add = |field: &str, description: &str| {
        wrong.push(Violation { field: field.to_owned(), description: description.to_owned() });
    };
    if query.subject != StatisticsSubject::Alerts {
        add(
            "subject",
            "wants ALERTS: how many sendings there are tells beside them of few alerts that were sent to several",
        );
    }
    if query.order_by.is_some() {
        add("order_by", "wants none: the order of rows would tell of counts that are withheld");
    }
    if query.limit != MOST_ROWS {
        add("limit", "wants none: the rows beyond it would tell of counts that are withheld");
    }
    if !query.filter.is_empty() {
        add("filter", "wants none: ask by the property; of those that have several at once it would tell");
    }
    for (index, measure) in query.measures.iter().enumerate() {
        if !matches!(measure, StatisticsMeasure::Alerts | StatisticsMeasure::ShareOfAll) {
            let word: &str = (*measure).into();
            let wanted = format!(
                "wants ALERTS or SHARE_OF_ALL: what became of alerts tells of the few of which another thing became; got {word}"
            );
            add(&format!("measures[{index}]"), &wanted);
        }
    }
    for (index, dimension) in query.dimensions.iter().enumerate() {
        if let Some(wanted) = wrong_property(*dimension) {
            add(&format!("dimensions[{index}]"), wanted);
        }
        if index > 0 {
            add(
                &format!("dimensions[{index}]"),
                "wants none beside the first: a property at a time, since of few that have two it would tell",
            );
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

/// Why others are not told of a property.
fn wrong_property(dimension: StatisticsDimension) -> Option<&'static str> {
    use StatisticsDimension as Of;
    match dimension {
        Of::Category
        | Of::RiskType
        | Of::RiskLevel
        | Of::Origin
        | Of::Notifier
        | Of::SoldOnline
        | Of::AlertMeasure
        | Of::Month
        | Of::Quarter
        | Of::Year => None,
        Of::NotificationType => Some(
            "wants RISK_LEVEL: the type says nearly the same, and would tell of the few of which it does not",
        ),
        Of::AlertState => Some("wants another property: what became of alerts would tell of few"),
        Of::Sender
        | Of::Recipient
        | Of::ReactingJurisdiction
        | Of::Standing
        | Of::FollowUpState
        | Of::MeasureAction
        | Of::NoMeasureReason => Some("wants a property of alerts: others are not told of sendings"),
    }
}
