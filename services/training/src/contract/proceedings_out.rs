//! What comes of activities, for the wire.

use jiff::civil::Date;
use seamless_api::{
    etag_out,
    violations::{localized_out, timestamp_out},
};
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use super::session_out::count_out;
use crate::domain::{
    model::{ActionItem, Contribution, Minutes, Reach, SampleResult},
    records::Record,
};

/// The whole minutes.
#[must_use]
pub fn minutes_out(minutes: &Minutes) -> wire::Minutes {
    let decisions = minutes.content.decisions.iter();
    wire::Minutes {
        name: minutes.name(),
        summary: localized_out(&minutes.content.summary),
        decisions: decisions
            .map(|one| wire::MinutedDecision { id: one.id.to_string(), text: localized_out(&one.text) })
            .collect(),
        agreed_by: minutes.agreed_by.iter().map(ToString::to_string).collect(),
        version: count_out(minutes.version),
        recorded_by: minutes.recorded_by.to_string(),
        internal_note: minutes.content.internal_note.clone(),
        create_time: Some(timestamp_out(minutes.create_time)),
        update_time: Some(timestamp_out(minutes.update_time)),
        etag: etag_out(minutes.revision),
    }
}

/// The whole action item.
#[must_use]
pub fn action_item_out(item: &ActionItem) -> wire::ActionItem {
    let content = &item.content;
    wire::ActionItem {
        name: item.name(),
        text: localized_out(&content.text),
        owner: content.owner.to_string(),
        due_date: Some(day_out(content.due_date)),
        decision: content.decision.as_ref().map(ToString::to_string).unwrap_or_default(),
        warn_before_days: Some(count_out(content.warn_before_days)),
        state: item.state as i32,
        due_time: Some(timestamp_out(item.due)),
        note: item.note.clone(),
        end_time: item.end_time.map(timestamp_out),
        create_time: Some(timestamp_out(item.create_time)),
        update_time: Some(timestamp_out(item.update_time)),
        etag: etag_out(item.revision),
    }
}

/// All of what was reported.
#[must_use]
pub fn contribution_out(contribution: &Contribution) -> wire::Contribution {
    let content = &contribution.content;
    wire::Contribution {
        name: contribution.name(),
        reach: content.reach.iter().map(reach_out).collect(),
        samples: content.samples.iter().map(sample_out).collect(),
        remarks: localized_out(&content.remarks),
        internal_note: content.internal_note.clone(),
        create_time: Some(timestamp_out(contribution.create_time)),
        update_time: Some(timestamp_out(contribution.update_time)),
        etag: etag_out(contribution.revision),
    }
}

fn reach_out(reach: &Reach) -> wire::Reach {
    wire::Reach {
        channel: reach.channel.clone(),
        language: reach.language.as_ref().map(ToString::to_string).unwrap_or_default(),
        value: i64::try_from(reach.value).unwrap_or(i64::MAX),
        unit: reach.unit as i32,
        source: reach.source.clone(),
        counted_until: reach.counted_until.map(day_out),
    }
}

fn sample_out(sample: &SampleResult) -> wire::SampleResult {
    wire::SampleResult {
        product_area: sample.product_area.to_string(),
        hazard: sample.hazard.clone(),
        taken: count_out(sample.taken),
        tested: count_out(sample.tested),
        non_compliant: count_out(sample.non_compliant),
    }
}

/// A day.
#[must_use]
pub fn day_out(day: Date) -> value::CivilDate {
    value::CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() }
}
