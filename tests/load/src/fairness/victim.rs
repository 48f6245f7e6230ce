//! The authority that is to be served.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use seamless_proto::seamless::notifications::v1::{
    self as wire, notification_service_client::NotificationServiceClient,
};

use crate::{Failure, connection::Connection, tally::Durations};

const IN_FLIGHT: usize = 2;
/// To connect.
const MOST_TRIES: usize = 20;

/// Reads own alerts for a time; gives how long each call took, and how long it all took.
///
/// # Errors
/// If a call fails: who abuses nothing is refused nothing.
pub async fn call(
    channel: Connection,
    names: Arc<[String]>,
    length: Duration,
) -> Result<(Durations, Duration), Failure> {
    // The connection is made with the first call. A newcomer from the address of those who flood may have to try again.
    let mut tries = 1;
    while let Err(failure) = get(&mut NotificationServiceClient::new(channel.clone()), &names[0]).await {
        if tries == MOST_TRIES {
            return Err(failure);
        }
        tries += 1;
    }
    let begun = Instant::now();
    let callers = (0..IN_FLIGHT).map(|caller| {
        let (mut client, names) = (NotificationServiceClient::new(channel.clone()), names.clone());
        async move {
            let mut durations = Durations::new()?;
            for name in names.iter().cycle().skip(caller) {
                let called = Instant::now();
                if called.duration_since(begun) >= length {
                    break;
                }
                get(&mut client, name).await?;
                durations.add(called.elapsed());
            }
            Ok::<_, Failure>(durations)
        }
    });
    let mut all = Durations::new()?;
    for durations in futures::future::try_join_all(callers).await? {
        all.merge(&durations)?;
    }
    Ok((all, begun.elapsed()))
}

async fn get(client: &mut NotificationServiceClient<Connection>, name: &str) -> Result<(), Failure> {
    client.get_notification(wire::GetNotificationRequest { name: name.to_owned() }).await?;
    Ok(())
}
