//! What lots among passed goods say of an inspection body, against a slow calculation of the stories' own.

use futures::{StreamExt, stream};
use seamless_consignments::domain::model::Selection;
use seamless_proto::seamless::consignments::v1 as wire;
use tonic::Code;
use wire::{
    ControlOutcome::{NonCompliant, Safe, Unsafe},
    Verdict::{NotEnoughEvidence, NotReliable, Reliable, ReliableAndUseful},
};

use crate::{
    running::{Partner, Running, with_amsterdam},
    screened::{Chosen, DRAWN, screened},
    words::{control_of, ducks, record, request_id, shared_ducks},
};

const SHANGHAI: &str = "inspectionBodies/cn-ciq-shanghai/trust/eu-just.toys";

/// Examined, and found unsafe.
type Count = (i64, i64);

/// Records a control for each outcome, of goods chosen so and covered by the pre-inspection or by none.
pub async fn examine(
    running: &Running,
    chosen: Chosen,
    cover: Option<&wire::Inspection>,
    outcomes: &[wire::ControlOutcome],
) -> Vec<wire::Control> {
    let names = screened(running, chosen, cover, outcomes.len()).await;
    let items: Vec<_> = names
        .iter()
        .zip(outcomes)
        .map(|(name, outcome)| wire::SubmitControlsRequest {
            control: Some(control_of(name, *outcome)),
            request_id: request_id(),
            validate_only: false,
        })
        .collect();
    let mut customs = running.partner("nl-customs");
    let answers = customs.controls.submit_controls(stream::iter(items)).await.unwrap().into_inner();
    answers.map(|answer| answer.unwrap().control.expect("every item is recorded")).collect().await
}

pub async fn trust(partner: &mut Partner, name: &str) -> Result<wire::Trust, tonic::Status> {
    let request = wire::GetTrustRequest { name: name.to_owned() };
    partner.trust.get_trust(request).await.map(tonic::Response::into_inner)
}

async fn changes(partner: &mut Partner, name: &str) -> Vec<wire::TrustChange> {
    let request = wire::ListTrustChangesRequest { parent: name.to_owned(), ..Default::default() };
    partner.trust.list_trust_changes(request).await.unwrap().into_inner().changes
}

/// The share below which `part` of the mass of x^(a−1)·(1−x)^(b−1) lies, summed up in many small steps of t, x = t⁴.
fn mass(a: f64, b: f64, until: f64) -> f64 {
    let steps = 200_000;
    let width = until.powf(0.25) / f64::from(steps);
    let at = |step: i32| {
        let t = (f64::from(step) + 0.5) * width;
        4.0 * ((4.0 * a - 1.0) * t.ln() + (b - 1.0) * (1.0 - t.powi(4)).ln()).exp() * width
    };
    (0..steps).map(at).sum()
}

/// What the reliability must say of a body and its siblings, by the sample's rule.
fn check(trust: &wire::Trust, passed: Count, siblings: Count, unchecked: Count) {
    let tally =
        |tally: &Option<wire::Tally>| tally.as_ref().map(|tally| (tally.examined, tally.found_unsafe));
    assert_eq!(tally(&trust.passed), Some(passed));
    assert_eq!(tally(&trust.not_checked), Some(unchecked));
    let number = |count: i64| f64::from(i32::try_from(count).unwrap());
    let parent = (number(siblings.1) + 1.0) / (number(siblings.0) + 2.0);
    let weight = f64::min(20.0, number(siblings.0) + 2.0);
    let (n, s) = (number(passed.0), number(passed.1));
    let (a, b) = (weight * parent + s, weight * (1.0 - parent) + n - s);
    let probability = mass(a, b, 0.05) / mass(a, b, 1.0);
    let near =
        |got: f64, wanted: f64| assert!((got - wanted).abs() < 1e-4, "{got}, wanted {wanted}: {trust:?}");
    near(trust.false_pass.unwrap().mean, (s + weight * parent) / (n + weight));
    near(trust.reliable_probability, probability);
    let mean = (number(unchecked.1) + 1.0) / (number(unchecked.0) + 2.0);
    near(trust.unchecked.unwrap().mean, mean);
    let verdict = match passed.0 {
        0..30 => NotEnoughEvidence,
        _ if probability >= 0.95 && trust.useful_probability >= 0.95 && unchecked.0 >= 30 => {
            ReliableAndUseful
        }
        _ if probability >= 0.95 => Reliable,
        _ if probability <= 0.05 => NotReliable,
        _ => NotEnoughEvidence,
    };
    assert_eq!(trust.verdict(), verdict, "{trust:?}");
}

pub async fn earned_and_lost(running: Running) {
    let inspection = shared_ducks(&running, "SH-1").await;
    let covered = Some(&inspection);
    let mut customs = running.partner("nl-customs");
    assert_eq!(trust(&mut customs, SHANGHAI).await.unwrap_err().code(), Code::PermissionDenied, "unknown");

    examine(&running, DRAWN, covered, &[Safe; 20]).await;
    let few = trust(&mut customs, SHANGHAI).await.unwrap();
    check(&few, (20, 0), (0, 0), (0, 0));
    assert_eq!((few.verdict(), few.switching_state()), (NotEnoughEvidence, wire::SwitchingState::Reduced));
    assert!(few.more_examinations.is_some_and(|more| more >= 10), "{few:?}");

    // Neither what was aimed at nor drills nor marking errors say that a body lets unsafe goods pass.
    let targeted = Chosen { selection: Selection::Targeted, ..DRAWN };
    examine(&running, targeted, covered, &[Unsafe; 5]).await;
    let drill = Chosen { status: seamless_consignments::domain::model::EventStatus::Exercise, ..DRAWN };
    examine(&running, drill, covered, &[Unsafe; 5]).await;
    examine(&running, DRAWN, covered, &[NonCompliant; 10]).await;
    check(&trust(&mut customs, SHANGHAI).await.unwrap(), (30, 0), (0, 0), (0, 0));
    examine(&running, DRAWN, covered, &[Safe; 40]).await;
    let earned = trust(&mut customs, SHANGHAI).await.unwrap();
    check(&earned, (70, 0), (0, 0), (0, 0));
    assert_eq!(earned.verdict(), Reliable);

    let unchecked: Vec<_> = (0..40).map(|number| if number % 3 == 0 { Unsafe } else { Safe }).collect();
    examine(&running, DRAWN, None, &unchecked).await;
    let useful = trust(&mut customs, SHANGHAI).await.unwrap();
    check(&useful, (70, 0), (0, 0), (40, 14));
    assert_eq!(useful.verdict(), ReliableAndUseful);

    let mut shenzhen = ducks("SZ-1");
    shenzhen.inspection_body = "cn-ciq-shenzhen".to_owned();
    let share = wire::CreateInspectionRequest {
        inspection: Some(shenzhen),
        request_id: request_id(),
        validate_only: false,
    };
    let mut gacc = running.partner("cn-gacc");
    let shenzhen = gacc.inspections.create_inspection(share).await.unwrap().into_inner();
    examine(&running, DRAWN, Some(&shenzhen), &[Safe, Unsafe, Safe, Safe, Unsafe]).await;
    check(&trust(&mut customs, SHANGHAI).await.unwrap(), (70, 0), (5, 2), (40, 14));
    let other = "inspectionBodies/cn-ciq-shenzhen/trust/eu-just.toys";
    check(&trust(&mut customs, other).await.unwrap(), (5, 2), (70, 0), (40, 14));

    let found = examine(&running, DRAWN, covered, &[Unsafe; 12]).await;
    let lost = trust(&mut customs, SHANGHAI).await.unwrap();
    check(&lost, (82, 12), (5, 2), (40, 14));
    assert_eq!((lost.verdict(), lost.switching_state()), (NotReliable, wire::SwitchingState::Discontinued));

    let correct = wire::CorrectControlRequest {
        name: found[11].name.clone(),
        outcome: Safe.into(),
        reason: "the laboratory mixed two samples up".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    customs.controls.correct_control(correct).await.unwrap();
    check(&trust(&mut customs, SHANGHAI).await.unwrap(), (82, 11), (5, 2), (40, 14));

    let history = changes(&mut customs, SHANGHAI).await;
    let first = history.last().unwrap();
    assert_eq!(first.previous_verdict(), wire::Verdict::Unspecified, "the first has none before it");
    let verdicts: Vec<_> = history.iter().rev().map(|one| one.trust.as_ref().unwrap().verdict()).collect();
    assert!(verdicts.starts_with(&[NotEnoughEvidence, Reliable, ReliableAndUseful]), "{verdicts:?}");
    assert!(verdicts.ends_with(&[NotReliable]), "{verdicts:?}");
    for pair in history.windows(2) {
        assert_eq!(pair[0].previous_verdict(), pair[1].trust.as_ref().unwrap().verdict());
    }
    for reader in ["cn-gacc", "nl-nvwa", "eu-just"] {
        let mut reader = running.partner(reader);
        assert_eq!(changes(&mut reader, SHANGHAI).await, history, "both sides see the same");
        let told: Vec<wire::TrustChanged> = reader.told().await;
        let told: Vec<_> = told.into_iter().filter_map(|told| told.change).collect();
        let of_all: Vec<_> =
            told.into_iter().filter(|told| told.trust.as_ref().unwrap().name == SHANGHAI).collect();
        // 20, 10 and 40 of its own, 40 that nobody checked, 5 of its sibling, 12 of its own, and a correction.
        assert_eq!(of_all.len(), 128, "each examination that moves a number is told");
        let verdict = |told: &wire::TrustChange| told.trust.as_ref().unwrap().verdict();
        let turned: Vec<_> =
            of_all.iter().filter(|told| told.previous_verdict() != verdict(told)).cloned().collect();
        assert_eq!(turned, history.iter().rev().cloned().collect::<Vec<_>>());
        let last = of_all.last().unwrap().trust.clone();
        assert_eq!(last, Some(trust(&mut customs, SHANGHAI).await.unwrap()), "the feed is as good as asking");
    }
    let mut stranger = running.partner("us-cpsc");
    assert_eq!(trust(&mut stranger, SHANGHAI).await.unwrap_err().code(), Code::PermissionDenied);
    let list = stranger.trust.list_trust(wire::ListTrustRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.trust, []);
    assert_eq!(stranger.events().await, []);
}

pub async fn by_entry_point(running: Running) {
    let running = with_amsterdam(running).await;
    let inspection = shared_ducks(&running, "SH-1").await;
    let at_amsterdam = Chosen { entry_point: "NLAMS", ..DRAWN };
    examine(&running, DRAWN, Some(&inspection), &[Safe, Safe, Unsafe]).await;
    examine(&running, at_amsterdam, Some(&inspection), &[Safe, Safe]).await;
    examine(&running, at_amsterdam, None, &[Unsafe]).await;
    let mut gacc = running.partner("cn-gacc");
    let parent = "inspectionBodies/cn-ciq-shanghai".to_owned();
    let mut request = wire::ListTrustRequest { parent, page_size: 2, ..Default::default() };
    let first = gacc.trust.list_trust(request.clone()).await.unwrap().into_inner();
    request.page_token = first.next_page_token;
    let second = gacc.trust.list_trust(request).await.unwrap().into_inner();
    let all: Vec<wire::Trust> = first.trust.into_iter().chain(second.trust).collect();
    let names: Vec<&str> = all.iter().map(|one| one.name.trim_start_matches(SHANGHAI)).collect();
    assert_eq!(names, ["", ".NLAMS", ".NLRTM"]);
    check(&all[0], (5, 1), (0, 0), (1, 1));
    check(&all[1], (2, 0), (0, 0), (1, 1));
    check(&all[2], (3, 1), (0, 0), (0, 0));
    let bodies = gacc.trust.list_inspection_bodies(wire::ListInspectionBodiesRequest {}).await.unwrap();
    let bodies: Vec<String> =
        bodies.into_inner().inspection_bodies.into_iter().map(|body| body.name).collect();
    assert_eq!(bodies, ["inspectionBodies/cn-ciq-shanghai", "inspectionBodies/cn-ciq-shenzhen"]);
    running.stop().await;
}

/// Two replicas, each with a stream of controls in large transactions that move the same reliabilities, and a stream that is
/// sent again: every control counts once, and every step of the reliability is told.
pub async fn streams_at_once(running: Running) {
    const EACH: usize = 150;
    let inspection = shared_ducks(&running, "SH-1").await;
    let names = screened(&running, DRAWN, Some(&inspection), 2 * EACH).await;
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = Partner::on(running.credentials.channel(&running.replica().await, Some(token)));
    let items: Vec<wire::SubmitControlsRequest> = names
        .iter()
        .enumerate()
        .map(|(at, name)| wire::SubmitControlsRequest {
            control: Some(control_of(name, if at % 10 == 0 { Unsafe } else { Safe })),
            request_id: request_id(),
            validate_only: false,
        })
        .collect();
    let send = |mut partner: Partner, items: Vec<wire::SubmitControlsRequest>| async move {
        let answers = partner.controls.submit_controls(stream::iter(items)).await.unwrap().into_inner();
        let answers: Vec<_> = answers.map(|answer| answer.unwrap()).collect().await;
        answers.into_iter().map(|answer| answer.control.expect("every item is recorded")).collect::<Vec<_>>()
    };
    let (first, second) = items.split_at(EACH);
    let both = [(running.partner("nl-customs"), first.to_vec()), (replica.clone(), second.to_vec())];
    let both = both.map(|(partner, items)| tokio::spawn(send(partner, items)));
    let made: Vec<Vec<wire::Control>> =
        futures::future::join_all(both).await.into_iter().map(Result::unwrap).collect();
    for (made, names) in made.iter().zip(names.chunks(EACH)) {
        let screenings: Vec<&String> = made.iter().map(|control| &control.screening).collect();
        assert_eq!(screenings, names.iter().collect::<Vec<_>>(), "in the order sent");
    }
    let again = send(replica, first.to_vec()).await;
    assert_eq!(again, made[0], "what was recorded gets its first answer, of every replica");
    let mut customs = running.partner("nl-customs");
    check(&trust(&mut customs, SHANGHAI).await.unwrap(), (300, 30), (0, 0), (0, 0));
    let told: Vec<wire::TrustChanged> = customs.told().await;
    let of_all = told.iter().filter_map(|told| told.change.as_ref()?.trust.as_ref());
    let examined: Vec<u32> = of_all
        .filter(|trust| trust.name == SHANGHAI)
        .map(|trust| u32::try_from(trust.passed.as_ref().unwrap().examined).unwrap())
        .collect();
    assert_eq!(examined, Vec::from_iter(1..=300), "each step is told, in its order");
    running.stop().await;
}

/// Two replicas, 32 controls at the same time.
pub async fn at_once(running: Running) {
    let inspection = shared_ducks(&running, "SH-1").await;
    let names = screened(&running, DRAWN, Some(&inspection), 24).await;
    let unchecked = screened(&running, DRAWN, None, 8).await;
    let token = running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES);
    let replica = Partner::on(running.credentials.channel(&running.replica().await, Some(token)));
    let partners = [running.partner("nl-customs"), replica];
    let calls = names.iter().chain(&unchecked).enumerate().map(|(at, name)| {
        let mut partner = partners[at % 2].clone();
        let outcome = if at % 4 == 0 { Unsafe } else { Safe };
        let request = record(control_of(name, outcome));
        tokio::spawn(async move { partner.controls.record_control(request).await })
    });
    for call in futures::future::join_all(calls.collect::<Vec<_>>()).await {
        call.unwrap().unwrap();
    }
    let mut customs = running.partner("nl-customs");
    check(&trust(&mut customs, SHANGHAI).await.unwrap(), (24, 6), (0, 0), (8, 2));
    running.stop().await;
}
