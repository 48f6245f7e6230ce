//! `seamless inbox`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{event_status, online_word, product_line, risk_line, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Shows the inbox.
pub async fn run(connection: &Connection, arguments: cli::Inbox, json: bool) -> Result<(), Failure> {
    let number_of = |name: &str| wire::TransmissionState::from_str_name(name).map(i32::from);
    let mut request = wire::ListInboxRequest {
        page_size: i32::try_from(arguments.limit.min(500)).unwrap_or(500),
        states: states(&arguments.state, "TRANSMISSION_STATE_", number_of)?,
        status: event_status(arguments.status).into(),
        ..wire::ListInboxRequest::default()
    };
    let mut client = connection.transmissions();
    let mut entries = Vec::new();
    while entries.len() < arguments.limit {
        let page = client.list_inbox(request.clone()).await?.into_inner();
        entries.extend(page.entries);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    entries.truncate(arguments.limit);
    if json {
        return entries.iter().try_for_each(output::json);
    }
    let mut table = output::table(&[
        "notification",
        "state",
        "from",
        "product",
        "risk",
        "sold",
        "react before (UTC)",
        "waiting",
    ]);
    for entry in &entries {
        let notification = entry.notification.clone().unwrap_or_default();
        let transmission = entry.transmission.clone().unwrap_or_default();
        let mut due = output::time(transmission.due_time.as_ref());
        if entry.overdue {
            due.push_str(" LATE");
        }
        table.add_row([
            notification.uid.clone(),
            output::word(transmission.state().as_str_name(), "TRANSMISSION_STATE_"),
            transmission.originator.clone(),
            product_line(&notification),
            risk_line(&notification),
            online_word(&notification).to_owned(),
            due,
            waiting(entry),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", entries.len()));
    Ok(())
}

/// What waits on an entry, for people: `2 live, 1 flagged, 3 unread`.
fn waiting(entry: &wire::InboxEntry) -> String {
    let counts = [
        (entry.live_listing_count, "live"),
        (entry.open_flag_count, "flagged"),
        (entry.unread_message_count, "unread"),
    ];
    let words = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    words.collect::<Vec<_>>().join(", ")
}
