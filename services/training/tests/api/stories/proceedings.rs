//! What comes of activities: minutes, action items, contributions to a joint surveillance.

use std::time::Duration;

use seamless_proto::seamless::{
    training::v1::{self as wire, ActionItemState},
    r#type::v1::{CivilDate, CivilDateRange},
};
use seamless_testkit::eventually;
use tonic::Code;

use super::published;
use crate::{
    running::{Partner, Running},
    words::{at, both, fields, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

fn day(year: i32, month: i32, day: i32) -> Option<CivilDate> {
    Some(CivilDate { year, month, day })
}

/// A meeting of the EU and China in Brussels on 15 March 2027.
fn meeting() -> wire::Activity {
    let sent = |authority: &str| wire::Delegation {
        authority: authority.to_owned(),
        head: "Head of Unit".to_owned(),
        size: 4,
    };
    wire::Activity {
        kind: wire::ActivityKind::BilateralMeeting.into(),
        delegations: vec![sent("eu-just"), sent("cn-gacc")],
        registration: None,
        ..webinar(1)
    }
}

fn minutes(chinese: &str) -> Option<wire::Minutes> {
    Some(wire::Minutes {
        summary: both("Strain reliefs were discussed.", chinese),
        decisions: vec![wire::MinutedDecision {
            id: "strain-relief".to_owned(),
            text: both("Factories are visited.", "走访工厂。"),
        }],
        internal_note: "they hesitated".to_owned(),
        ..Default::default()
    })
}

async fn recorded(
    partner: &Partner,
    parent: &str,
    minutes: Option<wire::Minutes>,
) -> Result<wire::Minutes, tonic::Status> {
    let request = wire::RecordMinutesRequest {
        parent: parent.to_owned(),
        minutes,
        request_id: request_id(),
        ..Default::default()
    };
    partner.proceedings.clone().record_minutes(request).await.map(tonic::Response::into_inner)
}

/// Both sides agree to the same words: a correction wants it anew.
pub async fn minutes_story(running: Running) {
    running.set_clock("2027-03-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let name = published(&eu, meeting()).await.name;
    let early = recorded(&eu, &name, minutes("讨论了电源线固定装置。")).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition, "{early}");
    running.set_clock("2027-03-15T12:00:00Z");
    let (eu, mut gacc, canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let first = recorded(&eu, &name, minutes("讨论了电源线固定装置。")).await.unwrap();
    assert_eq!((first.version, first.agreed_by.clone()), (1, vec!["eu-just".to_owned()]));
    let agree = |etag: &str| wire::AgreeMinutesRequest {
        name: first.name.clone(),
        etag: etag.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let unread = gacc.proceedings.agree_minutes(agree("")).await.unwrap_err();
    assert_eq!(fields(&unread)[0].0, "etag");
    let second = recorded(&eu, &name, minutes("讨论了电源线的固定。")).await.unwrap();
    let stale = gacc.proceedings.agree_minutes(agree(&first.etag)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted, "these are not the words that were read");
    let agreed = gacc.proceedings.agree_minutes(agree(&second.etag)).await.unwrap().into_inner();
    assert_eq!((agreed.version, agreed.agreed_by), (2, vec!["eu-just".to_owned(), "cn-gacc".to_owned()]));
    assert_eq!(agreed.internal_note, "", "the organisers' own");
    assert_eq!(recorded(&gacc, &name, minutes("别的")).await.unwrap_err().code(), Code::PermissionDenied);
    let request = wire::GetMinutesRequest { name: first.name.clone() };
    let hidden = canada.proceedings.clone().get_minutes(request).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
    assert_eq!(gacc.told::<wire::MinutesRecorded>().await.len(), 3);
}

/// The clock of an action item ends with the owner's day; each turn is told once.
pub async fn action_items(running: Running) {
    running.set_clock("2027-03-15T12:00:00Z");
    let mut eu = running.partner("eu-just");
    let name = published(
        &eu,
        wire::Activity {
            sessions: vec![session("day-1", "2027-03-15T12:30", "Europe/Brussels", 300)],
            ..meeting()
        },
    )
    .await
    .name;
    recorded(&eu, &name, minutes("讨论了电源线固定装置。")).await.unwrap();
    let item = wire::ActionItem {
        text: both("Visit two factories.", "走访两家工厂。"),
        owner: "cn-gacc".to_owned(),
        due_date: day(2027, 3, 31),
        decision: "strain-relief".to_owned(),
        ..Default::default()
    };
    let add = |item: wire::ActionItem| wire::AddActionItemRequest {
        parent: name.clone(),
        action_item: Some(item),
        request_id: request_id(),
        ..Default::default()
    };
    let wrong = wire::ActionItem {
        owner: "us-cpsc".to_owned(),
        due_date: day(2027, 3, 14),
        decision: "no-such".to_owned(),
        ..item.clone()
    };
    let refused = eu.proceedings.add_action_item(add(wrong)).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(named, ["action_item.owner", "action_item.due_date", "action_item.decision"]);
    let added = eu.proceedings.add_action_item(add(item)).await.unwrap().into_inner();
    assert_eq!(added.due_time, at("2027-03-31T16:00:00Z"), "midnight in Beijing");
    assert_eq!(added.state(), ActionItemState::Open);

    let came_to = async |partner: &Partner, state: ActionItemState| {
        let request = wire::GetActionItemRequest { name: added.name.clone() };
        eventually("the clock of the action item is looked at", SOON, async || {
            let item = partner.proceedings.clone().get_action_item(request.clone()).await?.into_inner();
            if item.state() == state { Ok(()) } else { Err(tonic::Status::unavailable("not yet")) }
        })
        .await;
    };
    running.set_clock("2027-03-24T16:00:00Z");
    let gacc = running.partner("cn-gacc");
    came_to(&gacc, ActionItemState::DueSoon).await;
    running.set_clock("2027-03-31T16:00:00Z");
    came_to(&gacc, ActionItemState::Overdue).await;
    let list =
        wire::ListActionItemsRequest { states: vec![ActionItemState::Overdue.into()], ..Default::default() };
    let owed = gacc.proceedings.clone().list_action_items(list).await.unwrap().into_inner().action_items;
    assert_eq!(owed.iter().map(|one| &one.name).collect::<Vec<_>>(), [&added.name]);

    let mut eu = running.partner("eu-just");
    let postpone = wire::PostponeActionItemRequest {
        name: added.name.clone(),
        due_date: day(2027, 6, 30),
        reason: "one factory moved".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let later = eu.proceedings.postpone_action_item(postpone).await.unwrap().into_inner();
    assert_eq!((later.state(), later.due_time), (ActionItemState::Open, at("2027-06-30T16:00:00Z")));
    let complete = || wire::CompleteActionItemRequest {
        name: added.name.clone(),
        note: "Both were visited.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let others = eu.proceedings.complete_action_item(complete()).await.unwrap_err();
    assert_eq!(others.code(), Code::PermissionDenied, "its owner says so");
    let done = gacc.proceedings.clone().complete_action_item(complete()).await.unwrap().into_inner();
    assert_eq!(done.state(), ActionItemState::Done);
    let told: Vec<wire::ActionItemChanged> = gacc.clone().told().await;
    let states: Vec<_> = told.iter().map(|one| one.action_item.as_ref().unwrap().state()).collect();
    use ActionItemState::{Done, DueSoon, Open, Overdue};
    assert_eq!(states, [Open, DueSoon, Overdue, Open, Done]);
}

/// Who takes part sees it without an arrangement; figures that cannot be are refused.
pub async fn surveillance(running: Running) {
    let eu = running.partner("eu-just");
    let plan = |authority: &str, count: i32| wire::PlannedSamples {
        authority: authority.to_owned(),
        product_area: "toys".to_owned(),
        count,
    };
    let activity = wire::Activity {
        kind: wire::ActivityKind::JointSurveillance.into(),
        arrangement: "eu-ca".to_owned(),
        visibility: wire::ActivityVisibility::Organisers.into(),
        sessions: Vec::new(),
        registration: None,
        campaign: Some(wire::Campaign {
            participants: vec!["ca-hc".to_owned(), "us-cpsc".to_owned()],
            products: vec!["magnetic toys".to_owned()],
            hazards: vec!["choking".to_owned()],
            period: Some(CivilDateRange { start: day(2027, 3, 1), end: day(2027, 5, 31) }),
            sampling_plan: both("Every tenth item of an online shop.", "每十件抽一件。"),
            planned_samples: vec![plan("ca-hc", 40), plan("us-cpsc", 60)],
            ..Default::default()
        }),
        ..webinar(1)
    };
    let name = published(&eu, activity).await.name;
    let (mut canada, mut us) = (running.partner("ca-hc"), running.partner("us-cpsc"));
    let sample = |taken: i32, tested: i32, non_compliant: i32| wire::SampleResult {
        product_area: "toys".to_owned(),
        hazard: "choking".to_owned(),
        taken,
        tested,
        non_compliant,
    };
    let report = |samples: Vec<wire::SampleResult>| wire::ReportContributionRequest {
        parent: name.clone(),
        contribution: Some(wire::Contribution {
            samples,
            internal_note: "two are disputed".to_owned(),
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let wrong = vec![sample(40, 41, 3), sample(40, 38, 39)];
    let refused = canada.proceedings.report_contribution(report(wrong)).await.unwrap_err();
    let named: Vec<String> = fields(&refused).into_iter().map(|(field, _)| field).collect();
    let wanted = ["samples[0].tested", "samples[1].product_area", "samples[1].non_compliant"];
    assert_eq!(named, wanted.map(|field| format!("contribution.{field}")), "{refused}");
    canada.proceedings.report_contribution(report(vec![sample(40, 38, 3)])).await.unwrap();
    us.proceedings.report_contribution(report(vec![sample(60, 60, 7)])).await.unwrap();
    let corrected = canada.proceedings.report_contribution(report(vec![sample(40, 40, 4)])).await;
    assert_eq!(corrected.unwrap().into_inner().samples[0].non_compliant, 4);
    let stranger = running.partner("cn-gacc");
    let denied = stranger.proceedings.clone().report_contribution(report(Vec::new())).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    let list = wire::ListContributionsRequest { parent: name.clone(), ..Default::default() };
    let listed = eu.proceedings.clone().list_contributions(list).await.unwrap().into_inner().contributions;
    let bad: Vec<i32> = listed.iter().map(|one| one.samples[0].non_compliant).collect();
    assert_eq!(bad, [4, 7], "in the order in which they were first reported");
    assert!(listed.iter().all(|one| one.internal_note.is_empty()), "the reporting side's own");
    assert_eq!(us.told::<wire::SurveillanceReported>().await.len(), 3);
    assert!(stranger.clone().told::<wire::SurveillanceReported>().await.is_empty());
}
