//! Criteria between the wire and the domain.

use seamless_api::violations::{Violations, excerpt, timestamp_out};
use seamless_proto::seamless::consignments::v1 as wire;

use super::etag_out;
use crate::domain::{
    criteria::{Condition, Criterion, DryRun, FIELDS, cleaned},
    model::Operator,
    records::Record,
    use_cases::NewCriterion,
};

/// Parses what an author writes; output-only fields are ignored.
pub fn criterion_in(found: &mut Violations, criterion: wire::Criterion) -> Option<NewCriterion> {
    let at = |name: &str| format!("criterion.{name}");
    let lane = found.required_vocabulary(at("lane"), criterion.lane);
    let probability = criterion.apply_probability;
    if !(probability > 0.0 && probability <= 1.0) {
        found.add(at("apply_probability"), format!("wants a number above 0, at most 1; got {probability}"));
    }
    if criterion.conditions.is_empty() {
        found.add(at("conditions"), "is required: 1 to 20 conditions");
    }
    if criterion.end_time.is_none() {
        found.add(at("end_time"), "is required");
    }
    let end = found.timestamp(at("end_time"), criterion.end_time);
    let conditions = found.bounded(at("conditions"), criterion.conditions, 20).into_iter().enumerate();
    let conditions = conditions
        .map(|(index, condition)| condition_in(found, &format!("{}[{index}]", at("conditions")), condition))
        .collect();
    Some(NewCriterion {
        title: found.required_text(at("title"), criterion.title, 200),
        conditions,
        lane,
        apply_probability: probability,
        start: found.timestamp(at("start_time"), criterion.start_time),
        end: end?,
    })
}

fn condition_in(found: &mut Violations, at: &str, condition: wire::Condition) -> Condition {
    let field = condition.field;
    let is_feature = field.strip_prefix("features.").is_some_and(|name| {
        (1..=40).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    });
    if !is_feature && !FIELDS.contains(&field.as_str()) {
        let wanted = format!("a consignment has no such field to compare: {}", excerpt(&field));
        found.add(format!("{at}.field"), wanted);
    }
    let operator = found.required_vocabulary(format!("{at}.operator"), condition.operator);
    if condition.values.is_empty() {
        found.add(format!("{at}.values"), "is required: 1 to 100 values");
    }
    let values = found.texts(format!("{at}.values"), condition.values, 100, 200);
    if matches!(operator, Operator::LessThan | Operator::GreaterThan) {
        let is_number = |text: &String| text.trim().parse::<f64>().is_ok_and(f64::is_finite);
        if values.len() != 1 || !values.iter().all(is_number) {
            found.add(format!("{at}.values"), "wants one number for a comparison");
        }
    }
    Condition { field, operator, values: values.iter().map(|value| cleaned(value)).collect() }
}

/// A criterion.
#[must_use]
pub fn criterion_out(criterion: &Criterion) -> wire::Criterion {
    let conditions = criterion.conditions.iter().map(|condition| wire::Condition {
        field: condition.field.clone(),
        operator: condition.operator as i32,
        values: condition.values.clone(),
    });
    wire::Criterion {
        name: criterion.name(),
        authority: criterion.authority.to_string(),
        title: criterion.title.clone(),
        conditions: conditions.collect(),
        lane: criterion.lane as i32,
        apply_probability: criterion.apply_probability,
        start_time: Some(timestamp_out(criterion.start)),
        end_time: Some(timestamp_out(criterion.end)),
        state: criterion.state as i32,
        author: criterion.author.clone(),
        dry_run: criterion.dry_run.as_ref().map(dry_run_out),
        create_time: Some(timestamp_out(criterion.create_time)),
        update_time: Some(timestamp_out(criterion.update_time)),
        etag: etag_out(criterion.revision),
    }
}

/// What a criterion would have done.
#[must_use]
pub fn dry_run_out(run: &DryRun) -> wire::DryRun {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let lanes =
        run.lanes.iter().map(|(lane, count)| wire::LaneCount { lane: *lane as i32, count: number(*count) });
    wire::DryRun {
        start_time: Some(timestamp_out(run.start)),
        end_time: Some(timestamp_out(run.end)),
        screened: number(run.screened),
        hits: number(run.hits),
        lanes: lanes.collect(),
        examined: number(run.examined),
        found_unsafe: number(run.found_unsafe),
        run_time: Some(timestamp_out(run.run_time)),
    }
}
