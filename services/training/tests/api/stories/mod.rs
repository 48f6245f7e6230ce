//! What the stories tell of, a file for each.

pub mod activities;
pub mod any_order;
pub mod attendance;
pub mod calendars;
pub mod certificates;
pub mod crowds;
pub mod effect;
pub mod feedback;
pub mod invitations;
pub mod mails;
pub mod mails_of_sessions;
pub mod materials;
pub mod needs;
pub mod obligations;
pub mod personal_data;
pub mod present;
pub mod privacy;
pub mod proceedings;
pub mod registrations;
mod replies;
pub mod schedules;
pub mod seats;
pub mod shown;
pub mod twins;

use seamless_proto::seamless::training::v1 as wire;

use crate::{running::Partner, words::request_id};

/// Begins an activity.
pub async fn created(partner: &Partner, activity: wire::Activity) -> wire::Activity {
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: request_id(),
        ..wire::CreateActivityRequest::default()
    };
    partner.activities.clone().create_activity(request).await.unwrap().into_inner()
}

/// Begins an activity, and announces it.
pub async fn published(partner: &Partner, activity: wire::Activity) -> wire::Activity {
    let wire::Activity { name, etag, .. } = created(partner, activity).await;
    let request = wire::PublishActivityRequest {
        name,
        etag,
        request_id: request_id(),
        ..wire::PublishActivityRequest::default()
    };
    partner.activities.clone().publish_activity(request).await.unwrap().into_inner()
}

/// The activity as the partner sees it.
pub async fn seen(partner: &Partner, name: &str) -> Result<wire::Activity, tonic::Status> {
    let request = wire::GetActivityRequest { name: name.to_owned() };
    partner.activities.clone().get_activity(request).await.map(tonic::Response::into_inner)
}
