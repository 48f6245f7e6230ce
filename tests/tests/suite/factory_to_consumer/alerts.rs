//! How alerts come to be matched where goods arrive, and cease to be.

use std::time::{Duration, Instant};

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1 as alert,
};

use super::{
    words::{DUCK, KETTLE, alert_on, goods},
    world::World,
};
use crate::{disclosure::steps::request_id, running::Partner};

/// What is told is matched within a second; a busy machine is given more.
const SOON: Duration = Duration::from_secs(5);

#[allow(clippy::print_stderr, reason = "how fast it was tells what the promise of a second is worth")]
pub async fn life(world: World) {
    let (mut nvwa, mut just) = (world.notifier("nl-nvwa"), world.notifier("eu-just"));
    let mut customs = world.trader("nl-customs");
    let ducks = goods(&world, DUCK);

    let name = nvwa.create(alert_on(DUCK, "SR/00001/26", "NL")).await;
    world.all_is_known().await;
    assert_eq!(customs.matches(&ducks).await, [] as [&str; 0], "a draft");
    nvwa.submit(&name).await;
    world.all_is_known().await;
    assert_eq!(customs.matches(&ducks).await, [] as [&str; 0], "nobody has confirmed it yet");

    let confirmed = Instant::now();
    just.answer(&name, Vec::new()).await;
    let answered = confirmed.elapsed();
    let matched = customs.come_to_match(&ducks, &[&name]).await;
    assert_eq!(customs.matches(&goods(&world, KETTLE)).await, [] as [&str; 0], "another product");

    let withdrawn = Instant::now();
    nvwa.withdraw(&name, "the sample was another's").await;
    let forgotten = customs.come_to_match(&ducks, &[]).await;
    eprintln!(
        "confirmed (answered in {answered:?}), matched {matched:?} later; withdrawn, forgotten {forgotten:?} later"
    );
    assert!(matched < SOON, "matched only {matched:?} after it was confirmed");
    assert!(withdrawn.elapsed() < 2 * SOON, "matched {:?} after it was withdrawn", withdrawn.elapsed());
    let gacc = world.trader("cn-gacc").status().await;
    assert_eq!((gacc.alerts, gacc.alerts_known_until), (0, None), "one side's alerts are told to no other");
}

async fn revoke(partner: &mut Partner, notification: &str, recipient: &str) {
    let request = alert::RevokeTransmissionRequest {
        name: format!("{notification}/transmissions/{recipient}"),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.transmissions.revoke_transmission(request).await.unwrap();
}

fn originator_only(path: &str) -> FieldDisclosure {
    FieldDisclosure {
        path: path.to_owned(),
        audience: Audience::Originator.into(),
        reason: "the court decided so".to_owned(),
    }
}

pub async fn rights(world: World) {
    let [mut nvwa, mut just, mut canada] = ["nl-nvwa", "eu-just", "ca-hc"].map(|id| world.notifier(id));
    let mut customs = world.trader("nl-customs");
    let (ducks, kettles) = (goods(&world, DUCK), goods(&world, KETTLE));
    let own = nvwa.create(alert_on(DUCK, "SR/00001/26", "NL")).await;
    nvwa.submit(&own).await;
    let sent = just.answer(&own, Vec::new()).await;
    assert_eq!(sent.transmissions[0].recipient, "cn-gacc", "it goes to where the ducks are made by itself");
    let theirs = canada.create(alert_on(KETTLE, "RA-1", "CA")).await;
    canada.submit(&theirs).await;
    canada.answer(&theirs, Vec::new()).await;
    customs.come_to_match(&ducks, &[&own]).await;
    customs.come_to_match(&kettles, &[&theirs]).await;
    let mut by_number = kettles.clone();
    (by_number.brand, by_number.models) = (String::new(), Vec::new());
    assert_eq!(customs.matches(&by_number).await, [theirs.as_str()], "by its number alone");

    // What China has to remove, Europe still knows of its own alert.
    nvwa.disclose(&own, vec![originator_only("product.description")]).await;
    revoke(&mut just, &own, "cn-gacc").await;
    world.all_is_known().await;
    assert_eq!(customs.matches(&ducks).await, [own.as_str()], "it is China that has to remove it");

    // Of fields that Canada makes less public the alert loses these, and no more.
    canada.disclose(&theirs, vec![originator_only("product.gtins")]).await;
    world.all_is_known().await;
    assert_eq!(customs.matches(&by_number).await, [] as [&str; 0], "the number is not to be known any more");
    assert_eq!(customs.matches(&kettles).await, [theirs.as_str()], "brand and model still are");

    revoke(&mut canada, &theirs, "eu-just").await;
    world.all_is_known().await;
    assert_eq!(customs.matches(&kettles).await, [] as [&str; 0], "it is Europe that has to remove it");
    assert_eq!(customs.matches(&ducks).await, [own.as_str()]);
}
