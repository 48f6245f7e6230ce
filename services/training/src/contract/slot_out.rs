//! Slots for the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::training::v1 as wire;

use super::{session_out::count_out, wall_time_out};
use crate::domain::slots::{Found, LeftNothing, Ranked, Reason, SideTime};

/// What was found.
#[must_use]
pub fn slots_out(found: &Found) -> wire::FindSlotsResponse {
    wire::FindSlotsResponse {
        slots: found.slots.iter().map(slot_out).collect(),
        tried: i32::try_from(found.tried).unwrap_or(i32::MAX),
        left_nothing: found.left_nothing.iter().map(obstacle_out).collect(),
    }
}

fn slot_out(slot: &Ranked) -> wire::Slot {
    let time_out = |time: &SideTime| wire::SlotTime {
        side: time.side.clone(),
        start: Some(wall_time_out(&time.start)),
        end: Some(wall_time_out(&time.end)),
    };
    wire::Slot {
        start_time: Some(timestamp_out(slot.start)),
        end_time: Some(timestamp_out(slot.end)),
        times: slot.times.iter().map(time_out).collect(),
        reasons: slot.reasons.iter().map(reason_out).collect(),
    }
}

fn reason_out(reason: &Reason) -> wire::SlotReason {
    use wire::SlotReasonKind as Kind;
    let (side, kind, minutes) = match reason {
        Reason::Early { side, minutes } => (side, Kind::Early, *minutes),
        Reason::Late { side, minutes } => (side, Kind::Late, *minutes),
        Reason::Saturday { side } => (side, Kind::Saturday, 0),
        Reason::AdjustedWorkingDay { side, .. } => (side, Kind::AdjustedWorkingDay, 0),
        Reason::Provisional { side, .. } => (side, Kind::Provisional, 0),
    };
    wire::SlotReason {
        side: side.clone(),
        kind: kind.into(),
        minutes: count_out(minutes),
        text: reason.to_string(),
    }
}

fn obstacle_out(obstacle: &LeftNothing) -> wire::SlotObstacle {
    use wire::SlotRule as Rule;
    let rule = match obstacle.rule {
        "window" => Rule::Window,
        "notice" => Rule::Notice,
        "hours" => Rule::Hours,
        "weekend" => Rule::Weekend,
        "holidays" => Rule::Holiday,
        "travel" => Rule::Travel,
        _ => Rule::Busy,
    };
    wire::SlotObstacle {
        side: obstacle.side.clone(),
        rule: rule.into(),
        refused: i32::try_from(obstacle.refused).unwrap_or(i32::MAX),
    }
}
