//! Requests that come twice, at once, or wrong.

use futures::future::join_all;
use prost::Message;
use seamless_proto::seamless::notifications::v1::{self as wire, NotificationState};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::Running,
    words::{kettle, request_id},
};

fn create(notification: wire::Notification) -> wire::CreateNotificationRequest {
    wire::CreateNotificationRequest {
        notification: Some(notification),
        request_id: request_id(),
        validate_only: false,
    }
}

pub async fn repeated(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let request = create(kettle());
    let first = nvwa.notifications.create_notification(request.clone()).await.unwrap().into_inner();
    nvwa.submit(&first.name).await.unwrap();
    let again = nvwa.notifications.create_notification(request.clone()).await.unwrap().into_inner();
    assert_eq!(
        first.encode_to_vec(),
        again.encode_to_vec(),
        "the first answer, though it is submitted by now"
    );
    let mut other = request.clone();
    other.notification.as_mut().unwrap().internal_note = "something else".to_owned();
    let reused = nvwa.notifications.create_notification(other).await.unwrap_err();
    assert_eq!(reused.code(), Code::InvalidArgument);
    let told = reused.get_details_error_info().unwrap();
    assert_eq!(told.reason, "REQUEST_ID_REUSED");
    assert_eq!(told.metadata["method"], "/seamless.notifications.v1.NotificationService/CreateNotification");
    let another = running.partner("fr-dgccrf").notifications.create_notification(request).await.unwrap();
    assert_ne!(another.into_inner().name, first.name, "request ids are each authority's own");
}

pub async fn racing(running: Running) {
    let nvwa = running.partner("nl-nvwa");
    let request = create(kettle());
    let copies = (0..16).map(|_| {
        let mut client = nvwa.notifications.clone();
        let request = request.clone();
        async move { client.create_notification(request).await.unwrap().into_inner().name }
    });
    let names = join_all(copies).await;
    assert!(names.iter().all(|name| *name == names[0]));
    let mut nvwa = nvwa;
    assert_eq!(nvwa.events().await.len(), 1, "it was created once");
}

pub async fn racing_steps(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let name = nvwa.create(kettle()).await.name;
    let request = wire::SubmitNotificationRequest { name, request_id: request_id(), ..Default::default() };
    let copies = (0..16).map(|_| {
        let (mut client, request) = (nvwa.notifications.clone(), request.clone());
        async move { client.submit_notification(request).await.unwrap().into_inner().encode_to_vec() }
    });
    let answers = join_all(copies).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "each copy gets the first answer");
}

pub async fn acknowledging(running: Running) {
    let (mut just, gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let transmission = format!("{}/transmissions/cn-gacc", just.sent_to_gacc("1").await.name);
    let clerks = (0..12).map(|_| {
        let (mut clerk, transmission) = (gacc.clone(), transmission.clone());
        async move { clerk.acknowledge(&transmission).await }
    });
    let answers = join_all(clerks).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), Code::FailedPrecondition, "{refused}");
    }
    let mut gacc = gacc;
    assert_eq!(gacc.events().await.len(), 3, "sent once with its clock, acknowledged once");
}

pub async fn source_keys(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let of_source = |reference: &str| {
        let mut notification = kettle();
        let general = notification.general.as_mut().unwrap();
        (general.source, general.source_reference) = ("icsms".to_owned(), reference.to_owned());
        notification
    };
    let first = nvwa.create(of_source("1")).await.name;
    let double = nvwa.notifications.create_notification(create(of_source("1"))).await.unwrap_err();
    assert_eq!(
        (double.code(), double.get_details_error_info().unwrap().metadata["resource"].as_str()),
        (Code::AlreadyExists, first.as_str())
    );
    let second = nvwa.create(of_source("2")).await.name;
    let request = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification { name: second, ..of_source("1") }),
        request_id: request_id(),
        ..wire::UpdateNotificationRequest::default()
    };
    assert_eq!(
        nvwa.notifications.update_notification(request).await.unwrap_err().code(),
        Code::AlreadyExists
    );
}

pub async fn validate_only(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let checked = wire::CreateNotificationRequest { validate_only: true, ..create(kettle()) };
    nvwa.notifications.create_notification(checked).await.unwrap();
    assert!(nvwa.events().await.is_empty());
    let name = nvwa.create(kettle()).await.name;
    let submit = wire::SubmitNotificationRequest {
        name: name.clone(),
        request_id: request_id(),
        validate_only: true,
        ..wire::SubmitNotificationRequest::default()
    };
    let would = nvwa.notifications.submit_notification(submit).await.unwrap().into_inner();
    assert_eq!(would.state(), NotificationState::Submitted);
    assert_eq!(nvwa.get(&name).await.state(), NotificationState::Draft);
}

pub async fn violations(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let mut wrong = kettle();
    let product = wrong.product.as_mut().unwrap();
    product.gtins = vec!["6291041500214".to_owned()];
    product.commodity_code = "12345".to_owned();
    product.brand = "x".repeat(201);
    wrong.traceability.as_mut().unwrap().country_of_origin = "XX".to_owned();
    wrong.risk.as_mut().unwrap().types.push(99);
    wrong.online.as_mut().unwrap().listings[0].url = "market".to_owned();
    wrong.measures[0].action = 0;
    let refused = nvwa.notifications.create_notification(create(wrong)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let found = refused.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<&str> = found.iter().map(|violation| violation.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "notification.measures[0].action",
            "notification.online.listings[0].url",
            "notification.product.brand",
            "notification.product.commodity_code",
            "notification.product.gtins[0]",
            "notification.risk.types[2]",
            "notification.traceability.country_of_origin",
        ]
    );
    let gtin = found.iter().find(|violation| violation.field.contains("gtins")).unwrap();
    assert!(gtin.description.contains("check digit is 4, expected 3"), "{}", gtin.description);

    // What nobody sees is told with its code point and place; a password is not repeated.
    let mut hidden = kettle();
    hidden.general.as_mut().unwrap().title = "two\nlines".to_owned();
    hidden.general.as_mut().unwrap().source_url = "https://me:secret@example.org/".to_owned();
    hidden.product.as_mut().unwrap().brand = "Ac\u{202e}me".to_owned();
    hidden.product.as_mut().unwrap().models = vec!["K-7\u{200b}".to_owned()];
    hidden.internal_note = "two\nlines, and می\u{200c}خواهم".to_owned();
    let refused = nvwa.notifications.create_notification(create(hidden)).await.unwrap_err();
    let found = refused.get_details_bad_request().unwrap().field_violations;
    let told: Vec<(&str, &str)> =
        found.iter().map(|one| (one.field.as_str(), one.description.as_str())).collect();
    for (field, said) in [
        ("notification.general.title", "U+000A, at character 4"),
        ("notification.general.source_url", "without user and password"),
        ("notification.product.brand", "U+202E, at character 3"),
        ("notification.product.models[0]", "U+200B, at character 4"),
    ] {
        assert!(told.iter().any(|(at, why)| *at == field && why.contains(said)), "{field}: {told:?}");
    }
    assert!(told.len() == 4 && !format!("{told:?}").contains("secret"), "{told:?}");

    let unnamed = wire::CreateNotificationRequest { request_id: "1".to_owned(), ..create(kettle()) };
    let unnamed = nvwa.notifications.create_notification(unnamed).await.unwrap_err();
    assert_eq!(unnamed.get_details_bad_request().unwrap().field_violations[0].field, "request_id");
    let list = wire::ListNotificationsRequest { page_size: -1, ..Default::default() };
    let negative = nvwa.notifications.list_notifications(list).await.unwrap_err();
    assert_eq!(negative.get_details_bad_request().unwrap().field_violations[0].field, "page_size");
}

/// A name and an etag are fields as any other: whoever has three things wrong is told of three.
pub async fn wrong_names(running: Running) {
    let mut just = running.partner("eu-just");
    let revoke = wire::RevokeTransmissionRequest {
        name: "notifications/1/transmissions/cn-gacc".to_owned(),
        etag: "the last one".to_owned(),
        reason: " ".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = just.transmissions.revoke_transmission(revoke).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let found = refused.get_details_bad_request().unwrap().field_violations;
    let found: Vec<(&str, &str)> =
        found.iter().map(|wrong| (wrong.field.as_str(), wrong.description.as_str())).collect();
    assert_eq!(
        found,
        [
            (
                "name",
                "wants notifications/{UUID}/transmissions/{authority}; got \"notifications/1/transmissions/cn-gacc\""
            ),
            ("etag", "wants an etag as it was given out; got \"the last one\""),
            ("reason", "has blanks only: wants at least one other character"),
        ]
    );
}
