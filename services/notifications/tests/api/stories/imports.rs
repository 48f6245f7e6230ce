//! Alerts that come in bulk from another system.

use futures::future::join_all;
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, ImportOutcome, NotificationState},
};

use crate::{
    running::Running,
    words::{item, kinds, request_id},
};

fn outcomes(results: &[wire::ImportNotificationsResponse]) -> Vec<ImportOutcome> {
    results.iter().map(wire::ImportNotificationsResponse::outcome).collect()
}

pub async fn accounted(running: Running) {
    use ImportOutcome::{Created, Rejected, Unchanged, Updated};
    let mut just = running.partner("eu-just");
    let mut wrong = item("3");
    wrong.notification.as_mut().unwrap().product.as_mut().unwrap().gtins = vec!["12".to_owned()];
    let mut keyless = item("4");
    keyless.notification.as_mut().unwrap().general.as_mut().unwrap().source_reference.clear();
    let mut changed = item("1");
    changed.notification.as_mut().unwrap().product.as_mut().unwrap().brand = "Boilbest".to_owned();
    let mut incomplete = item("5");
    incomplete.notification.as_mut().unwrap().risk = None;
    let results = just
        .import(vec![item("1"), item("2"), wrong, keyless, item("2"), changed, incomplete, item("6")])
        .await;
    assert_eq!(
        outcomes(&results),
        [Created, Created, Rejected, Rejected, Unchanged, Updated, Created, Created],
        "a result for each, in the order sent; the bad ones harm nobody"
    );
    assert_eq!(results.iter().map(|result| result.index).collect::<Vec<_>>(), (0..8).collect::<Vec<_>>());
    assert_eq!(results[2].violations[0].field, "notification.product.gtins[0]");
    assert_eq!(results[3].violations[0].field, "notification.general.source_reference");
    assert_eq!(results[5].name, results[0].name);
    assert_eq!(
        results[6].state(),
        NotificationState::Draft,
        "what is incomplete is a draft, and the findings say why"
    );
    assert_eq!(results[6].findings[0].field, "risk.types");
    assert_eq!(results[7].state(), NotificationState::Validated);
    // A member state's alerts are validated by its contact point, not by an import.
    let mut nvwa = running.partner("nl-nvwa");
    assert_eq!(outcomes(&nvwa.import(vec![item("1")]).await), [Rejected]);
}

pub async fn decisions(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let narrowed = wire::Notification {
        name: name.clone(),
        disclosures: vec![FieldDisclosure {
            path: "product.brand".to_owned(),
            audience: Audience::Originator.into(),
            reason: "under investigation".to_owned(),
        }],
        ..wire::Notification::default()
    };
    let request = wire::UpdateNotificationRequest {
        notification: Some(narrowed),
        request_id: request_id(),
        ..wire::UpdateNotificationRequest::default()
    };
    just.notifications.update_notification(request).await.unwrap();
    assert_eq!(outcomes(&just.import(vec![item("1")]).await), [ImportOutcome::Unchanged]);
    let mut changed = item("1");
    changed.notification.as_mut().unwrap().internal_note.clear();
    changed.notification.as_mut().unwrap().product.as_mut().unwrap().items_covered = "500 sold".to_owned();
    assert_eq!(outcomes(&just.import(vec![changed]).await), [ImportOutcome::Updated]);
    let (ours, theirs) = (just.get(&name).await, gacc.get(&name).await);
    assert!(!ours.internal_note.is_empty() && ours.disclosures.len() == 1, "what was decided here stays");
    assert_eq!(
        (theirs.product.unwrap().brand.as_str(), ours.product.unwrap().items_covered.as_str()),
        ("", "500 sold")
    );

    // What was incomplete and has been mended in its source is validated there, and so it is here.
    let mut incomplete = item("2");
    incomplete.notification.as_mut().unwrap().risk = None;
    assert_eq!(just.import(vec![incomplete]).await[0].state(), NotificationState::Draft);
    assert_eq!(just.import(vec![item("2")]).await[0].state(), NotificationState::Validated);
}

pub async fn twice(running: Running) {
    let mut just = running.partner("eu-just");
    let items: Vec<_> = (0..700).map(|number| item(&number.to_string())).collect();
    let first = just.import(items.clone()).await;
    assert!(outcomes(&first).iter().all(|outcome| *outcome == ImportOutcome::Created));
    let second = just.import(items).await;
    assert!(outcomes(&second).iter().all(|outcome| *outcome == ImportOutcome::Unchanged));
    let names = |results: &[wire::ImportNotificationsResponse]| {
        results.iter().map(|result| result.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&first), names(&second));
    let events = just.events().await;
    assert_eq!(events.len(), 700);
    assert!(kinds(&events).iter().all(|kind| *kind == "NotificationCreated"));
}

pub async fn racing(running: Running) {
    let just = running.partner("eu-just");
    let items: Vec<_> = (0..60).map(|number| item(&number.to_string())).collect();
    let imports = (0..3).map(|_| {
        let (mut just, items) = (just.clone(), items.clone());
        async move { just.import(items).await }
    });
    let all = join_all(imports).await.concat();
    let created = outcomes(&all).into_iter().filter(|outcome| *outcome == ImportOutcome::Created).count();
    assert_eq!((all.len(), created), (180, 60));
}

pub async fn over_and_over(running: Running) {
    const ALERTS: usize = 7;
    const TIMES: usize = 60;
    let mut just = running.partner("eu-just");
    let version = |number: usize| {
        let mut item = item(&(number % ALERTS).to_string());
        item.notification.as_mut().unwrap().product.as_mut().unwrap().brand = format!("Boilwell {number}");
        item
    };
    let results = just.import((0..ALERTS * TIMES).map(version).collect()).await;
    let (created, updated) = results.split_at(ALERTS);
    assert!(outcomes(created).iter().all(|outcome| *outcome == ImportOutcome::Created));
    assert!(outcomes(updated).iter().all(|outcome| *outcome == ImportOutcome::Updated));
    for (number, result) in created.iter().enumerate() {
        let brand = just.get(&result.name).await.product.unwrap().brand;
        assert_eq!(brand, format!("Boilwell {}", ALERTS * (TIMES - 1) + number), "what was sent last stands");
    }
}
