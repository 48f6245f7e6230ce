//! Alerts of the notifications service, as goods match them.

use std::time::Duration;

use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};
use seamless_testkit::eventually;

use crate::{
    alert_feed::AlertFeed,
    running::{Partner, Running},
    words::{goods, request_id},
};

const SOON: Duration = Duration::from_secs(20);

/// The alert on ducks of this model, in a state.
fn alert(name: &str, gtin: &str, state: told::NotificationState) -> Option<told::Notification> {
    Some(told::Notification {
        name: format!("notifications/{name}"),
        state: state.into(),
        product: Some(told::Product {
            brand: "Duckling".to_owned(),
            gtins: vec![gtin.to_owned()],
            ..told::Product::default()
        }),
        ..told::Notification::default()
    })
}

/// The alerts that ducks with this number match now.
async fn matched(customs: &mut Partner, gtin: &str) -> Vec<String> {
    let request = wire::ScreenConsignmentRequest {
        consignment: Some(wire::Consignment {
            brand: "Duckling".to_owned(),
            gtins: vec![gtin.to_owned()],
            ..goods()
        }),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    let screened = customs.screenings.screen_consignment(request).await.unwrap().into_inner();
    screened.matched_notifications.into_iter().map(|matched| matched.notification).collect()
}

/// What another system had validated is in force from its import on; what was only drafted is not.
pub async fn imported(running: Running) {
    use told::NotificationState::{Draft, Validated, Withdrawn};
    let (feed, running) = AlertFeed::followed_by(running).await;
    let mut customs = running.partner("nl-customs");
    let (drafted, imported) = ("6291041500213", "4006381333931");
    feed.tell(&told::NotificationCreated { notification: alert("draft", drafted, Draft) });
    feed.tell(&told::NotificationCreated { notification: alert("imported", imported, Validated) });
    eventually("goods match the imported alert", SOON, async || {
        let seen = matched(&mut customs.clone(), imported).await;
        if seen == ["notifications/imported"] { Ok(()) } else { Err(seen) }
    })
    .await;
    assert_eq!(matched(&mut customs, drafted).await, Vec::<String>::new(), "nobody has confirmed a draft");
    feed.tell(&told::NotificationWithdrawn { notification: alert("imported", imported, Withdrawn) });
    eventually("what was withdrawn matches nothing", SOON, async || {
        let seen = matched(&mut customs.clone(), imported).await;
        if seen.is_empty() { Ok(()) } else { Err(seen) }
    })
    .await;
}
