//! Rebuilds of what was read in the form of the contract.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::reporting::v1 as wire;

use super::report_out::number_out;
use crate::domain::model::ReadRebuild;

/// The rebuild.
#[must_use]
pub fn rebuild_out(rebuild: &ReadRebuild) -> wire::ReadRebuild {
    wire::ReadRebuild {
        state: rebuild.state as i32,
        begin_time: Some(timestamp_out(rebuild.begun)),
        end_time: rebuild.ended.map(timestamp_out),
        target_position: rebuild.target,
        position: rebuild.position,
        events: number_out(rebuild.events),
        changed_facts: rebuild.changed.map(number_out),
    }
}
