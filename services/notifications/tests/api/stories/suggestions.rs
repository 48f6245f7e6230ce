//! What earlier searches and alerts teach: manufacturers are suggested, and nothing is that is withheld.

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, SuggestionReasonKind as Why},
};
use tonic::Code;

use super::traces::{acknowledged, maker};
use crate::{
    running::Running,
    words::{kettle, request_id},
};

pub async fn earlier(running: Running) {
    let (mut nvwa, mut gacc, mut cpsc) =
        (running.partner("nl-nvwa"), running.partner("cn-gacc"), running.partner("us-cpsc"));
    // An earlier search confirmed who makes for the brand.
    let first = acknowledged(&running, kettle()).await;
    gacc.start_follow_up(&first).await;
    let trace = gacc.open_trace(&first).await.unwrap().name;
    let candidate = gacc.add(&trace, maker("Cixi Real Maker Co., Ltd")).await.unwrap().name;

    let mut second = kettle();
    second.traceability.as_mut().unwrap().operators[0].operator_name =
        "NINGBO EXAMPLE APPLIANCES CO LTD".to_owned();
    second.product.as_mut().unwrap().gtins = vec!["6291041500220".to_owned()];
    let second = acknowledged(&running, second).await;
    let second_name = second.split("/transmissions").next().unwrap().to_owned();
    let found = gacc.suggested(&second_name).await;
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["Ningbo Example Appliances"], "what is only proposed teaches nothing");
    assert_eq!(found[0].2, [Why::SameName, Why::SameGtinPrefix, Why::SameBrand]);

    gacc.confirm(&candidate).await.unwrap();
    let found = gacc.suggested(&second_name).await;
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["Ningbo Example Appliances", "Cixi Real Maker Co., Ltd"]);
    assert!(found[0].1 > found[1].1 && found[1].2.contains(&Why::ConfirmedEarlier), "{found:?}");
    assert_eq!(nvwa.suggested(&second_name).await, found, "its own side has met the same");
    // What the search has already is not proposed again.
    let other = gacc.open_trace(&second).await.unwrap().name;
    gacc.add(&other, maker("CIXI REAL MAKER")).await.unwrap();
    assert_eq!(gacc.suggested(&other).await.len(), 1);

    // What is withheld feeds nothing: without the brand and the operators of the first alert, the barcode is left.
    let first_name = first.split("/transmissions").next().unwrap().to_owned();
    let mut narrowed = kettle();
    narrowed.name = first_name.clone();
    narrowed.disclosures = ["product.brand", "traceability.operators"]
        .map(|path| FieldDisclosure {
            path: path.to_owned(),
            audience: Audience::Originator.into(),
            reason: "investigation".to_owned(),
        })
        .to_vec();
    let update = wire::UpdateNotificationRequest {
        notification: Some(narrowed),
        request_id: request_id(),
        ..Default::default()
    };
    nvwa.notifications.update_notification(update).await.unwrap();
    let found = gacc.suggested(&second_name).await;
    let [(name, _, why)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (name.as_str(), why.as_slice()),
        ("Cixi Real Maker Co., Ltd", &[Why::SameGtinPrefix, Why::ConfirmedEarlier][..])
    );
    assert_eq!(nvwa.suggested(&second_name).await.len(), 2, "its originator sees it all");

    // Who has the second alert alone has met nobody.
    running.partner("eu-just").transmit(&second_name, &["us-cpsc"]).await.unwrap();
    assert!(cpsc.suggested(&second_name).await.is_empty());
    let stranger = wire::SuggestCandidatesRequest { name: first_name, page_size: 0 };
    assert_eq!(cpsc.traces.suggest_candidates(stranger).await.unwrap_err().code(), Code::PermissionDenied);
}
