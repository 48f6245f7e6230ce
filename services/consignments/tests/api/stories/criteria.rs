//! How many criteria there may be, and what becomes of those that are over.

use std::time::Duration;

use jiff::SignedDuration;
use seamless_calendar::Clock;
use seamless_consignments::domain::{
    ChangeSet,
    criteria::{Condition, Criterion},
    model::{CriterionState, Lane, Operator},
};
use seamless_proto::seamless::consignments::v1 as wire;
use tonic::{Code, Status};
use uuid::Uuid;

use super::attempts::screened;
use crate::{
    history::store,
    running::{Partner, Running},
    words::{at, goods, request_id},
};

/// Customs writes and tries a criterion that looks at all toys.
async fn toys(customs: &mut Partner, end: &str) -> wire::Criterion {
    let criterion = wire::Criterion {
        title: "toys".to_owned(),
        conditions: vec![wire::Condition {
            field: "commodity_code".to_owned(),
            operator: wire::Operator::StartsWith.into(),
            values: vec!["9503".to_owned()],
        }],
        lane: wire::Lane::Yellow.into(),
        apply_probability: 1.0,
        end_time: at(end),
        ..Default::default()
    };
    tried(customs, criterion).await
}

/// Customs writes a criterion, and tries it.
pub(super) async fn tried(customs: &mut Partner, criterion: wire::Criterion) -> wire::Criterion {
    let create = wire::CreateCriterionRequest {
        criterion: Some(criterion),
        request_id: request_id(),
        validate_only: false,
    };
    let name = customs.screenings.create_criterion(create).await.unwrap().into_inner().name;
    let run =
        wire::DryRunCriterionRequest { name: name.clone(), request_id: request_id(), ..Default::default() };
    customs.screenings.dry_run_criterion(run).await.unwrap();
    let name = wire::GetCriterionRequest { name };
    customs.screenings.get_criterion(name).await.unwrap().into_inner()
}

pub(super) async fn activate(
    customs: &mut Partner,
    draft: &wire::Criterion,
) -> Result<wire::Criterion, Status> {
    let request = wire::ActivateCriterionRequest {
        name: draft.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.activate_criterion(request).await.map(tonic::Response::into_inner)
}

fn applied(screening: &wire::Screening) -> usize {
    screening.reasons.iter().filter(|reason| reason.kind() == wire::ReasonKind::Criterion).count()
}

pub async fn limited(running: Running) {
    running.set_clock("2026-01-05T08:00:00Z");
    let running = running.with(&[("screening.criteria", "3")]).await;
    let mut customs = running.partner("nl-customs");
    // What others have is no business of this side: a thousand of theirs, of which most are over.
    let now = running.credentials.clock().now();
    let mut changes = ChangeSet::default();
    for number in 0..1_000_i64 {
        let other = Criterion {
            id: Uuid::now_v7(),
            authority: "cn-gacc".parse().unwrap(),
            title: "theirs".to_owned(),
            conditions: vec![Condition {
                field: "entry_point".to_owned(),
                operator: Operator::In,
                values: vec!["nlrtm".to_owned()],
            }],
            lane: Lane::Red,
            apply_probability: 1.0,
            start: now - SignedDuration::from_hours(2_000),
            end: now + SignedDuration::from_hours(number - 900),
            state: CriterionState::Active,
            author: "spiffe://cn-gacc/officer".to_owned(),
            dry_run: None,
            create_time: now - SignedDuration::from_hours(2_000),
            update_time: now,
            revision: 1,
        };
        changes.put_record(&other, true).unwrap();
    }
    store(&running).commit(changes, Vec::new(), None).await.unwrap();

    let mut drafts = Vec::new();
    for end in
        ["2026-01-06T08:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"]
    {
        drafts.push(toys(&mut customs, end).await);
    }
    for draft in &drafts[..3] {
        activate(&mut customs, draft).await.unwrap();
    }
    assert_eq!(applied(&screened(&mut customs, goods()).await), 3, "however many others have");
    let refused = activate(&mut customs, &drafts[3]).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("3 of eu-just's side are active, and at most 3 may be"), "{refused}");
    // The contact point writes for the same side.
    let mut just = running.partner("eu-just");
    let of_contact_point = toys(&mut just, "2026-06-01T00:00:00Z").await;
    assert_eq!(activate(&mut just, &of_contact_point).await.unwrap_err().code(), Code::FailedPrecondition);

    // One that is over makes room at once, becomes RETIRED by itself, and is told.
    running.set_clock("2026-01-06T09:00:00Z");
    let mut customs = running.partner("nl-customs");
    activate(&mut customs, &drafts[3]).await.unwrap();
    assert_eq!(applied(&screened(&mut customs, goods()).await), 3);
    seamless_testkit::eventually("it is retired", Duration::from_secs(30), async || {
        let name = wire::GetCriterionRequest { name: drafts[0].name.clone() };
        let seen = customs.clone().screenings.get_criterion(name).await.unwrap().into_inner();
        if seen.state() == wire::CriterionState::Retired { Ok(()) } else { Err(seen) }
    })
    .await;
    let told: Vec<wire::CriterionChanged> = customs.told().await;
    let ended: Vec<_> = told
        .iter()
        .filter(|told| told.criterion.as_ref().unwrap().state() == wire::CriterionState::Retired)
        .map(|told| (told.previous_state(), told.criterion.as_ref().unwrap().name.as_str()))
        .collect();
    assert_eq!(ended, [(wire::CriterionState::Active, drafts[0].name.as_str())]);

    // A draft whose end is over is put into force by nobody.
    let short = toys(&mut customs, "2026-01-06T10:00:00Z").await;
    running.set_clock("2026-01-06T11:00:00Z");
    let mut customs = running.partner("nl-customs");
    let late = activate(&mut customs, &short).await.unwrap_err();
    assert!(late.message().contains("it ended at"), "{late}");
    let retire = wire::RetireCriterionRequest {
        name: drafts[1].name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.screenings.retire_criterion(retire).await.unwrap();
    let another = toys(&mut customs, "2026-06-01T00:00:00Z").await;
    activate(&mut customs, &another).await.unwrap();
    running.stop().await;
}
