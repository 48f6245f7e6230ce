//! What a side decides for itself (criteria, plans, models, approvals), and what it thinks of others: nobody else learns by
//! trying whether it is there.

use seamless_calendar::Clock;
use seamless_consignments::api::authorization::SCOPES;
use seamless_proto::seamless::{
    consignments::v1::{
        self as wire, screening_service_client::ScreeningServiceClient,
        targeting_service_client::TargetingServiceClient, trust_service_client::TrustServiceClient,
    },
    r#type::v1::CivilDate,
};

use super::{
    super::steps::request_id,
    as_declared, learnt,
    probe::Names,
    steps::{Trader, inspection},
};
use crate::{assert_none, running::Running};

const PLAN: &str = "entryPoints/NLRTM/plans/2027-01-04";

fn day(year: i32, month: i32) -> Option<CivilDate> {
    Some(CivilDate { year, month, day: 1 })
}

fn approval() -> wire::Approval {
    wire::Approval {
        inspection_body: "cn-ciq-shanghai".to_owned(),
        product_area: "toys".to_owned(),
        evidence: "two laboratories visited".to_owned(),
        check_frequency: 0.1,
        valid_from: day(2026, 1),
        valid_until: day(2028, 6),
        ..Default::default()
    }
}

fn criterion(now: jiff::Timestamp) -> wire::Criterion {
    wire::Criterion {
        title: "balloons".to_owned(),
        conditions: vec![wire::Condition {
            field: "commodity_code".to_owned(),
            operator: wire::Operator::StartsWith.into(),
            values: vec!["9503".to_owned()],
        }],
        lane: wire::Lane::Red.into(),
        apply_probability: 0.5,
        end_time: Some(prost_types::Timestamp { seconds: now.as_second() + 30 * 86_400, nanos: 0 }),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_side_keeps_to_itself_cannot_be_found_out_by_trying() {
    let running = Running::consignments().await;
    let channel = |id| running.channel(Some(running.credentials.token(id, &SCOPES)));
    let [mut gacc, mut customs, canada] =
        ["cn-gacc", "nl-customs", "ca-hc"].map(|id| Trader::of(&running, id));
    let now = running.credentials.clock().now();
    // What the lot draws, and what is found in it, counts.
    customs.draw_all(now).await;
    let still_valid = wire::Inspection { valid_until: None, ..inspection("SH-1", as_declared()) };
    let inspection = gacc.share(still_valid).await;
    let screening = customs.screen("SH-1").await;
    customs.record(&screening, &inspection).await;

    let mut screenings = ScreeningServiceClient::new(channel("nl-customs"));
    let create = wire::CreateCriterionRequest {
        criterion: Some(criterion(now)),
        request_id: request_id(),
        validate_only: false,
    };
    let criterion = screenings.create_criterion(create).await.unwrap().into_inner().name;
    let mut trust = TrustServiceClient::new(channel("eu-just"));
    let grant = wire::GrantApprovalRequest {
        approval: Some(approval()),
        reason: "a visit".to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    let approval = trust.grant_approval(grant).await.unwrap().into_inner().name;
    let known = trust.list_trust(wire::ListTrustRequest::default()).await.unwrap().into_inner().trust;
    let known = known.into_iter().next().expect("what is known of the body is there to be found out").name;
    let mut targeting = TargetingServiceClient::new(channel("eu-just"));
    // Outcomes are learned when they have settled.
    running.credentials.clock().advance(jiff::SignedDuration::from_mins(1));
    let train = wire::TrainModelRequest { from_scratch: true, request_id: request_id() };
    let model = targeting.train_model(train).await.unwrap().into_inner().name;

    let names =
        Names { criterion, trust: known, approval, plan: PLAN.to_owned(), model, ..Names::of_nothing() };
    assert_none("what a stranger learns of what the side keeps to itself", &learnt(&canada, &names).await);
    // The exporting side is told of approvals and of what is thought of its bodies; of the rest it learns as little.
    let nothing = Names::of_nothing();
    let kept = Names { trust: nothing.trust, approval: nothing.approval, ..names };
    assert_none("what the exporting side learns of it", &learnt(&gacc, &kept).await);
}
