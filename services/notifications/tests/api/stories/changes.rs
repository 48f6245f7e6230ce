//! Changes to what was written before.

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, NotificationState, TransmissionState},
};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::Running,
    words::{kettle, kinds, request_id},
};

pub fn update(notification: wire::Notification, paths: &[&str]) -> wire::UpdateNotificationRequest {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>();
    wire::UpdateNotificationRequest {
        notification: Some(notification),
        update_mask: (!paths.is_empty()).then_some(prost_types::FieldMask { paths }),
        request_id: request_id(),
        validate_only: false,
    }
}

fn rename(name: &str, brand: &str) -> wire::Notification {
    let product = Some(wire::Product { brand: brand.to_owned(), ..wire::Product::default() });
    wire::Notification { name: name.to_owned(), product, ..wire::Notification::default() }
}

pub async fn new_version(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let changed =
        just.notifications.update_notification(update(rename(&name, "Boilbest"), &["product.brand"]));
    assert_eq!(changed.await.unwrap().into_inner().version, 2);
    let entry = gacc.inbox().await.remove(0);
    assert_eq!(entry.transmission.unwrap().version, 2);
    assert_eq!(entry.notification.unwrap().product.unwrap().brand, "Boilbest");
    assert_eq!(
        kinds(&gacc.events().await),
        ["NotificationTransmitted", "ClockChanged", "NotificationUpdated"]
    );
    let noted = wire::Notification {
        name: name.clone(),
        internal_note: "call the importer".to_owned(),
        ..Default::default()
    };
    let noted = just.notifications.update_notification(update(noted, &["internal_note"])).await.unwrap();
    assert_eq!(noted.into_inner().version, 2, "a note for the own side is no new version");
    assert_eq!(gacc.events().await.len(), 3, "and nobody else hears of it");
    let denied = gacc.notifications.update_notification(update(rename(&name, "Mine"), &["product.brand"]));
    assert_eq!(denied.await.unwrap_err().code(), Code::PermissionDenied, "only the originator edits");
    let emptied = just.notifications.update_notification(update(rename(&name, ""), &["risk.types"]));
    let emptied = emptied.await.unwrap_err();
    assert_eq!(emptied.get_details_error_info().unwrap().reason, "INCOMPLETE_RECORD");
}

pub async fn withdrawal(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let withdraw = |reason: &str| wire::WithdrawNotificationRequest {
        name: name.clone(),
        reason: reason.to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    let unexplained = just.notifications.withdraw_notification(withdraw(" ")).await.unwrap_err();
    assert_eq!(unexplained.get_details_bad_request().unwrap().field_violations[0].field, "reason");
    just.notifications.withdraw_notification(withdraw("the wrong product")).await.unwrap();
    let seen = gacc.get(&name).await;
    assert_eq!(
        (seen.state(), seen.withdraw_reason.as_str()),
        (NotificationState::Withdrawn, "the wrong product")
    );
    let transmission = gacc.inbox().await.remove(0).transmission.unwrap();
    assert_eq!(transmission.state(), TransmissionState::Withdrawn);
    assert_eq!(gacc.acknowledge(&transmission.name).await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(
        kinds(&gacc.events().await),
        [
            "NotificationTransmitted",
            "ClockChanged",
            "ClockChanged",
            "NotificationWithdrawn",
            "RemovalOrdered",
            "EvidenceRecorded"
        ]
    );
    let twice = just.notifications.withdraw_notification(withdraw("again")).await.unwrap_err();
    assert_eq!(twice.get_details_error_info().unwrap().metadata["state"], "WITHDRAWN");
}

pub async fn opened_later(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let opened = wire::Notification {
        name: name.clone(),
        internal_note: "see the test report".to_owned(),
        disclosures: vec![FieldDisclosure {
            path: "internal_note".to_owned(),
            audience: Audience::Recipients.into(),
            reason: "it helps".to_owned(),
        }],
        ..wire::Notification::default()
    };
    just.notifications.update_notification(update(opened, &["internal_note", "disclosures"])).await.unwrap();
    assert_eq!(gacc.get(&name).await.internal_note, "see the test report");
    let told: Vec<String> = gacc
        .events()
        .await
        .into_iter()
        .map(|event| String::from_utf8_lossy(&event.data.unwrap().value).into_owned())
        .collect();
    assert!(!told[0].contains("under investigation"), "what was hidden when it was written stays hidden");
    assert!(told[1..].iter().any(|told| told.contains("see the test report")));
}

pub async fn withdrawn_follow_up(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let transmission = format!("{name}/transmissions/cn-gacc");
    gacc.acknowledge(&transmission).await.unwrap();
    let start = wire::StartFollowUpRequest { transmission, request_id: request_id(), ..Default::default() };
    let follow_up = gacc.follow_ups.start_follow_up(start).await.unwrap().into_inner().name;
    let withdraw = wire::WithdrawNotificationRequest {
        name,
        reason: "the wrong product".to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    let trace = wire::RecordTracingRequest {
        name: follow_up.clone(),
        result: wire::TracingResult::NotTraced.into(),
        not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
        request_id: request_id(),
        ..wire::RecordTracingRequest::default()
    };
    assert_eq!(gacc.follow_ups.record_tracing(trace).await.unwrap_err().code(), Code::FailedPrecondition);
    let close =
        wire::CloseFollowUpRequest { name: follow_up, request_id: request_id(), ..Default::default() };
    let closed = gacc.follow_ups.close_follow_up(close).await.unwrap().into_inner();
    assert_eq!(closed.state(), wire::FollowUpState::Closed);
}

pub async fn masks(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let name = nvwa.create(kettle()).await.name;
    let mut change = async |notification, paths: &[&str]| {
        let updated = nvwa.notifications.update_notification(update(notification, paths)).await;
        updated.map(|updated| updated.into_inner())
    };
    let one = change(rename(&name, "Boilbest"), &["product.brand"]).await.unwrap().product.unwrap();
    assert_eq!((one.brand.as_str(), one.models.len()), ("Boilbest", 1), "only what the mask names");
    let cleared = change(rename(&name, ""), &["product.models", "internal_note"]).await.unwrap();
    assert!(cleared.product.unwrap().models.is_empty() && cleared.internal_note.is_empty());
    let group = change(rename(&name, "Alone"), &[]).await.unwrap();
    assert!(
        group.product.unwrap().gtins.is_empty(),
        "without a mask a group that is set replaces the whole group"
    );
    assert!(group.risk.is_some(), "and one that is not set stays");
    let all = change(rename(&name, "All"), &["*"]).await.unwrap();
    assert!(all.measures.is_empty());
    for path in ["product.colour", "measures.action", "state", "nothing"] {
        let refused = change(rename(&name, ""), &[path]).await.unwrap_err();
        assert_eq!(
            refused.get_details_bad_request().unwrap().field_violations[0].field,
            "update_mask",
            "{path}"
        );
    }
}

pub async fn etags(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let read = nvwa.create(kettle()).await;
    let meant = |brand: &str| wire::Notification { etag: read.etag.clone(), ..rename(&read.name, brand) };
    let faster =
        nvwa.notifications.update_notification(update(meant("Faster"), &["product.brand"])).await.unwrap();
    assert_ne!(faster.into_inner().etag, read.etag);
    let slower = nvwa
        .notifications
        .update_notification(update(meant("Slower"), &["product.brand"]))
        .await
        .unwrap_err();
    assert_eq!(
        (slower.code(), slower.get_details_error_info().unwrap().reason.as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    assert_eq!(nvwa.get(&read.name).await.product.unwrap().brand, "Faster");
}
