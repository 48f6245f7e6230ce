//! What may be asked for others.

use crate::domain::{
    error::Violation,
    figures::statistics::{MOST_ROWS, StatisticsQuery, has_several},
    model::{StatisticsDimension, StatisticsMeasure},
};

/// The most properties that are looked at together.
pub(super) const MOST_TOGETHER: usize = 5;
/// The most values of conditions on properties of which a case may have several: what each of them counts is calculated by itself.
const MOST_SPLIT: usize = 40;

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
    let properties = told_apart_by(query).len();
    if properties > MOST_TOGETHER {
        let wanted = format!(
            "wants at most {MOST_TOGETHER} properties that counts are told apart by, conditions with several values among them; got \
             {properties}"
        );
        add("filter", &wanted);
    }
    let split = query.filter.iter().filter(|one| one.values.len() > 1 && has_several(one.dimension));
    let split: usize = split.map(|one| one.values.len()).sum();
    if split > MOST_SPLIT {
        let wanted = format!(
            "wants at most {MOST_SPLIT} values of properties of which a case may have several, in all conditions together; got {split}"
        );
        add("filter", &wanted);
    }
    for (index, measure) in query.measures.iter().enumerate() {
        if *measure == StatisticsMeasure::ShareOnTime {
            let wanted = "wants another measure: deadlines are told to the own side alone";
            add(&format!("measures[{index}]"), wanted);
        }
    }
    wrong
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
