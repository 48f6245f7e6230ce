//! `seamless transmit`: sends notifications that are named, or all of an origin that may be sent; of these it says which it
//! passes over, and why. Nothing is sent before it is known that the recipients can have it.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use seamless_proto::seamless::{error::v1::ErrorReason, feed::v1::EventStatus, notifications::v1 as wire};
use seamless_service::error::reason_of;
use tonic::{Code, Status};

use super::{list, notification_name, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Calls under way at once.
const AT_ONCE: usize = 16;

/// Why a notification of the origin is not sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Drill,
    NotValidated,
    Withdrawn,
    Received,
    AlreadySent,
    NoArrangement,
}

impl Why {
    fn words(self) -> &'static str {
        match self {
            Self::Drill => "a drill or test: name it to send it",
            Self::NotValidated => "not validated",
            Self::Withdrawn => "withdrawn",
            Self::Received => "received from another authority",
            Self::AlreadySent => "already sent",
            Self::NoArrangement => "no arrangement between its originator and the recipient",
        }
    }

    /// For the line of counts.
    fn short(self) -> &'static str {
        match self {
            Self::Drill => "drill or test",
            Self::Received => "received",
            Self::NoArrangement => "without arrangement",
            other => other.words(),
        }
    }
}

/// What is to be sent, and what is passed over.
#[derive(Default)]
struct Plan {
    names: Vec<String>,
    passed_over: Vec<(String, Why)>,
}

/// Sends the named notifications, or all of an origin that may be sent.
pub async fn run(connection: &Connection, arguments: cli::Transmit, json: bool) -> Result<(), Failure> {
    let plan = match (arguments.names.as_slice(), arguments.origin.as_slice()) {
        ([], []) => return Err(Failure::usage("name notifications, or an --origin")),
        ([], origin) => {
            let filter = wire::NotificationFilter {
                countries_of_origin: origin.to_vec(),
                // Drills, too: it is told that they are passed over.
                statuses: cli::Statuses::all().numbers(),
                ..wire::NotificationFilter::default()
            };
            let found = list::collect(connection, filter, usize::MAX).await?;
            plan(connection, &arguments, found).await?
        }
        (names, _) => {
            let names = names.iter().map(|name| notification_name(name)).collect();
            Plan { names, ..Plan::default() }
        }
    };
    for (name, why) in &plan.passed_over {
        match json {
            true => {
                let told = serde_json::json!({ "name": name, "passedOver": why.words() });
                output::line(output::plain_json(&told)?);
            }
            false => output::line(format!("{name} passed over: {}", why.words())),
        }
    }
    send(connection, &arguments, plan, json).await
}

/// Sorts what was found by what becomes of it.
async fn plan(
    connection: &Connection,
    arguments: &cli::Transmit,
    found: Vec<wire::Notification>,
) -> Result<Plan, Failure> {
    let judged: Vec<_> = stream::iter(found)
        .map(|notification| async {
            let why = judge(connection, arguments, &notification).await?;
            Ok::<_, Failure>((notification, why))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    // Whether there is an arrangement depends on the two sides alone: one notification of each originator tells it.
    let mut refused: BTreeMap<String, Failure> = BTreeMap::new();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    for (notification, _) in judged.iter().filter(|(_, why)| why.is_none()) {
        if !asked.insert(notification.originator.clone()) {
            continue;
        }
        let probe = request(arguments, &notification.name, true);
        match connection.notifications().transmit_notification(probe).await {
            Err(status) if reason_of(&status) == Some(ErrorReason::NoArrangement) => {
                refused.insert(notification.originator.clone(), status.into());
            }
            Err(status) if status.code() == Code::InvalidArgument => return Err(status.into()),
            // What is wrong with a single one is told when it is sent.
            _ => {}
        }
    }
    if refused.len() == asked.len()
        && let Some((_, failure)) = refused.pop_first()
    {
        return Err(failure);
    }
    let mut plan = Plan::default();
    for (notification, why) in judged {
        let why = why.or(refused.contains_key(&notification.originator).then_some(Why::NoArrangement));
        match why {
            Some(why) => plan.passed_over.push((notification.name, why)),
            None => plan.names.push(notification.name),
        }
    }
    Ok(plan)
}

/// Why the notification is not to be sent; none if it is.
async fn judge(
    connection: &Connection,
    arguments: &cli::Transmit,
    notification: &wire::Notification,
) -> Result<Option<Why>, Failure> {
    if matches!(notification.status(), EventStatus::Exercise | EventStatus::Test) {
        return Ok(Some(Why::Drill));
    }
    match notification.state() {
        wire::NotificationState::Validated => return Ok(None),
        wire::NotificationState::Transmitted => {}
        wire::NotificationState::Withdrawn => return Ok(Some(Why::Withdrawn)),
        _ => return Ok(Some(Why::NotValidated)),
    }
    let (own, parent) = (connection.authority()?, &notification.name);
    let mut client = connection.transmissions();
    let sent = super::pages(usize::MAX, async |page_size, page_token| {
        let request = wire::ListTransmissionsRequest { parent: parent.clone(), page_size, page_token };
        let page = client.list_transmissions(request).await?.into_inner();
        Ok((page.transmissions, page.next_page_token))
    })
    .await?;
    if sent.iter().any(|transmission| transmission.recipient == own) {
        return Ok(Some(Why::Received));
    }
    let has_it = |recipient: &String| {
        sent.iter().any(|transmission| {
            transmission.recipient == *recipient && transmission.state() != wire::TransmissionState::Revoked
        })
    };
    Ok(arguments.to.iter().all(has_it).then_some(Why::AlreadySent))
}

fn request(arguments: &cli::Transmit, name: &str, validate_only: bool) -> wire::TransmitNotificationRequest {
    wire::TransmitNotificationRequest {
        name: name.to_owned(),
        recipients: arguments.to.clone(),
        arrangement: arguments.arrangement.clone().unwrap_or_default(),
        request_id: request_id(),
        validate_only,
    }
}

async fn send(
    connection: &Connection,
    arguments: &cli::Transmit,
    plan: Plan,
    json: bool,
) -> Result<(), Failure> {
    let (all, to) = (plan.names.len(), arguments.to.join(", "));
    let mut calls = stream::iter(plan.names)
        .map(|name| {
            let mut client = connection.notifications();
            let request = request(arguments, &name, false);
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
                    output::line(format!("{name} sent to {to}"));
                }
            }
            Err(status) => {
                let failure = complaint(&name, status);
                first_failure.get_or_insert(failure);
            }
        }
    }
    if !json {
        output::line(format!("{sent} of {all} sent to {to}{}", counts(&plan.passed_over)));
    }
    match first_failure {
        None => Ok(()),
        Some(failure) => {
            Err(Failure { exit: failure.exit, message: format!("{} of {all} not sent", all - sent) })
        }
    }
}

fn complaint(name: &str, status: Status) -> Failure {
    let failure = Failure::from(status);
    output::complain(format!("{name}: {}", failure.message));
    failure
}

/// `; passed over: 2 already sent, 1 withdrawn`.
fn counts(passed_over: &[(String, Why)]) -> String {
    let mut counts: BTreeMap<Why, usize> = BTreeMap::new();
    for (_, why) in passed_over {
        *counts.entry(*why).or_default() += 1;
    }
    let words: Vec<_> = counts.into_iter().map(|(why, count)| format!("{count} {}", why.short())).collect();
    if words.is_empty() { String::new() } else { format!("; passed over: {}", words.join(", ")) }
}
