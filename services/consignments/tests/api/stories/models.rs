//! Risk models: how they come about, how they are judged, and which of them decides.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, future::join_all, stream};
use seamless_calendar::Clock;
use seamless_consignments::{
    domain::{
        model::{Evidence, Examination, Lane, Selection, ShadowScore},
        risk::score_by,
    },
    store::RiskModels,
};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_testkit::eventually;
use sha2::{Digest, Sha256};
use tonic::{Code, Status};

use crate::{
    history::{examined, goods, outcomes, screened, screening, store},
    running::{Partner, Running},
    words::{request_id, wrong_fields},
};

async fn train(partner: &mut Partner, from_scratch: bool) -> Result<wire::Model, Status> {
    let request = wire::TrainModelRequest { from_scratch, request_id: request_id() };
    partner.targeting.train_model(request).await.map(tonic::Response::into_inner)
}

async fn activate(partner: &mut Partner, name: &str, etag: &str) -> Result<wire::Model, Status> {
    let request = wire::ActivateModelRequest {
        name: name.to_owned(),
        etag: etag.to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    partner.targeting.activate_model(request).await.map(tonic::Response::into_inner)
}

async fn get(partner: &mut Partner, name: &str) -> Result<wire::Model, Status> {
    let request = wire::GetModelRequest { name: name.to_owned() };
    partner.targeting.get_model(request).await.map(tonic::Response::into_inner)
}

async fn list(partner: &mut Partner) -> Vec<wire::Model> {
    partner.targeting.list_models(wire::ListModelsRequest::default()).await.unwrap().into_inner().models
}

async fn exported(partner: &mut Partner, name: &str) -> Vec<u8> {
    let request = wire::ExportModelRequest { name: name.to_owned() };
    let mut chunks = partner.targeting.export_model(request).await.unwrap().into_inner();
    let mut content = Vec::new();
    while let Some(chunk) = chunks.message().await.unwrap() {
        content.extend(chunk.chunk);
    }
    content
}

async fn import(partner: &mut Partner, content: &[u8], sha256: String) -> Result<wire::Model, Status> {
    use wire::import_model_request::Part;
    let head = Part::Head(wire::ModelHead { sha256, request_id: request_id() });
    let chunks = content.chunks(1_000).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<_> = std::iter::once(head)
        .chain(chunks)
        .map(|part| wire::ImportModelRequest { part: Some(part) })
        .collect();
    partner.targeting.import_model(stream::iter(parts).boxed()).await.map(tonic::Response::into_inner)
}

fn digest(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// The service with models that only people train.
async fn by_people(running: Running) -> Running {
    running.with(&[("learning.outcomes", "100000")]).await
}

pub async fn life(running: Running) {
    let running = by_people(running).await;
    let mut just = running.partner("eu-just");
    let mut customs = running.partner("nl-customs");
    let (database, now) = (store(&running), running.credentials.clock().now());
    assert_eq!(
        train(&mut just, false).await.unwrap_err().code(),
        Code::FailedPrecondition,
        "nothing to learn"
    );

    let history = outcomes(0..400, now);
    let found = |history: &[Examination]| history.iter().filter(|one| one.is_unsafe).count() as i64;
    examined(&database, history[..120].to_vec()).await;
    assert_eq!(
        train(&mut customs, false).await.unwrap_err().code(),
        Code::PermissionDenied,
        "no contact point"
    );
    let first = train(&mut just, false).await.unwrap();
    assert_eq!((first.name.as_str(), first.state()), ("models/eu-just.1", wire::ModelState::Shadow));
    assert_eq!((first.outcomes, first.found_unsafe), (120, found(&history[..120])));
    assert_eq!(get(&mut customs, &first.name).await.unwrap(), first, "the side's authorities see it");
    let stranger = get(&mut running.partner("cn-gacc"), &first.name).await.unwrap_err();
    assert_eq!(stranger.code(), Code::PermissionDenied);
    let refused = activate(&mut customs, &first.name, "").await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    let first = activate(&mut just, &first.name, &first.etag).await.unwrap();
    assert_eq!(first.state(), wire::ModelState::Deciding);
    let again = activate(&mut just, &first.name, &first.etag).await.unwrap_err();
    assert_eq!(again.code(), Code::FailedPrecondition);
    assert_eq!(train(&mut just, false).await.unwrap_err().code(), Code::FailedPrecondition, "nothing new");
    examined(&database, history[120..200].to_vec()).await;
    let request = wire::TrainModelRequest { from_scratch: false, request_id: request_id() };
    let second = just.targeting.train_model(request.clone()).await.unwrap().into_inner();
    let again = just.targeting.train_model(request).await.unwrap().into_inner();
    assert_eq!(again, second, "the same request gets the same answer");
    assert_eq!((second.parent.as_str(), second.outcomes), (first.name.as_str(), 200));
    let third = train(&mut just, true).await.unwrap();
    assert_eq!(third.parent, "");
    assert_eq!(third.sha256, second.sha256, "learning on and learning anew give the same model");
    assert_eq!(get(&mut just, &second.name).await.unwrap().state(), wire::ModelState::Retired);

    // Another replica goes by the deciding model as soon as it looks, and knows reckless exporters from careful ones.
    let replica = RiskModels::new(Arc::new(store(&running))).unwrap();
    let side = "eu-just".parse().unwrap();
    assert!(replica.current(&side).is_err(), "nothing is scored before the models are read");
    replica.refresh().await.unwrap();
    let in_use = replica.current(&side).unwrap();
    let (name, reckless, shadow) = in_use.score(&goods("RECKLESS  toys.", "950300"));
    let (_, careful, _) = in_use.score(&goods("Careful Toys 1", "950300"));
    assert_eq!((name, shadow.unwrap().model), (first.name.clone(), third.name.clone()));
    assert!(reckless.probability > 0.4 && careful.probability < 0.2, "{reckless:?} {careful:?}");
    assert!(reckless.lower < reckless.probability && reckless.probability < reckless.upper);
    let told = |one: &Evidence| {
        let counted = one.counted.unwrap();
        let as_found = counted.alike.found_unsafe > 0 && counted.alike.examined < counted.compared.examined;
        one.key.contains("exporter") && one.log_odds > 0.0 && as_found
    };
    assert!(reckless.evidence.iter().any(told), "{:?}", reckless.evidence);

    examined(&database, history[200..].to_vec()).await;
    let compare = wire::CompareModelsRequest {
        first: first.name.clone(),
        second: third.name.clone(),
        start_time: None,
    };
    let compared = customs.targeting.compare_models(compare.clone()).await.unwrap().into_inner();
    assert_eq!(compared.outcomes, 200, "those that neither learned from");
    let models = [replica.by_name(&first.name).await.unwrap(), replica.by_name(&third.name).await.unwrap()];
    for (model, accuracy) in models.iter().zip([compared.first.unwrap(), compared.second.unwrap()]) {
        let new = &history[200..];
        let error = |one: &Examination| {
            let outcome = if one.is_unsafe { 1.0 } else { 0.0 };
            (score_by(model, &one.consignment).probability - outcome).powi(2)
        };
        let brier = new.iter().map(error).sum::<f64>() / 200.0;
        assert!((accuracy.brier - brier).abs() < 1e-12, "{} is not {brier}", accuracy.brier);
        let precision = accuracy.precision_top_tenth.unwrap();
        assert!(precision.mean > 0.5 && precision.observations == 20.0, "{precision:?}");
    }
    let retired = replica.by_name(&second.name).await.unwrap();
    assert_eq!(retired.version(), models[1].version(), "kept for replays");
    assert!(replica.by_name("models/eu-just.99").await.is_err());
    let apart = |one: &Examination| {
        let score = |model| score_by(model, &one.consignment).probability;
        (score(&models[0]) - score(&models[1])).abs()
    };
    let mean = history.iter().map(apart).sum::<f64>() / 400.0;
    assert!((compared.mean_difference - mean).abs() < 1e-12);
    // Arrivals that one decided and the other followed count too, but for those whose outcome counts already.
    let followed = |number: u64| {
        let mut one = screening("2026-11-02".parse().unwrap(), Selection::None, 0.1, 0.1, Lane::Green);
        one.time = now;
        one.facts.model = first.name.clone();
        one.facts.score.probability = 0.5;
        let score = if number < 20 { 0.75 } else { 0.5 };
        one.facts.shadow = Some(ShadowScore { model: third.name.clone(), score });
        one
    };
    let followed: Vec<_> = (0..30).map(followed).collect();
    screened(&database, &followed).await;
    let known = Examination { screening: Some(followed[0].id), ..history[399].clone() };
    let known = Examination { control: "controls/followed".to_owned(), ..known };
    let expected = (mean * 400.0 + apart(&known) + 19.0 * 0.25) / 430.0;
    examined(&database, vec![known]).await;
    let beside = customs.targeting.compare_models(compare.clone()).await.unwrap().into_inner();
    assert!((beside.mean_difference - expected).abs() < 1e-12, "{} {expected}", beside.mean_difference);
    let untrained = wire::CompareModelsRequest { first: "models/eu-just.0".to_owned(), ..compare };
    let compared = customs.targeting.compare_models(untrained).await.unwrap().into_inner();
    assert!(compared.second.unwrap().brier < compared.first.unwrap().brier, "experience helps");

    let third = activate(&mut just, &third.name, &third.etag).await.unwrap();
    assert_eq!(get(&mut just, &first.name).await.unwrap().state(), wire::ModelState::Retired);
    replica.refresh().await.unwrap();
    assert_eq!(replica.current(&side).unwrap().deciding.0, third.name);
    let states: Vec<(String, wire::ModelState)> =
        list(&mut customs).await.into_iter().map(|model| (model.name.clone(), model.state())).collect();
    let expected = [
        (third.name, wire::ModelState::Deciding),
        (second.name, wire::ModelState::Retired),
        (first.name.clone(), wire::ModelState::Retired),
    ];
    assert_eq!(states, expected);

    use wire::ModelState::{Deciding, Retired, Shadow, Unspecified};
    let told: Vec<wire::ModelChanged> = customs.told().await;
    let became: Vec<(&str, wire::ModelState, wire::ModelState, i64)> = told
        .iter()
        .map(|told| {
            let model = told.model.as_ref().unwrap();
            (
                model.name.trim_start_matches("models/eu-just."),
                told.previous_state(),
                model.state(),
                told.outcomes,
            )
        })
        .collect();
    // The first learned all outcomes there were when it was activated; of the 201 that came behind, none knows the third's.
    let expected = [
        ("1", Unspecified, Shadow, 0),
        ("1", Shadow, Deciding, 0),
        ("2", Unspecified, Shadow, 0),
        ("2", Shadow, Retired, 0),
        ("3", Unspecified, Shadow, 0),
        ("1", Deciding, Retired, 201),
        ("3", Shadow, Deciding, 201),
    ];
    assert_eq!(became, expected);
    let accuracy = |at: usize| told[at].accuracy.clone();
    assert_eq!((accuracy(5), accuracy(6)), (beside.first, beside.second), "as people compared them");
    assert_eq!(accuracy(4), None, "it has learned all that is known");
    let gacc: Vec<wire::ModelChanged> = running.partner("cn-gacc").told().await;
    assert_eq!(gacc, [], "another side's");

    // What officers choose on their own is no outcome to learn, and judges no model.
    let officers: Vec<Examination> = outcomes(400..430, now)
        .into_iter()
        .map(|one| Examination { selection: Selection::Officer, probability: 0.0, is_unsafe: true, ..one })
        .collect();
    examined(&database, officers).await;
    let compare = wire::CompareModelsRequest {
        first: first.name,
        second: told[6].model.clone().unwrap().name,
        start_time: None,
    };
    let compared = customs.targeting.compare_models(compare).await.unwrap().into_inner();
    assert_eq!((compared.outcomes, &compared.first), (201, &accuracy(5)), "officers' finds count for none");
    running.stop().await;
}

pub async fn moved(running: Running) {
    let running = by_people(running).await;
    let mut just = running.partner("eu-just");
    let (database, now) = (store(&running), running.credentials.clock().now());
    examined(&database, outcomes(0..100, now)).await;
    let made = train(&mut just, true).await.unwrap();
    let content = exported(&mut just, &made.name).await;
    assert_eq!((digest(&content), content.len() as i64), (made.sha256.clone(), made.size_bytes));

    let imported = import(&mut just, &content, made.sha256.clone()).await.unwrap();
    assert_eq!((imported.state(), imported.outcomes), (wire::ModelState::Shadow, 100));
    assert_eq!((imported.sha256.as_str(), imported.parent.as_str()), (made.sha256.as_str(), ""));
    assert_eq!(exported(&mut just, &imported.name).await, content);
    assert_eq!(get(&mut just, &made.name).await.unwrap().state(), wire::ModelState::Retired);

    let other = import(&mut just, &content, digest(b"another")).await.unwrap_err();
    assert_eq!(wrong_fields(&other), ["head.sha256"]);
    let none = import(&mut just, b"no model", digest(b"no model")).await.unwrap_err();
    assert_eq!(wrong_fields(&none), ["chunk"]);
    let damaged = &content[..content.len() - 1];
    let damaged = import(&mut just, damaged, digest(damaged)).await.unwrap_err();
    assert_eq!(wrong_fields(&damaged), ["chunk"]);
    let mut customs = running.partner("nl-customs");
    let refused = import(&mut customs, &content, made.sha256.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let request = wire::ExportModelRequest { name: made.name.clone() };
    assert_eq!(customs.targeting.export_model(request).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(list(&mut just).await.len(), 2, "what was refused left nothing");
    running.stop().await;
}

pub async fn race(running: Running) {
    let running = by_people(running).await;
    let mut just = running.partner("eu-just");
    let (database, now) = (store(&running), running.credentials.clock().now());
    examined(&database, outcomes(0..20, now)).await;
    for _ in 0..4 {
        train(&mut just, true).await.unwrap();
    }
    // The first round begins with none that decides, so that no former one stands in the way of a second.
    for _ in 0..5 {
        let all = list(&mut just).await.into_iter().map(|model| {
            let mut just = just.clone();
            async move { activate(&mut just, &model.name, "").await }
        });
        let answers = join_all(all).await;
        assert!(answers.iter().any(Result::is_ok));
        let codes = answers.iter().filter_map(|answer| answer.as_ref().err()).map(Status::code);
        let expected = |code: Code| matches!(code, Code::FailedPrecondition | Code::Aborted);
        assert!(codes.clone().all(expected), "{:?}", codes.collect::<Vec<_>>());
        let models = list(&mut just).await;
        let deciding = models.iter().filter(|model| model.state() == wire::ModelState::Deciding).count();
        assert_eq!(deciding, 1);
    }
    running.stop().await;
}

pub async fn learning(running: Running) {
    let running = running.with(&[("learning.outcomes", "30"), ("watch.interval", "50ms")]).await;
    let mut customs = running.partner("nl-customs");
    let (database, now) = (store(&running), running.credentials.clock().now());
    examined(&database, outcomes(0..29, now)).await;
    examined(&database, outcomes(29..30, now)).await;
    let learned = async |customs: &mut Partner, name: &str| {
        let wanted = format!("{name} has learned");
        eventually(&wanted, Duration::from_secs(20), async || get(customs, name).await).await
    };
    let first = learned(&mut customs, "models/eu-just.1").await;
    assert_eq!(
        (first.outcomes, first.state()),
        (30, wire::ModelState::Shadow),
        "people activate, nobody else"
    );

    activate(&mut running.partner("eu-just"), &first.name, "").await.unwrap();
    let by_officers = outcomes(100..140, now).into_iter();
    let by_officers = by_officers.map(|one| Examination { selection: Selection::Officer, ..one }).collect();
    examined(&database, by_officers).await;
    examined(&database, outcomes(30..75, now)).await;
    let second = learned(&mut customs, "models/eu-just.2").await;
    assert_eq!((second.outcomes, second.parent.as_str()), (75, first.name.as_str()));
    assert_eq!(get(&mut customs, &first.name).await.unwrap().state(), wire::ModelState::Deciding);
    running.stop().await;
}
