//! What the parties of an arrangement promised: two workshops a calendar year, a review every 24 months.

use std::time::Duration;

use seamless_proto::seamless::training::v1::{self as wire, ObligationState};
use seamless_testkit::eventually;
use tonic::Code;

use super::published;
use crate::{
    running::{Partner, Running},
    words::{at, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

async fn listed(partner: &Partner, arrangement: &str) -> Vec<wire::Obligation> {
    let request =
        wire::ListObligationsRequest { parent: format!("arrangements/{arrangement}"), ..Default::default() };
    partner.obligations.clone().list_obligations(request).await.unwrap().into_inner().obligations
}

/// The obligation with this name, once the watch has told that it is in this state.
async fn told(partner: &Partner, name: &str, state: ObligationState) -> wire::Obligation {
    eventually("the obligation is told", SOON, async || {
        let all: Vec<wire::ObligationChanged> = partner.clone().told().await;
        let mut of_it = all.into_iter().filter_map(|one| one.obligation).filter(|one| one.name == name);
        match of_it.next_back() {
            Some(last) if last.state() == state => Ok(last),
            other => Err(other),
        }
    })
    .await
}

fn workshop(start: &str) -> wire::Activity {
    wire::Activity {
        kind: wire::ActivityKind::Workshop.into(),
        sessions: vec![session("day-1", start, "Europe/Brussels", 90)],
        registration: None,
        ..webinar(1)
    }
}

pub(super) async fn held(partner: &Partner, name: &str) {
    let request = wire::HoldActivityRequest {
        name: name.to_owned(),
        participants: 30,
        request_id: request_id(),
        ..Default::default()
    };
    partner.activities.clone().hold_activity(request).await.unwrap();
}

/// The year 2027 of the EU and China, from the first workshop to what was not done; drills count for nothing.
pub async fn year(running: Running) {
    let running = running.with(&[("obligations.interval", "50ms")]).await;
    running.set_clock("2027-02-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let name = "arrangements/eu-cn/obligations/workshop.2027-01-01";
    let all = listed(&eu, "eu-cn").await;
    let workshops: Vec<_> = all.iter().filter(|one| one.kind() == wire::ObligationKind::Workshop).collect();
    let years: Vec<_> =
        workshops.iter().map(|one| (one.name.rsplit('.').next().unwrap(), one.state())).collect();
    let (missed, open) = (ObligationState::Missed, ObligationState::Open);
    assert_eq!(years, [("2026-01-01", missed), ("2027-01-01", open), ("2028-01-01", open)]);
    assert_eq!(
        (workshops[1].required, workshops[1].due_time),
        (2, at("2027-12-31T23:00:00Z")),
        "over in Brussels, too"
    );
    let review = all.iter().find(|one| one.kind() == wire::ObligationKind::Review).unwrap();
    assert_eq!(review.name, "arrangements/eu-cn/obligations/review.2026-01-01");
    assert_eq!(review.period.as_ref().unwrap().end.as_ref().unwrap().year, 2027);

    let drill = wire::Activity { status: 2, ..workshop("2027-03-01T09:00") };
    published(&eu, drill).await;
    let first = published(&eu, workshop("2027-03-15T09:00")).await.name;
    let second = published(&eu, workshop("2027-11-15T09:00")).await.name;
    let planned = told(&eu, name, ObligationState::OnTrack).await;
    let days: Vec<_> = planned.planned.iter().map(|one| one.activity.as_str()).collect();
    assert_eq!(days, [first.as_str(), second.as_str()]);

    running.set_clock("2027-03-15T12:00:00Z");
    let eu = running.partner("eu-just");
    held(&eu, &first).await;
    running.set_clock("2027-10-10T12:00:00Z");
    let mut eu = running.partner("eu-just");
    let cancel = wire::CancelActivityRequest {
        name: second,
        reason: "The hall burnt down.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.cancel_activity(cancel).await.unwrap();
    let risky = told(&eu, name, ObligationState::AtRisk).await;
    assert_eq!((risky.fulfilled_by.len(), risky.planned.len()), (1, 0));
    let third = published(&eu, workshop("2027-12-20T09:00")).await.name;
    told(&running.partner("cn-gacc"), name, ObligationState::OnTrack).await;
    running.set_clock("2027-12-20T12:00:00Z");
    let eu = running.partner("eu-just");
    held(&eu, &third).await;
    told(&eu, name, ObligationState::Fulfilled).await;

    running.set_clock("2028-01-01T12:00:00Z");
    let (eu, canada) = (running.partner("eu-just"), running.partner("ca-hc"));
    told(&eu, review.name.as_str(), ObligationState::Missed).await;
    let request = wire::GetObligationRequest { name: name.to_owned() };
    let kept = eu.obligations.clone().get_obligation(request.clone()).await.unwrap().into_inner();
    assert_eq!(kept.state(), ObligationState::Fulfilled);
    let hidden = canada.obligations.clone().get_obligation(request).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
    assert!(canada.clone().told::<wire::ObligationChanged>().await.is_empty(), "it is the EU's and China's");
}
