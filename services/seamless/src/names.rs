//! What people call a notification, and its name: all commands take either. A whole id is asked of nobody; a reference or
//! the beginning of an id is looked for among what the authority may see.

use std::collections::BTreeMap;

use seamless_proto::seamless::notifications::v1 as wire;

use crate::{
    cli::{Command, Statuses},
    commands::{list, product_line, reference},
    connection::Connection,
    error::{Failure, REFUSED},
};

const COLLECTION: &str = "notifications/";

/// The fewest digits of an id that are looked for.
const FEWEST_DIGITS: usize = 4;

/// Those that a complaint names at most.
const NAMED: usize = 5;

/// The longest text that lists are filtered by, in characters; no reference is longer.
const LONGEST: usize = 200;

/// Puts the whole names into the command.
pub async fn resolve(connection: &Connection, command: &mut Command) -> Result<(), Failure> {
    for given in command.notifications() {
        *given = notification(connection, given).await?;
    }
    Ok(())
}

/// `notifications/UUID` for that, for the UUID alone, for a beginning of it that no other has, or for the alert's reference.
///
/// # Errors
/// Usage where it could be several; refused where it is none.
async fn notification(connection: &Connection, given: &str) -> Result<String, Failure> {
    let wanted = given.trim().trim_start_matches(COLLECTION);
    if uuid::Uuid::try_parse(wanted.split('/').next().unwrap_or_default()).is_ok() {
        return Ok(format!("{COLLECTION}{wanted}"));
    }
    if wanted.is_empty() {
        return Err(Failure::usage("name a notification: its reference, or its id or the beginning of it"));
    }
    // A drill is named like anything else.
    let statuses = Statuses::all().numbers();
    let mut found = BTreeMap::new();
    let is_beginning = is_beginning(wanted);
    if is_beginning {
        let filter = wire::NotificationFilter {
            id_prefix: wanted.to_owned(),
            statuses: statuses.clone(),
            ..Default::default()
        };
        let begin_so = list::collect(connection, filter, NAMED + 1).await?;
        found.extend(begin_so.into_iter().map(|one| (one.name.clone(), one)));
    }
    if wanted.chars().count() <= LONGEST {
        let filter = wire::NotificationFilter { text: wanted.to_owned(), statuses, ..Default::default() };
        let mention_it = list::collect(connection, filter, usize::MAX).await?;
        let called_so = mention_it.into_iter().filter(|one| is_called(one, wanted));
        found.extend(called_so.map(|one| (one.name.clone(), one)));
    }
    match (found.len(), found.pop_first()) {
        (1, Some((name, _))) => Ok(name),
        (0, _) | (_, None) => Err(unknown(wanted, is_beginning)),
        (_, Some(first)) => Err(ambiguous(wanted, std::iter::once(first).chain(found))),
    }
}

/// Whether an id could begin so: hexadecimal digits with hyphens between.
fn is_beginning(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let hyphens = text.bytes().filter(|letter| *letter == b'-').count();
    (FEWEST_DIGITS..=32).contains(&digits) && digits + hyphens == text.len()
}

/// Whether it is the notification's reference, or its key in the system that it came from.
fn is_called(notification: &wire::Notification, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let general = notification.general.as_ref();
    general.is_some_and(|general| {
        [&general.reference, &general.source_reference].into_iter().any(|one| one.to_lowercase() == wanted)
    })
}

fn unknown(wanted: &str, is_beginning: bool) -> Failure {
    let looked_for = match is_beginning {
        true => "the reference of an alert, and the beginning of an id",
        false => "the reference of an alert (an id's beginning has at least 4 of 0-9 and a-f)",
    };
    let message = format!("{wanted} is no notification that the authority may see; looked for: {looked_for}");
    Failure { exit: REFUSED, message }
}

fn ambiguous(wanted: &str, found: impl Iterator<Item = (String, wire::Notification)>) -> Failure {
    let mut message = format!("{wanted} could be several notifications; say more of the id:");
    for (count, (name, notification)) in found.enumerate() {
        if count == NAMED {
            message.push_str("\n  …");
            break;
        }
        let (reference, product) = (reference(&notification), product_line(&notification));
        message.push_str(&format!("\n  {name}  {reference}  {product}"));
    }
    Failure::usage(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_begins_with_at_least_four_hexadecimal_digits() {
        for beginning in ["0192", "01920abc-7", "01920ABC7def"] {
            assert!(is_beginning(beginning), "{beginning}");
        }
        for other in ["019", "01-9", "SR/90001/26", "S-001", "beefg", "水壶水壶", &"0".repeat(33)] {
            assert!(!is_beginning(other), "{other}");
        }
    }
}
