//! Alerts of the notifications service, as goods match them.

use std::time::Duration;

use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};
use seamless_testkit::eventually;

use crate::{
    alert_feed::followed_by,
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
    let (feed, running) = followed_by(running).await;
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

/// The alerts of a restored service are built anew beside those that are known, which are matched on until then.
pub async fn restored(running: Running) {
    use told::NotificationState::Validated;
    let (feed, running) = followed_by(running).await;
    let replica = running.replica().await;
    let token =
        Some(running.credentials.token("nl-customs", &seamless_consignments::api::authorization::SCOPES));
    let replicas = [running.partner("nl-customs"), Partner::on(running.credentials.channel(&replica, token))];
    let (kept, lost) = ("6291041500213", "4006381333931");
    feed.tell(&told::NotificationCreated { notification: alert("kept", kept, Validated) });
    feed.tell(&told::NotificationCreated { notification: alert("lost", lost, Validated) });
    for customs in &replicas {
        come_to_match(customs, lost, &["notifications/lost"]).await;
        eventually("all is known", SOON, async || {
            let status = status(customs).await;
            if status.following && status.alerts_known_until.is_some() { Ok(()) } else { Err(status) }
        })
        .await;
    }

    feed.hold(true);
    feed.go_back(1);
    for customs in &replicas {
        eventually("the restore is noticed", SOON, async || {
            let status = status(customs).await;
            if status.alerts_source_restored { Ok(()) } else { Err(status) }
        })
        .await;
    }
    let known =
        [status(&replicas[0]).await.alerts_known_until, status(&replicas[1]).await.alerts_known_until];
    running.credentials.clock().advance(jiff::SignedDuration::from_mins(10));
    eventually("the alerts are being built anew", SOON, async || feed.waiting() > 0).await;
    for (customs, known) in replicas.iter().zip(known) {
        let status = status(customs).await;
        assert!(status.alerts_source_restored && !status.following, "{status:?}");
        assert_eq!(status.alerts_known_until, known, "nothing more is known than before");
        assert_eq!((status.alerts, status.alerts_lost), (2, 0));
        assert_eq!(matched(&mut customs.clone(), lost).await, ["notifications/lost"], "it is matched on");
    }

    feed.hold(false);
    for (customs, known) in replicas.iter().zip(known) {
        eventually("all that the restored service tells is known", SOON, async || {
            let status = status(customs).await;
            let is_current =
                status.alerts_known_until.map(|time| time.seconds) > known.map(|time| time.seconds);
            assert!(!is_current || status.alerts_lost == 1, "what was lost is told of: {status:?}");
            if is_current && status.following && !status.alerts_source_restored {
                Ok(())
            } else {
                Err(status)
            }
        })
        .await;
        assert_eq!(matched(&mut customs.clone(), lost).await, Vec::<String>::new());
        assert_eq!(matched(&mut customs.clone(), kept).await, ["notifications/kept"]);
        assert_eq!(status(customs).await.alerts, 1);
    }
    feed.tell(&told::NotificationCreated { notification: alert("lost", lost, Validated) });
    for customs in &replicas {
        come_to_match(customs, lost, &["notifications/lost"]).await;
        assert_eq!(status(customs).await.alerts_lost, 0, "it was told again");
    }
}

async fn status(customs: &Partner) -> wire::ScreeningStatus {
    let asked = wire::GetScreeningStatusRequest {};
    customs
        .screenings
        .clone()
        .get_screening_status(asked)
        .await
        .map(tonic::Response::into_inner)
        .unwrap_or_default()
}

async fn come_to_match(customs: &Partner, gtin: &str, alerts: &[&str]) {
    eventually("goods match what they should", SOON, async || {
        let seen = matched(&mut customs.clone(), gtin).await;
        if seen == alerts { Ok(()) } else { Err(seen) }
    })
    .await;
}
