//! The feed of alerts is cut: screening answers all the same by what it knows, says how old that is, and catches up.

use jiff::SignedDuration;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_testkit::eventually;
use tokio_stream::StreamExt;

use super::{
    words::{DUCK, KETTLE, alert_on, goods},
    world::{PATIENCE, World, time_of},
};
use crate::disclosure::steps::request_id;

pub async fn told(world: World) {
    let mut just = world.notifier("eu-just");
    let mut customs = world.trader("nl-customs");
    let (ducks, kettles) = (goods(&world, DUCK), goods(&world, KETTLE));
    let known = just.create(alert_on(DUCK, "SR/00001/26", "NL")).await;
    just.submit(&known).await;
    just.answer(&known, Vec::new()).await;
    customs.come_to_match(&ducks, &[&known]).await;
    world.all_is_known().await;

    world.line.cut();
    let lost = world.now();
    eventually("the loss is noticed", PATIENCE, async || !customs.status().await.following).await;
    let noticed = time_of(customs.status().await.alerts_known_until).unwrap();
    assert!(noticed <= lost, "nothing after {lost} can be known, it says {noticed}");
    let unheard = just.create(alert_on(KETTLE, "SR/00002/26", "NL")).await;
    just.submit(&unheard).await;
    just.answer(&unheard, Vec::new()).await;
    world.credentials.clock().advance(SignedDuration::from_hours(3));

    // Three hours later all goods are decided on, by alerts that are said to be three hours old.
    let items: Vec<wire::ScreenConsignmentsRequest> = [&ducks, &kettles]
        .into_iter()
        .cycle()
        .take(400)
        .map(|goods| wire::ScreenConsignmentsRequest {
            consignment: Some(goods.clone()),
            request_id: request_id(),
            ..Default::default()
        })
        .collect();
    let mut customs = world.trader("nl-customs");
    let answers =
        customs.screenings.screen_consignments(tokio_stream::iter(items)).await.unwrap().into_inner();
    let answers: Vec<wire::Screening> =
        answers.map(|answer| answer.unwrap().screening.unwrap()).collect().await;
    assert_eq!(answers.len(), 400);
    for (number, screening) in answers.iter().enumerate() {
        let wanted: &[&str] = if number % 2 == 0 { &[&known] } else { &[] };
        let matched: Vec<&str> =
            screening.matched_notifications.iter().map(|matched| matched.notification.as_str()).collect();
        assert_eq!(matched, wanted, "by what is known");
        assert_eq!(time_of(screening.alerts_known_until), Some(noticed));
    }
    let status = customs.status().await;
    assert_eq!((status.following, time_of(status.alerts_known_until)), (false, Some(noticed)));

    // A service that starts without reaching the feed goes by what is in its store, and says as much.
    let mut restarted = world.replica("nl-customs").await;
    restarted.come_to_match(&ducks, &[&known]).await;
    let status = restarted.status().await;
    assert_eq!((status.following, time_of(status.alerts_known_until)), (false, Some(noticed)));

    world.line.mend();
    customs.come_to_match(&kettles, &[&unheard]).await;
    world.all_is_known().await;
    let status = customs.status().await;
    assert!(status.following && time_of(status.alerts_known_until) > Some(lost), "{status:?}");
    let stored = wire::GetScreeningRequest { name: answers[1].name.clone() };
    let stored = customs.screenings.get_screening(stored).await.unwrap().into_inner();
    assert_eq!(stored.matched_notifications, [], "a decision stays as it was made, with what was known then");
    assert_eq!(time_of(stored.alerts_known_until), Some(noticed));
}
