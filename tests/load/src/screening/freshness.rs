//! How soon goods match an alert that was just confirmed: through the feed, the follower and the index.

use std::time::{Duration, Instant};

use seamless_proto::seamless::{
    consignments::v1::{self as wire, screening_service_client::ScreeningServiceClient},
    notifications::v1::notification_service_client::NotificationServiceClient,
};

use super::goods;
use crate::{
    Failure,
    connection::Connection,
    running::{Running, import},
    tally::Durations,
};

/// Between one question and the next: the answer is that much coarse.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// An alert that does not match by then never does.
const PATIENCE: Duration = Duration::from_secs(20);
/// So that they do not fall into step with the watch.
const STEP: Duration = Duration::from_millis(37);

/// Imports alerts of these numbers one by one; the time from the import's answer to the first match of each.
///
/// # Errors
/// If one does not match.
pub async fn measure(
    notifications: &Running,
    customs: &Connection,
    numbers: std::ops::Range<u32>,
    arrival: i64,
) -> Result<Durations, Failure> {
    let mut writer = NotificationServiceClient::new(notifications.connection("eu-just"));
    let mut client = ScreeningServiceClient::new(customs.clone());
    let mut durations = Durations::new()?;
    for number in numbers {
        let alert = goods::alert(number);
        let product = alert.notification.as_ref().and_then(|notification| notification.product.clone());
        let online = alert.notification.as_ref().and_then(|notification| notification.online.clone());
        let (product, online) = (product.unwrap_or_default(), online.unwrap_or_default());
        let consignment = wire::Consignment {
            brand: product.brand,
            models: product.models,
            gtins: product.gtins,
            listing_url: online.listings.into_iter().next().unwrap_or_default().url,
            ..goods::goods(u64::from(number), 0, arrival)
        };
        let names = import(&mut writer, vec![alert]).await?;
        let told = Instant::now();
        loop {
            let request = wire::ScreenConsignmentRequest {
                consignment: Some(consignment.clone()),
                request_id: uuid::Uuid::new_v4().to_string(),
                validate_only: true,
                ..Default::default()
            };
            let answer = client.screen_consignment(request).await?.into_inner();
            if answer.matched_notifications.iter().any(|matched| names.contains(&matched.notification)) {
                break;
            }
            if told.elapsed() > PATIENCE {
                return Err(format!("{names:?} is not matched").into());
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        durations.add(told.elapsed());
        tokio::time::sleep(STEP).await;
    }
    Ok(durations)
}
