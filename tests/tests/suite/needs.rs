//! Topics for training over both services: what each authority is shown of alerts is what it is proposed from, field by field,
//! and no longer than it has the right to. Two real services over real sockets.

use std::time::Duration;

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{RevokeTransmissionRequest, RiskType},
    training::v1::{ProposeTopicsRequest, ProposeTopicsResponse, need_service_client::NeedServiceClient},
};
use seamless_service::client::ClientChannel;
use seamless_testkit::eventually;
use seamless_training::api::authorization::SCOPES;
use tonic::{Code, Status};

use crate::{
    disclosure::steps::request_id,
    factory_to_consumer::words::{BOAT, DUCK, alert_on},
    running::Running,
};

const SOON: Duration = Duration::from_secs(30);

fn needs(training: &Running, authority: &str) -> NeedServiceClient<ClientChannel> {
    let token = training.credentials.token(authority, &SCOPES);
    NeedServiceClient::new(training.channel(Some(token)))
}

async fn asked(client: &NeedServiceClient<ClientChannel>) -> Result<ProposeTopicsResponse, Status> {
    let answer = client.clone().propose_topics(ProposeTopicsRequest::default()).await;
    answer.map(tonic::Response::into_inner)
}

/// Waits until the reader knows so many alerts, so many of them of a topic.
async fn knows(
    client: &NeedServiceClient<ClientChannel>,
    alerts: i64,
    of_topics: i64,
) -> ProposeTopicsResponse {
    eventually("the alerts are known", SOON, async || {
        let answer = asked(client).await?;
        let seen = (answer.alerts, answer.alerts - answer.alerts_without_topic);
        if seen == (alerts, of_topics) { Ok(answer) } else { Err(Status::unavailable(format!("{seen:?}"))) }
    })
    .await
}

/// The hazard is for the originator alone.
fn secretive() -> FieldDisclosure {
    FieldDisclosure {
        path: "risk.types".to_owned(),
        audience: Audience::Originator.into(),
        reason: "the court decided so".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_authority_is_proposed_topics_from_what_it_is_shown_and_no_longer_than_it_is() {
    let notifications = Running::notifications().await;
    let training = Running::training_following(&notifications, &["eu-just", "cn-gacc", "ca-hc"]).await;
    let [mut nvwa, mut just] = ["nl-nvwa", "eu-just"].map(|id| notifications.partner(id));
    let [eu, gacc, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| needs(&training, id));
    let mut open = Vec::new();
    for (product, reference, disclosures) in
        [(DUCK, "SR/00001/26", Vec::new()), (BOAT, "SR/00002/26", vec![secretive()])]
    {
        let mut alert = alert_on(product, reference, "NL");
        alert.disclosures = disclosures;
        // The boat has no barcode.
        alert.product.get_or_insert_default().gtins.retain(|gtin| !gtin.is_empty());
        let name = nvwa.create(alert).await;
        nvwa.submit(&name).await;
        let sent = just.answer(&name, Vec::new()).await;
        assert_eq!(sent.transmissions[0].recipient, "cn-gacc", "it goes to where it is made by itself");
        open.push(name);
    }
    let seen = knows(&eu, 2, 2).await;
    assert_eq!((seen.topics.len(), seen.topics[0].alerts), (1, 2));
    assert_eq!((seen.topics[0].product_area.as_str(), seen.topics[0].hazard()), ("toys", RiskType::Choking));
    let theirs = knows(&gacc, 2, 1).await;
    assert_eq!(theirs.topics[0].newest_alerts, [open[0].clone()], "the hazard of the other is not for it");
    let known = theirs.known.unwrap();
    assert!(known.authority == "cn-gacc" && known.position > 0 && known.known_until_time.is_some());
    // Who has no part in them knows of none, and who is followed by nobody is told so.
    knows(&canada, 0, 0).await;
    let refused = asked(&needs(&training, "us-cpsc")).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");

    nvwa.disclose(&open[0], vec![secretive()]).await;
    knows(&gacc, 2, 0).await;
    knows(&eu, 2, 2).await;
    let request = RevokeTransmissionRequest {
        name: format!("{}/transmissions/cn-gacc", open[1]),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.transmissions.revoke_transmission(request).await.unwrap();
    knows(&gacc, 1, 0).await;
    nvwa.withdraw(&open[0], "the sample was another's").await;
    knows(&gacc, 0, 0).await;
    knows(&eu, 1, 1).await;
}
