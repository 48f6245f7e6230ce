//! The steps of an alert's way, and everything by which a reader comes to see it.

use std::time::Duration;

use prost::{Message, Name};
use prost_reflect::DynamicMessage;
use seamless_proto::seamless::{
    disclosure::v1::FieldDisclosure,
    feed::v1::{Event, FollowEventsRequest, ReadEventsRequest},
    notifications::v1::{self as wire, Notification},
};
use tokio_stream::StreamExt;
use tonic::{Response, Status};
use uuid::Uuid;

use super::filled::filled;
use crate::{raw_call::contracts, running::Partner};

/// A message of the contract with every field set.
pub fn every_field<M: Message + Name + Default>(at: &str) -> M {
    filled(&contracts().get_message_by_name(&M::full_name()).unwrap(), at).transcode_to().unwrap()
}

/// An alert on a product of Chinese origin with every field set, a follow-up to one in another system. Whom a follow-up to
/// a notification here is told to, depends on that notification: the stories of notifications tell it.
pub fn alert(disclosures: Vec<FieldDisclosure>) -> Notification {
    let mut alert = Notification { disclosures, ..every_field("") };
    let general = alert.general.get_or_insert_default();
    general.set_type(wire::NotificationType::FollowUp);
    general.follow_up_to.get_or_insert_default().notification.clear();
    alert
}

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// The message in a field of an event's data.
pub fn part<M: Message + Default>(event: &Event, field: &str) -> Option<M> {
    let descriptor = contracts().get_message_by_name(&event.r#type).unwrap();
    let data = event.data.as_ref().unwrap();
    let data = DynamicMessage::decode(descriptor, data.value.as_slice()).unwrap();
    let part = data.get_field_by_name(field)?.as_message()?.transcode_to().unwrap();
    Some(part)
}

impl Partner {
    pub async fn create(&mut self, notification: Notification) -> String {
        let request = wire::CreateNotificationRequest {
            notification: Some(notification),
            request_id: request_id(),
            validate_only: false,
        };
        self.notifications.create_notification(request).await.unwrap().into_inner().name
    }

    pub async fn submit(&mut self, name: &str) {
        let request = wire::SubmitNotificationRequest {
            name: name.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.notifications.submit_notification(request).await.unwrap();
    }

    /// The contact point's answer: accepted where it finds nothing, else returned.
    pub async fn answer(
        &mut self,
        name: &str,
        findings: Vec<wire::Finding>,
    ) -> wire::ValidateNotificationResponse {
        let decision = match findings.is_empty() {
            true => wire::ValidationDecision::Accept,
            false => wire::ValidationDecision::Return,
        };
        let request = wire::ValidateNotificationRequest {
            name: name.to_owned(),
            decision: decision.into(),
            findings,
            request_id: request_id(),
            ..Default::default()
        };
        self.notifications.validate_notification(request).await.unwrap().into_inner()
    }

    /// Decides anew which fields of a notification go to which circle.
    pub async fn disclose(&mut self, name: &str, disclosures: Vec<FieldDisclosure>) {
        let notification = Notification { name: name.to_owned(), disclosures, ..Default::default() };
        let request = wire::UpdateNotificationRequest {
            notification: Some(notification),
            update_mask: Some(prost_types::FieldMask { paths: vec!["disclosures".to_owned()] }),
            request_id: request_id(),
            validate_only: false,
        };
        self.notifications.update_notification(request).await.unwrap();
    }

    pub async fn withdraw(&mut self, name: &str, reason: &str) {
        let request = wire::WithdrawNotificationRequest {
            name: name.to_owned(),
            reason: reason.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.notifications.withdraw_notification(request).await.unwrap();
    }

    pub async fn get(&mut self, name: &str) -> Result<Notification, Status> {
        let request = wire::GetNotificationRequest { name: name.to_owned() };
        self.notifications.get_notification(request).await.map(Response::into_inner)
    }

    /// What it finds by a text; everything by an empty one.
    pub async fn find(&mut self, text: &str) -> Vec<Notification> {
        let filter = wire::NotificationFilter { text: text.to_owned(), ..Default::default() };
        let request = wire::ListNotificationsRequest { filter: Some(filter), ..Default::default() };
        self.notifications.list_notifications(request).await.unwrap().into_inner().notifications
    }

    /// What it finds by words.
    pub async fn search(&mut self, words: &str) -> Vec<Notification> {
        let request = wire::SearchNotificationsRequest { query: words.to_owned(), ..Default::default() };
        let hits = self.notifications.search_notifications(request).await.unwrap().into_inner().hits;
        hits.into_iter().filter_map(|hit| hit.notification).collect()
    }

    pub async fn inbox(&mut self) -> Vec<wire::InboxEntry> {
        self.transmissions.list_inbox(wire::ListInboxRequest::default()).await.unwrap().into_inner().entries
    }

    /// All its events, a page read at once.
    pub async fn events(&mut self) -> Vec<Event> {
        let page = self.feed.read_events(ReadEventsRequest::default()).await.unwrap().into_inner();
        assert!(page.caught_up, "the stories are shorter than a page");
        page.events
    }

    /// The first so many events of a stream from the beginning.
    pub async fn followed(&mut self, count: usize) -> Vec<Event> {
        let request = FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() };
        let stream = self.feed.follow_events(request).await.unwrap().into_inner();
        let events = stream.take(count).collect::<Result<Vec<_>, _>>();
        tokio::time::timeout(Duration::from_secs(30), events)
            .await
            .expect("the stream says what the pages say")
            .unwrap()
    }

    /// Every place at which it sees the notification, with the notification as it sees it there.
    pub async fn sights(&mut self, name: &str) -> Vec<(String, Notification)> {
        let mut sights = vec![("GetNotification".to_owned(), self.get(name).await.unwrap())];
        let listed = self.find("").await.into_iter().filter(|one| one.name == name);
        sights.extend(listed.map(|one| ("ListNotifications".to_owned(), one)));
        let found = self.search("product risk general").await.into_iter().filter(|one| one.name == name);
        sights.extend(found.map(|one| ("SearchNotifications".to_owned(), one)));
        let entries = self.inbox().await.into_iter().filter_map(|entry| entry.notification);
        sights.extend(entries.filter(|one| one.name == name).map(|one| ("ListInbox".to_owned(), one)));
        let read = self.events().await;
        let followed = self.followed(read.len()).await;
        for (method, events) in [("ReadEvents", read), ("FollowEvents", followed)] {
            let of_name = events.iter().filter(|event| event.subject == name);
            sights.extend(of_name.filter_map(|event| {
                let kind = event.r#type.rsplit('.').next().unwrap_or_default();
                Some((format!("{method}: {kind}"), part::<Notification>(event, "notification")?))
            }));
        }
        sights
    }
}
