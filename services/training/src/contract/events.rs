//! Domain events in the form of the contract. They are stored whole; the feed redacts them for each reader.

use seamless_api::told;
use seamless_calendar::Zones;
use seamless_feed::NewEvent;
use seamless_proto::seamless::training::v1 as wire;

use super::{
    action_item_out, activity_out, aggregated_out, certificates_counted_out, contribution_out, counts_out,
    downloads_of_day_out, erased_out, material_out, merged_out, minutes_out, obligation_out,
};
use crate::domain::event::{DomainEvent, EventKind};

/// The event as it is appended to the feed; instants by the zone data given.
pub(crate) fn event_out(event: &DomainEvent, zones: &Zones) -> NewEvent {
    let DomainEvent { kind, time, arrangement, readers } = event;
    let (subject, status) = (kind.subject(), kind.status() as i32);
    seamless_api::event_out(subject, status, *time, arrangement.clone(), readers, data_of(kind, zones))
}

/// An activity as events tell it: events are kept for good, and name nobody.
pub(super) fn without_persons(mut activity: wire::Activity) -> wire::Activity {
    activity.sessions.iter_mut().for_each(|session| session.speakers.clear());
    activity.conflicts.iter_mut().for_each(|conflict| conflict.speakers.clear());
    activity
}

fn data_of(kind: &EventKind, zones: &Zones) -> (String, Vec<u8>) {
    match kind {
        EventKind::ActivityChanged(activity, change) => told(&wire::ActivityChanged {
            activity: Some(without_persons(activity_out(activity, None, zones))),
            change: *change as i32,
        }),
        EventKind::ActivityHeld(activity) => {
            told(&wire::ActivityHeld { activity: Some(without_persons(activity_out(activity, None, zones))) })
        }
        EventKind::RegistrationsCounted(counts) => told(&counts_out(counts)),
        EventKind::AttendanceMerged(attendance) => told(&merged_out(attendance)),
        EventKind::CertificatesCounted(book) => told(&certificates_counted_out(book)),
        EventKind::MinutesRecorded(minutes) => {
            told(&wire::MinutesRecorded { minutes: Some(minutes_out(minutes)) })
        }
        EventKind::ActionItemChanged(item, previous) => told(&wire::ActionItemChanged {
            action_item: Some(action_item_out(item)),
            previous_state: previous.map_or(0, |state| state as i32),
        }),
        EventKind::MaterialPublished(material) => {
            told(&wire::MaterialPublished { material: Some(material_out(material, None)) })
        }
        EventKind::MaterialDownloadsAggregated(told_of) => told(&downloads_of_day_out(told_of)),
        EventKind::FeedbackAggregated(summary) => told(&aggregated_out(summary)),
        EventKind::PersonErased(erased) => told(&erased_out(erased)),
        EventKind::ObligationChanged(obligation, previous) => told(&wire::ObligationChanged {
            obligation: Some(obligation_out(obligation)),
            previous_state: previous.map_or(0, |state| state as i32),
        }),
        EventKind::CampaignReported(one) => {
            told(&wire::CampaignReported { contribution: Some(contribution_out(one)) })
        }
        EventKind::SurveillanceReported(one) => {
            told(&wire::SurveillanceReported { contribution: Some(contribution_out(one)) })
        }
    }
}
