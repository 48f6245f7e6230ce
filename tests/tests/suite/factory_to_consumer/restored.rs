//! The notifications service goes back to a backup, and loses an alert that screening goes by.

use seamless_proto::seamless::consignments::v1::Lane;
use seamless_testkit::eventually;

use super::{
    words::{DUCK, KETTLE, alert_on, goods},
    world::{PATIENCE, World, time_of},
};

pub async fn told(mut world: World) {
    let (ducks, kettles) = (goods(&world, DUCK), goods(&world, KETTLE));
    let mut customs = world.trader("nl-customs");
    let mut other = world.replica("nl-customs").await;
    let kept = alert(&world, alert_on(DUCK, "SR/00001/26", "NL")).await;
    customs.come_to_match(&ducks, &[&kept]).await;

    let backup = world.back_up().await;
    let lost = alert(&world, alert_on(KETTLE, "SR/00002/26", "NL")).await;
    customs.come_to_match(&kettles, &[&lost]).await;
    other.come_to_match(&kettles, &[&lost]).await;
    assert_eq!(customs.screen(kettles.clone()).await.lane(), Lane::Red);
    world.all_is_known().await;
    let trusted = world.now();
    world.credentials.clock().advance(jiff::SignedDuration::from_mins(10));

    world.restore(&backup).await;
    // Whatever is seen on the way: it is not said that all is known before what was lost is told of.
    for trader in [&mut customs, &mut other] {
        eventually("the alerts are those of the restored service", PATIENCE, async || {
            let mut trader = trader.clone();
            let status = trader.status().await;
            let is_current = time_of(status.alerts_known_until) > Some(trusted);
            assert!(!is_current || status.alerts_lost == 1, "not known up to now without a word: {status:?}");
            assert!(!(status.alerts_source_restored && status.following), "{status:?}");
            if is_current && status.following { Ok(()) } else { Err(status) }
        })
        .await;
        let status = trader.status().await;
        assert_eq!((status.alerts, status.alerts_lost, status.alerts_source_restored), (1, 1, false));
        trader.come_to_match(&kettles, &[]).await;
        trader.come_to_match(&ducks, &[&kept]).await;
    }

    let again = alert(&world, alert_on(KETTLE, "SR/00002/26", "NL")).await;
    for trader in [&mut customs, &mut other] {
        trader.come_to_match(&kettles, &[&again]).await;
        assert_eq!(trader.screen(kettles.clone()).await.lane(), Lane::Red);
    }
}

/// An alert that is in force.
async fn alert(world: &World, alert: seamless_proto::seamless::notifications::v1::Notification) -> String {
    let (mut nvwa, mut just) = (world.notifier("nl-nvwa"), world.notifier("eu-just"));
    let name = nvwa.create(alert).await;
    nvwa.submit(&name).await;
    just.answer(&name, Vec::new()).await;
    name
}
