//! An activity for the wire.

use seamless_api::{
    etag_out,
    violations::{localized_out, timestamp_out},
};
use seamless_calendar::Zones;
use seamless_disclosure::Override;
use seamless_proto::seamless::{disclosure::v1 as disclosure, training::v1 as wire};

use super::{
    campaign::campaign_out,
    session_out::{count_out, session_out, venue_out},
    terms::terms_out,
};
use crate::domain::model::{Activity, Conflict, Delegation, Held, Seats, activity_name};

/// The whole activity; `seats` where they are asked for.
#[must_use]
pub fn activity_out(activity: &Activity, seats: Option<&Seats>, zones: &Zones) -> wire::Activity {
    let content = &activity.content;
    wire::Activity {
        name: activity.name(),
        organiser: activity.organiser.to_string(),
        co_organisers: content.co_organisers.iter().map(ToString::to_string).collect(),
        state: activity.state as i32,
        kind: content.kind as i32,
        arrangement: content.arrangement.as_ref().map(ToString::to_string).unwrap_or_default(),
        programme: content.programme.clone(),
        visibility: content.visibility as i32,
        title: localized_out(&content.title),
        description: localized_out(&content.description),
        topics: content.topics.clone(),
        product_areas: content.product_areas.iter().map(ToString::to_string).collect(),
        audiences: content.audiences.iter().map(|audience| *audience as i32).collect(),
        languages: content.languages.iter().map(ToString::to_string).collect(),
        format: content.format.map_or(0, |format| format as i32),
        venue: content.venue.as_ref().map(venue_out),
        join_link: content.join_link.clone(),
        web_page: content.web_page.clone(),
        sessions: content.sessions.iter().map(|session| session_out(session, zones)).collect(),
        registration: content.registration.as_ref().map(terms_out),
        delegations: content.delegations.iter().map(delegation_out).collect(),
        status: content.status as i32,
        internal_note: content.internal_note.clone(),
        disclosures: content.disclosures.iter().map(disclosure_out).collect(),
        sequence: count_out(activity.sequence),
        change_note: activity.change_note.clone(),
        cancel_reason: activity.cancel_reason.clone(),
        zone_data: activity.zone_data.clone(),
        start_time: activity.begins().map(timestamp_out),
        end_time: activity.ends().map(timestamp_out),
        seats: seats.map(seats_out),
        held: activity.held.as_ref().map(held_out),
        create_time: Some(timestamp_out(activity.create_time)),
        update_time: Some(timestamp_out(activity.update_time)),
        etag: etag_out(activity.revision),
        campaign: content.campaign.as_ref().map(campaign_out),
        is_review: content.is_review,
        hazards: content.hazards.iter().map(|hazard| *hazard as i32).collect(),
        conflicts: activity.conflicts.iter().map(conflict_out).collect(),
    }
}

fn conflict_out(conflict: &Conflict) -> wire::Conflict {
    wire::Conflict {
        activity: activity_name(conflict.activity),
        organisers: conflict.organisers.iter().map(ToString::to_string).collect(),
        session: conflict.session.to_string(),
        meeting: conflict.meeting.to_string(),
        speakers: conflict.speakers.clone(),
        room: conflict.room.clone(),
    }
}

fn delegation_out(delegation: &Delegation) -> wire::Delegation {
    wire::Delegation {
        authority: delegation.authority.to_string(),
        head: delegation.head.clone(),
        size: count_out(delegation.size),
    }
}

fn disclosure_out(one: &Override) -> disclosure::FieldDisclosure {
    disclosure::FieldDisclosure {
        path: one.path.clone(),
        audience: one.audience as i32,
        reason: one.reason.clone(),
    }
}

fn held_out(held: &Held) -> wire::Held {
    wire::Held { participants: count_out(held.participants), conclusions: localized_out(&held.conclusions) }
}

/// How seats are taken.
#[must_use]
pub fn seats_out(seats: &Seats) -> wire::Seats {
    wire::Seats {
        capacity: count_out(seats.capacity),
        confirmed: count_out(seats.confirmed),
        offered: count_out(seats.offered),
        waiting: count_out(seats.waiting),
        pending: count_out(seats.pending),
    }
}
