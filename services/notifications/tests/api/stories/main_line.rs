//! From the draft to the closed follow-up.

use seamless_proto::seamless::notifications::v1::{
    self as wire, FollowUpState, NotificationState, TransmissionState,
};
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::Running,
    words::{english, kettle, kinds, request_id},
};

pub async fn there_and_back(running: Running) {
    let (mut nvwa, mut just, mut gacc) =
        (running.partner("nl-nvwa"), running.partner("eu-just"), running.partner("cn-gacc"));
    let name = nvwa.create(kettle()).await.name;
    assert_eq!(nvwa.submit(&name).await.unwrap().state(), NotificationState::Submitted);
    assert_eq!(
        nvwa.accept(&name).await.unwrap_err().code(),
        Code::PermissionDenied,
        "only the contact point validates"
    );

    // The contact point wants the battery named; the originator mends it and submits again.
    let returned = wire::ValidateNotificationRequest {
        name: name.clone(),
        decision: wire::ValidationDecision::Return.into(),
        findings: vec![wire::Finding {
            field: "product.models".to_owned(),
            severity: wire::FindingSeverity::Error.into(),
            description: "which model".to_owned(),
        }],
        request_id: request_id(),
        ..wire::ValidateNotificationRequest::default()
    };
    just.notifications.validate_notification(returned).await.unwrap();
    let draft = nvwa.get(&name).await;
    assert_eq!((draft.state(), draft.findings.len()), (NotificationState::Draft, 1));
    assert!(nvwa.submit(&name).await.unwrap().findings.is_empty());
    let validated = just.accept(&name).await.unwrap();
    assert_eq!(validated.notification.unwrap().state(), NotificationState::Transmitted);
    let [sent] = validated.transmissions.as_slice() else {
        panic!("it goes to GACC by itself, and only there")
    };
    assert_eq!(
        (sent.recipient.as_str(), sent.arrangement.as_str(), sent.automatic),
        ("cn-gacc", "eu-cn", true)
    );

    let inbox = gacc.inbox().await;
    let [entry] = inbox.as_slice() else { panic!("one alert is in the inbox") };
    assert_eq!(entry.notification.as_ref().unwrap().product.as_ref().unwrap().brand, "Boilwell");
    let transmission = entry.transmission.clone().unwrap().name;
    let follow_up = format!("{transmission}/followUp");

    let start = |transmission: &str| wire::StartFollowUpRequest {
        transmission: transmission.to_owned(),
        internal_note: "ask the Ningbo office".to_owned(),
        request_id: request_id(),
        ..wire::StartFollowUpRequest::default()
    };
    let early = gacc.follow_ups.start_follow_up(start(&transmission)).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "first it is acknowledged");
    assert_eq!(early.get_details_error_info().unwrap().metadata["state"], "SENT");
    assert_eq!(gacc.acknowledge(&transmission).await.unwrap().state(), TransmissionState::Acknowledged);
    gacc.follow_ups.start_follow_up(start(&transmission)).await.unwrap();
    let traced = wire::RecordTracingRequest {
        name: follow_up.clone(),
        result: wire::TracingResult::Traced.into(),
        manufacturer: Some(wire::EconomicOperator {
            operator_name: "Ningbo Example Appliances".to_owned(),
            contact: "Ms Li".to_owned(),
            ..wire::EconomicOperator::default()
        }),
        request_id: request_id(),
        ..wire::RecordTracingRequest::default()
    };
    gacc.follow_ups.record_tracing(traced).await.unwrap();
    let measure = wire::AdoptMeasureRequest {
        name: follow_up.clone(),
        measure: Some(wire::Measure {
            action: wire::MeasureAction::CorrectiveActionAtFactory.into(),
            description: english("new strain relief"),
            ..wire::Measure::default()
        }),
        request_id: request_id(),
        ..wire::AdoptMeasureRequest::default()
    };
    gacc.follow_ups.adopt_measure(measure).await.unwrap();
    let close = wire::CloseFollowUpRequest {
        name: follow_up.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.follow_ups.close_follow_up(close).await.unwrap();

    // Both the member state and its contact point see the reaction; GACC's internal words stay at GACC's.
    for side in [&mut nvwa, &mut just] {
        let list = wire::ListFollowUpsRequest { parent: name.clone(), ..Default::default() };
        let seen = side.follow_ups.list_follow_ups(list).await.unwrap().into_inner().follow_ups;
        let [seen] = seen.as_slice() else { panic!("one follow-up") };
        assert_eq!((seen.state(), seen.steps.len()), (FollowUpState::Closed, 4));
        assert!(seen.internal_note.is_empty() && seen.steps.iter().all(|step| step.principal.is_empty()));
        let mut told = side.events().await;
        told.retain(|event| !event.r#type.ends_with(".ClockChanged"));
        assert_eq!(
            kinds(&told)[kinds(&told).len() - 6..],
            ["NotificationTransmitted", "TransmissionAcknowledged"]
                .into_iter()
                .chain(["FollowUpChanged"; 4])
                .collect::<Vec<_>>()[..]
        );
        assert!(told.iter().all(|event| {
            !String::from_utf8_lossy(&event.data.as_ref().unwrap().value).contains("ask the Ningbo")
        }));
    }
    let own = wire::GetFollowUpRequest { name: follow_up };
    let own = gacc.follow_ups.get_follow_up(own).await.unwrap().into_inner();
    assert_eq!(own.internal_note, "ask the Ningbo office");
    let transmission = gacc.inbox().await.remove(0).transmission.unwrap();
    assert_eq!(transmission.state(), TransmissionState::Reacted);
    assert!(transmission.first_reaction_time.is_some());
    running.stop().await;
}

pub async fn incomplete(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let name = nvwa.create(wire::Notification::default()).await.name;
    let refused = nvwa.submit(&name).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert_eq!(refused.get_details_error_info().unwrap().reason, "INCOMPLETE_RECORD");
    let unmet = refused.get_details_precondition_failure().unwrap().violations;
    let fields: Vec<&str> = unmet.iter().map(|violation| violation.subject.as_str()).collect();
    assert_eq!(
        fields,
        [
            "general.type",
            "general.notifying_country",
            "product.product_name",
            "product.category",
            "risk.types"
        ]
    );
}

pub async fn strangers(running: Running) {
    let (mut just, mut canada) = (running.partner("eu-just"), running.partner("ca-hc"));
    let sent = just.sent_to_gacc("1").await;
    assert_eq!(canada.refused(&sent.name).await, Code::PermissionDenied);
    let unknown = wire::GetNotificationRequest { name: format!("notifications/{}", uuid::Uuid::now_v7()) };
    let unknown = canada.notifications.get_notification(unknown).await.unwrap_err();
    let foreign = wire::GetNotificationRequest { name: sent.name.clone() };
    let foreign = canada.notifications.get_notification(foreign).await.unwrap_err();
    assert_eq!((unknown.code(), unknown.message()), (foreign.code(), foreign.message()));
    assert!(canada.inbox().await.is_empty() && canada.events().await.is_empty());
    let list =
        canada.notifications.list_notifications(wire::ListNotificationsRequest::default()).await.unwrap();
    assert!(list.into_inner().notifications.is_empty());
    let transmission = format!("{}/transmissions/cn-gacc", sent.name);
    assert_eq!(canada.acknowledge(&transmission).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(just.acknowledge(&transmission).await.unwrap_err().code(), Code::PermissionDenied);
}

pub async fn case_by_case(running: Running) {
    let (mut just, mut cpsc) = (running.partner("eu-just"), running.partner("us-cpsc"));
    let mut kettle = kettle();
    kettle.traceability.as_mut().unwrap().country_of_origin = "TR".to_owned();
    let name = just.create(kettle).await.name;
    just.submit(&name).await.unwrap();
    let validated = just.accept(&name).await.unwrap();
    assert!(validated.transmissions.is_empty(), "nothing made in Türkiye goes by itself");
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let seen = cpsc.inbox().await.remove(0).notification.unwrap();
    assert!(seen.measures.is_empty(), "the arrangement lets measures stay at home");
    assert_eq!(seen.product.unwrap().brand, "Boilwell");

    let again = just.transmit(&name, &["us-cpsc"]).await.unwrap();
    assert_eq!(again.transmissions[0].version, 1, "what went before is given back");
    assert_eq!(cpsc.inbox().await.len(), 1);
    let nowhere = just.transmit(&name, &["nl-nvwa"]).await.unwrap_err();
    assert_eq!(nowhere.get_details_error_info().unwrap().reason, "NO_ARRANGEMENT");
}
