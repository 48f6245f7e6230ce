//! Rights that travel: what a holder loses it loses at once and from the first position on, it is told to remove what it
//! has, and it confirms.

use std::time::{Duration, Instant};

use futures::StreamExt;
use jiff::{SignedDuration, civil::date, tz::TimeZone};
use prost::Message;
use seamless_calendar::Clock;
use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    feed::v1::{Event, FollowEventsRequest, GetDigestRequest},
    notifications::v1::{self as wire, HolderState, RemovalReason, RemovalState, TransmissionState},
};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{kettle, kinds, request_id},
};

pub fn revocation(notification: &str, recipient: &str) -> wire::RevokeTransmissionRequest {
    wire::RevokeTransmissionRequest {
        name: format!("{notification}/transmissions/{recipient}"),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..wire::RevokeTransmissionRequest::default()
    }
}

fn removals_in(events: &[Event]) -> Vec<wire::Removal> {
    let told = events.iter().filter(|event| event.r#type.ends_with(".RemovalOrdered"));
    let ordered = told.map(|event| {
        wire::RemovalOrdered::decode(event.data.as_ref().unwrap().value.as_slice()).unwrap().removal.unwrap()
    });
    ordered.collect()
}

impl Partner {
    pub async fn holders(&mut self, notification: &str) -> Vec<wire::Holder> {
        let request = wire::ListHoldersRequest {
            parent: notification.to_owned(),
            ..wire::ListHoldersRequest::default()
        };
        self.rights.list_holders(request).await.unwrap().into_inner().holders
    }

    pub async fn removals(&mut self) -> Vec<wire::Removal> {
        let request = wire::ListRemovalsRequest::default();
        self.rights.list_removals(request).await.unwrap().into_inner().removals
    }

    pub async fn confirm_removal(&mut self, removal: &str) -> Result<wire::Removal, tonic::Status> {
        let request = wire::ConfirmRemovalRequest {
            name: removal.to_owned(),
            note: "deleted from the case system and its backups".to_owned(),
            request_id: request_id(),
            ..wire::ConfirmRemovalRequest::default()
        };
        self.rights.confirm_removal(request).await.map(tonic::Response::into_inner)
    }

    /// Gives the notification new disclosures.
    pub async fn disclose(&mut self, notification: &str, path: &str, audience: Audience) {
        let request = wire::UpdateNotificationRequest {
            notification: Some(wire::Notification {
                name: notification.to_owned(),
                disclosures: vec![FieldDisclosure {
                    path: path.to_owned(),
                    audience: audience.into(),
                    reason: "the court decided so".to_owned(),
                }],
                ..wire::Notification::default()
            }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["disclosures".to_owned()] }),
            request_id: request_id(),
            validate_only: false,
        };
        self.notifications.update_notification(request).await.unwrap();
    }

    /// Begins an investigation, so that there is more to lose.
    pub async fn investigate(&mut self, notification: &str) {
        let transmission = format!("{notification}/transmissions/cn-gacc");
        self.acknowledge(&transmission).await.unwrap();
        let start =
            wire::StartFollowUpRequest { transmission, request_id: request_id(), ..Default::default() };
        self.follow_ups.start_follow_up(start).await.unwrap();
    }

    /// Everything that the partner still learns of a notification, place by place.
    pub async fn learns_of(&mut self, notification: &str) -> Vec<&'static str> {
        let mut places = Vec::new();
        let mut look = |place, learns: bool| places.extend(learns.then_some(place));
        let transmission = format!("{notification}/transmissions/cn-gacc");
        let get = wire::GetNotificationRequest { name: notification.to_owned() };
        look("get", self.notifications.get_notification(get).await.is_ok());
        let all = wire::ListNotificationsRequest::default();
        let all = self.notifications.list_notifications(all).await.unwrap().into_inner().notifications;
        look("list", all.iter().any(|one| one.name == notification));
        let filter = Some(wire::NotificationFilter { text: "Boilwell".to_owned(), ..Default::default() });
        let search = wire::ListNotificationsRequest { filter, ..Default::default() };
        let found = self.notifications.list_notifications(search).await.unwrap().into_inner().notifications;
        look("search", found.iter().any(|one| one.name == notification));
        let words = wire::SearchNotificationsRequest { query: "Boilwell".to_owned(), ..Default::default() };
        let hits = self.notifications.search_notifications(words).await.unwrap().into_inner().hits;
        look("words", hits.iter().any(|hit| hit.notification.as_ref().unwrap().name == notification));
        let draft = wire::FindSimilarRequest { draft: Some(kettle()), ..Default::default() };
        let similar = self.similarity.find_similar(draft).await.unwrap().into_inner().candidates;
        look("similar", similar.iter().any(|one| one.notification.as_ref().unwrap().name == notification));
        let parent = notification.to_owned();
        let list = wire::ListListingsRequest { parent: parent.clone(), ..Default::default() };
        look("listings", self.listings.list_listings(list).await.is_ok());
        let list = wire::ListAttachmentsRequest { parent: parent.clone(), ..Default::default() };
        look("attachments", self.attachments.list_attachments(list).await.is_ok());
        let list = wire::ListConversationsRequest { parent, ..Default::default() };
        look("conversations", self.conversations.list_conversations(list).await.is_ok());
        let list = wire::ListEvidenceRequest { parent: transmission.clone(), ..Default::default() };
        look("ledger", self.evidence.list_evidence(list).await.is_ok());
        look("inbox", !self.inbox().await.is_empty());
        let sent = wire::GetTransmissionRequest { name: transmission.clone() };
        look("transmission", self.transmissions.get_transmission(sent).await.is_ok());
        let sent = wire::ListTransmissionsRequest { parent: notification.to_owned(), ..Default::default() };
        look("transmissions", self.transmissions.list_transmissions(sent).await.is_ok());
        let follow_up = wire::GetFollowUpRequest { name: format!("{transmission}/followUp") };
        look("follow-up", self.follow_ups.get_follow_up(follow_up).await.is_ok());
        let list = wire::ListFollowUpsRequest::default();
        let list = self.follow_ups.list_follow_ups(list).await.unwrap().into_inner().follow_ups;
        look("follow-ups", !list.is_empty());
        let assessments =
            wire::ListAssessmentsRequest { parent: notification.to_owned(), ..Default::default() };
        look("assessments", self.assessments.list_assessments(assessments).await.is_ok());
        let proposals = self.proposals.list_proposals(wire::ListProposalsRequest::default()).await.unwrap();
        look("proposals", !proposals.into_inner().proposals.is_empty());
        let events = self.events().await;
        look("feed", events.iter().any(|event| event.subject.starts_with("notifications/")));
        let told: Vec<u8> = events.iter().flat_map(|event| event.data.clone().unwrap().value).collect();
        look("words in the feed", String::from_utf8_lossy(&told).contains("Boilwell"));
        let range = GetDigestRequest { from_position: 1, to_position: 0, ..GetDigestRequest::default() };
        let digest = self.feed.get_digest(range).await.unwrap().into_inner();
        look("digest", digest.count != i64::try_from(removals_in(&events).len()).unwrap());
        places
    }
}

const EVERYWHERE: [&str; 19] = [
    "get",
    "list",
    "search",
    "words",
    "similar",
    "listings",
    "attachments",
    "conversations",
    "ledger",
    "inbox",
    "transmission",
    "transmissions",
    "follow-up",
    "follow-ups",
    "assessments",
    "proposals",
    "feed",
    "words in the feed",
    "digest",
];

/// A notification that GACC investigates, on which it has proposed something.
async fn investigated(just: &mut Partner, gacc: &mut Partner) -> String {
    let name = just.sent_to_gacc("1").await.name;
    gacc.investigate(&name).await;
    gacc.propose(&name, "Boilwell 2", &["product.brand"]).await.unwrap();
    assert_eq!(gacc.learns_of(&name).await, EVERYWHERE);
    name
}

pub async fn taken_off(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = investigated(&mut just, &mut gacc).await;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let acknowledged = gacc.events().await.last().unwrap().position;
    let position = seamless_proto::seamless::feed::v1::AcknowledgePositionRequest {
        position: acknowledged,
        ..seamless_proto::seamless::feed::v1::AcknowledgePositionRequest::default()
    };
    gacc.feed.acknowledge_position(position).await.unwrap();

    let revoked = just.transmissions.revoke_transmission(revocation(&name, "cn-gacc")).await.unwrap();
    let since = Instant::now();
    assert!(gacc.learns_of(&name).await.is_empty());
    assert!(since.elapsed() < Duration::from_secs(5), "nothing had to be waited for");
    let revoked = revoked.into_inner();
    assert_eq!((revoked.state(), revoked.due_time), (TransmissionState::Revoked, None));

    // What is left is the tombstone: that it has to go, and nothing of what it is.
    let events = gacc.events().await;
    assert_eq!(kinds(&events), ["RemovalOrdered"]);
    let [removal] = removals_in(&events).try_into().unwrap();
    assert_eq!((removal.reason(), removal.version), (RemovalReason::Revoked, 1));
    assert_eq!((removal.notification.as_str(), removal.explanation.as_str()), (name.as_str(), ""));
    assert!(events[0].subject == removal.name && removal.order_time.is_some());
    assert_eq!(
        gacc.removals().await,
        std::slice::from_ref(&removal),
        "it may still list what it is to remove"
    );

    // A change after that does not reach it, nor does the other recipient learn of it.
    just.disclose(&name, "product.description", Audience::Originator).await;
    assert_eq!(gacc.events().await.len(), 1);
    assert_eq!(cpsc.get(&name).await.name, name);
    assert!(removals_in(&cpsc.events().await).iter().all(|other| other.authority == "us-cpsc"));

    // The originator's side keeps the evidence.
    let [held, other] = just.holders(&name).await.try_into().unwrap();
    assert_eq!((held.authority.as_str(), held.state()), ("cn-gacc", HolderState::RemovalOrdered));
    assert_eq!((held.versions[0].first_version, held.versions[0].last_version), (1, 1));
    assert!(held.versions[0].end_time.is_some() && held.delivery_time.is_some(), "{held:?}");
    assert_eq!(held.removals[0].explanation, "sent by mistake");
    assert_eq!((other.authority.as_str(), other.last_version), ("us-cpsc", 2));
    assert!(other.delivery_time.is_none(), "the CPSC has acknowledged nothing");
    let follow_up = wire::GetFollowUpRequest { name: format!("{name}/transmissions/cn-gacc/followUp") };
    assert!(just.follow_ups.get_follow_up(follow_up).await.is_ok());

    assert_eq!(cpsc.confirm_removal(&removal.name).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(just.confirm_removal(&removal.name).await.unwrap_err().code(), Code::PermissionDenied);
    let confirmed = gacc.confirm_removal(&removal.name).await.unwrap();
    assert_eq!(confirmed.state(), RemovalState::Confirmed);
    assert!(!confirmed.confirmation.unwrap().principal.is_empty(), "its own words it may read");
    assert_eq!(gacc.confirm_removal(&removal.name).await.unwrap_err().code(), Code::FailedPrecondition);
    let held = just.holders(&name).await.remove(0);
    assert_eq!(held.state(), HolderState::RemovalConfirmed);
    let told = held.removals[0].confirmation.clone().unwrap();
    assert_eq!((told.note.contains("backups"), told.principal.as_str()), (true, ""));
    assert_eq!(kinds(&just.events().await).last(), Some(&"RemovalConfirmed"));
    assert_eq!(kinds(&gacc.events().await), ["RemovalOrdered", "RemovalConfirmed"]);
    let others = wire::ListHoldersRequest { parent: name.clone(), ..Default::default() };
    assert_eq!(cpsc.rights.list_holders(others).await.unwrap_err().code(), Code::PermissionDenied);
}

pub async fn sent_again(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    just.transmissions.revoke_transmission(revocation(&name, "cn-gacc")).await.unwrap();
    running.credentials.clock().advance(SignedDuration::from_hours(72));
    let again = just.transmit(&name, &["cn-gacc"]).await.unwrap().transmissions.remove(0);
    assert_eq!(again.state(), TransmissionState::Sent);
    let entry = gacc.inbox().await.remove(0).transmission.unwrap();
    let seconds = |time: Option<prost_types::Timestamp>| time.unwrap().seconds;
    let days = (seconds(entry.due_time) - seconds(entry.send_time)) / 86_400;
    assert_eq!(days, 21, "the deadline runs anew from when it was sent again");
    assert_eq!(kinds(&gacc.events().await), ["RemovalOrdered", "NotificationTransmitted", "ClockChanged"]);
    let spans = just.holders(&name).await.remove(0).versions;
    assert!(spans.len() == 2 && spans[0].end_time.is_some() && spans[1].end_time.is_none());
    gacc.acknowledge(&entry.name).await.unwrap();
}

pub async fn open_stream(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let follow = FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() };
    let mut stream = gacc.feed.follow_events(follow).await.unwrap().into_inner();
    let limit = Duration::from_secs(10);
    let mut next = async || tokio::time::timeout(limit, stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(kinds(&[next().await, next().await]), ["NotificationTransmitted", "ClockChanged"]);
    just.transmissions.revoke_transmission(revocation(&name, "cn-gacc")).await.unwrap();
    just.disclose(&name, "product.brand", Audience::Originator).await;
    let other = just.sent_to_gacc("2").await.name;
    assert_eq!(kinds(&[next().await]), ["RemovalOrdered"]);
    assert_eq!(next().await.subject, other, "of the first one it hears no more");
}

pub async fn refusals(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let unexplained =
        wire::RevokeTransmissionRequest { reason: " ".to_owned(), ..revocation(&name, "cn-gacc") };
    let unexplained = just.transmissions.revoke_transmission(unexplained).await.unwrap_err();
    assert_eq!(unexplained.get_details_bad_request().unwrap().field_violations[0].field, "reason");
    for (who, recipient) in [(&mut gacc, "cn-gacc"), (&mut just, "ca-hc")] {
        let denied = who.transmissions.revoke_transmission(revocation(&name, recipient)).await.unwrap_err();
        assert_eq!(denied.code(), Code::PermissionDenied, "{recipient}");
    }
    let checked = wire::RevokeTransmissionRequest { validate_only: true, ..revocation(&name, "cn-gacc") };
    just.transmissions.revoke_transmission(checked).await.unwrap();
    assert_eq!(gacc.inbox().await.len(), 1, "checked, not done");
    let request = revocation(&name, "cn-gacc");
    let first = just.transmissions.revoke_transmission(request.clone()).await.unwrap().into_inner();
    let again = just.transmissions.revoke_transmission(request).await.unwrap().into_inner();
    assert_eq!(first, again);
    let twice = just.transmissions.revoke_transmission(revocation(&name, "cn-gacc")).await.unwrap_err();
    assert_eq!(twice.get_details_error_info().unwrap().metadata["state"], "REVOKED");
    assert_eq!(gacc.removals().await.len(), 1);
    let nonsense = wire::ConfirmRemovalRequest {
        name: "removals/Ä".to_owned(),
        note: "x".repeat(5_001),
        request_id: request_id(),
        ..Default::default()
    };
    assert_eq!(gacc.rights.confirm_removal(nonsense).await.unwrap_err().code(), Code::InvalidArgument);
}

pub async fn racing(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let many = (0..8).map(|_| {
        let (mut just, request) = (just.clone(), revocation(&name, "cn-gacc"));
        async move { just.transmissions.revoke_transmission(request).await.is_ok() }
    });
    let done = futures::future::join_all(many).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
    assert_eq!(kinds(&gacc.events().await), ["RemovalOrdered"]);
}

pub async fn withdrawn(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = just.sent_to_gacc("1").await.name;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let withdraw = wire::WithdrawNotificationRequest {
        name: name.clone(),
        reason: "the wrong product".to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    for (holder, id) in [(&mut gacc, "cn-gacc"), (&mut cpsc, "us-cpsc")] {
        assert_eq!(
            holder.get(&name).await.withdraw_reason,
            "the wrong product",
            "what was withdrawn is known"
        );
        let [removal] = holder.removals().await.try_into().unwrap();
        assert_eq!((removal.reason(), removal.authority.as_str()), (RemovalReason::Withdrawn, id));
    }
    let removal = gacc.removals().await.remove(0).name;
    gacc.confirm_removal(&removal).await.unwrap();
    let states: Vec<_> = just.holders(&name).await.iter().map(wire::Holder::state).collect();
    assert_eq!(states, [HolderState::RemovalConfirmed, HolderState::RemovalOrdered]);
    let open = wire::ListRemovalsRequest {
        states: vec![RemovalState::Ordered.into()],
        side: wire::RemovalSide::Others.into(),
        ..Default::default()
    };
    let open = just.rights.list_removals(open).await.unwrap().into_inner().removals;
    assert_eq!(open.iter().map(|removal| removal.authority.as_str()).collect::<Vec<_>>(), ["us-cpsc"]);
}

pub async fn downgraded(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = just.sent_to_gacc("1").await.name;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    // Measures do not travel to the CPSC: it was never shown them, and has nothing to remove.
    just.disclose(&name, "measures", Audience::Originator).await;
    assert!(removals_in(&cpsc.events().await).is_empty());
    let [removal] = removals_in(&gacc.events().await).try_into().unwrap();
    assert_eq!((removal.reason(), removal.version), (RemovalReason::Downgraded, 1));
    assert_eq!(removal.fields, ["measures.action"], "what it was shown, and no more");
    let first = gacc.events().await.remove(0);
    let first = wire::NotificationTransmitted::decode(first.data.unwrap().value.as_slice()).unwrap();
    assert!(first.notification.unwrap().measures.is_empty(), "gone from the first position, too");
    assert_eq!(gacc.get(&name).await.product.unwrap().brand, "Boilwell", "the rest it may read");

    let held = just.holders(&name).await.remove(0);
    assert_eq!((held.state(), held.fields.len()), (HolderState::RemovalOrdered, 1));
    gacc.confirm_removal(&removal.name).await.unwrap();
    let held = just.holders(&name).await.remove(0);
    assert_eq!((held.state(), held.last_version), (HolderState::Holds, 2));

    // Opening it again orders nothing; changing the content orders nothing.
    just.disclose(&name, "measures", Audience::Public).await;
    assert_eq!(gacc.removals().await.len(), 1);
}

/// The sample with an end of the arrangement with GACC.
fn ending(day: &str) -> String {
    let begins = "effective = 2026-01-01\n\n# No countries_of_origin";
    assert!(SAMPLE_COOPERATION.contains(begins), "the sample has changed: look at this test");
    let ends = format!("effective = 2026-01-01\nends = {day}\n\n# No countries_of_origin");
    SAMPLE_COOPERATION.replacen(begins, &ends, 1)
}

pub async fn arrangement_ends(running: Running) {
    let now = running.credentials.clock().now();
    let today = TimeZone::UTC.to_datetime(now).date();
    let end = today.checked_add(jiff::Span::new().days(30)).unwrap();
    let running =
        running.restarted(|credentials| credentials.set_cooperation(&ending(&end.to_string()))).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = investigated(&mut just, &mut gacc).await;
    assert!(end > date(2026, 1, 1));

    let last_moment = end.to_zoned(TimeZone::UTC).unwrap().timestamp().duration_since(now);
    running.credentials.clock().advance(last_moment);
    let since = Instant::now();
    // What it was told of a removal is no part of it: how soon the worker comes is another matter.
    let left = gacc.learns_of(&name).await;
    assert!(left.iter().all(|place| *place == "digest"), "{left:?}");
    assert!(since.elapsed() < Duration::from_secs(5));
    let removals =
        seamless_testkit::eventually("the removal is ordered", Duration::from_secs(10), async || {
            let removals = gacc.clone().removals().await;
            if removals.is_empty() { Err("none yet") } else { Ok(removals) }
        })
        .await;
    assert_eq!((removals.len(), removals[0].reason()), (1, RemovalReason::ArrangementLeft));
    assert_eq!(kinds(&gacc.events().await), ["RemovalOrdered"]);
    assert!(gacc.learns_of(&name).await.is_empty());
    gacc.confirm_removal(&removals[0].name).await.unwrap();
    assert_eq!(just.holders(&name).await[0].state(), HolderState::RemovalConfirmed);
    let refused = just.transmit(&name, &["cn-gacc"]).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "NO_ARRANGEMENT");
}

pub async fn party_left(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = investigated(&mut just, &mut gacc).await;
    let left = SAMPLE_COOPERATION
        .replace("parties = [\"eu-just\", \"us-cpsc\"]", "parties = [\"eu-just\", \"us-cpsc\", \"cn-gacc\"]");
    // The arrangement with GACC has never been in force, so that GACC is a party to another one alone.
    let left = left.replacen("effective = 2026-01-01", "effective = 2099-01-01", 1);
    let running = running.restarted(|credentials| credentials.set_cooperation(&left)).await;
    let [mut just, mut gacc] = ["eu-just", "cn-gacc"].map(|id| running.partner(id));
    seamless_testkit::eventually("the removal is ordered", Duration::from_secs(10), async || {
        let removals = gacc.clone().removals().await;
        if removals.is_empty() { Err("none yet") } else { Ok(()) }
    })
    .await;
    assert!(gacc.learns_of(&name).await.is_empty());
    // Under the other arrangement it can be sent again; what it lost stays lost.
    just.transmit(&name, &["cn-gacc"]).await.unwrap();
    assert!(gacc.get(&name).await.measures.is_empty(), "as the other arrangement lets it travel");
    assert_eq!(
        kinds(&gacc.events().await),
        ["RemovalOrdered", "NotificationTransmitted", "EvidenceRecorded"]
    );
}
