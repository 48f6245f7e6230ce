//! `seamless transmit`.

use futures::{StreamExt, stream};
use seamless_proto::seamless::notifications::v1 as wire;

use super::{list, notification_name, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Calls under way at once.
const AT_ONCE: usize = 16;

/// Sends the named notifications, or all validated ones of an origin.
pub async fn run(connection: &Connection, arguments: cli::Transmit, json: bool) -> Result<(), Failure> {
    let names = match (arguments.names.as_slice(), arguments.origin.as_slice()) {
        ([], []) => return Err(Failure::usage("name notifications, or an --origin")),
        ([], origin) => {
            let filter = wire::NotificationFilter {
                states: vec![wire::NotificationState::Validated.into()],
                countries_of_origin: origin.to_vec(),
                ..wire::NotificationFilter::default()
            };
            let found = list::collect(connection, filter, usize::MAX).await?;
            found.into_iter().map(|notification| notification.name).collect()
        }
        (names, _) => names.iter().map(|name| notification_name(name)).collect::<Vec<_>>(),
    };
    let all = names.len();
    let mut calls = stream::iter(names)
        .map(|name| {
            let mut client = connection.notifications();
            let request = wire::TransmitNotificationRequest {
                name: name.clone(),
                recipients: arguments.to.clone(),
                arrangement: arguments.arrangement.clone().unwrap_or_default(),
                request_id: request_id(),
                validate_only: false,
            };
            async move { (name, client.transmit_notification(request).await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut sent = 0;
    let mut first_failure = None;
    while let Some((name, answer)) = calls.next().await {
        match answer {
            Ok(answer) => {
                sent += 1;
                if json {
                    output::json(&answer.into_inner())?;
                } else if all <= 20 {
                    output::line(format!("{name} sent to {}", arguments.to.join(", ")));
                }
            }
            Err(status) => {
                let failure = Failure::from(status);
                output::complain(format!("{name}: {}", failure.message));
                first_failure.get_or_insert(failure);
            }
        }
    }
    if !json {
        output::line(format!("{sent} of {all} sent to {}", arguments.to.join(", ")));
    }
    match first_failure {
        None => Ok(()),
        Some(failure) => {
            Err(Failure { exit: failure.exit, message: format!("{} of {all} not sent", all - sent) })
        }
    }
}
