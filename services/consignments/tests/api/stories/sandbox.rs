//! The clock of a sandbox, which the services of the sandbox share.

use std::time::Duration;

use seamless_calendar::Clock;
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as told};
use seamless_testkit::eventually;

use crate::{
    alert_feed::followed_by,
    running::{Partner, Running},
    words::{goods, request_id},
};

const SOON: Duration = Duration::from_secs(20);
const DAY: i64 = 86_400;

/// The clock of the service that is followed was moved, so many days ahead of real time.
fn moved(days: i64) -> told::SandboxClockAdvanced {
    let ahead = Some(prost_types::Duration { seconds: days * DAY, nanos: 0 });
    told::SandboxClockAdvanced { ahead, now: None }
}

/// When goods that arrive now are decided on, in days ahead of real time, and whether all that was told is known then.
async fn decided(running: &Running, customs: &Partner) -> (i64, bool) {
    let mut screenings = customs.screenings.clone();
    let request = wire::ScreenConsignmentRequest {
        consignment: Some(goods()),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    let screened = screenings.screen_consignment(request).await.unwrap().into_inner();
    let status = screenings.get_screening_status(wire::GetScreeningStatusRequest {}).await;
    let status = status.unwrap().into_inner();
    let now = running.credentials.clock().now().as_second();
    let ahead = screened.screen_time.unwrap().seconds - now;
    let known = status.alerts_known_until.is_some_and(|until| until.seconds - now > ahead - 60);
    ((ahead + DAY / 2).div_euclid(DAY), status.following && known)
}

async fn come_to_decide(running: &Running, customs: &Partner, days: i64) {
    eventually("goods are decided on at the time of the sandbox", SOON, async || {
        let seen = decided(running, customs).await;
        if seen == (days, true) { Ok(()) } else { Err(seen) }
    })
    .await;
}

/// What the followed service tells of its clock counts in a sandbox alone; there at every replica, and after a restart.
pub async fn one_clock(running: Running) {
    let (feed, running) = followed_by(running).await;
    feed.tell(&moved(1));
    come_to_decide(&running, &running.partner("nl-customs"), 0).await;

    let running = running.with(&[("sandbox.enabled", "true")]).await;
    let scopes = &seamless_consignments::api::authorization::SCOPES;
    let customs = running.partner("nl-customs");
    come_to_decide(&running, &customs, 1).await;
    let replica = running.replica().await;
    let token = Some(running.credentials.token("nl-customs", scopes));
    let other = Partner::on(running.credentials.channel(&replica, token));
    feed.tell(&moved(25));
    for customs in [&customs, &other] {
        come_to_decide(&running, customs, 25).await;
    }
    // Whoever was restored from a backup may tell less: time does not go back.
    feed.go_back(1);
    feed.tell(&moved(3));
    come_to_decide(&running, &customs, 25).await;
    let running = running.restarted(|_| {}).await;
    assert_eq!(decided(&running, &running.partner("nl-customs")).await.0, 25, "from the first decision on");
}
