//! `seamless inbox`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{event_status, labels::risk_line, online_word, pages, product_line, reference, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Shows the inbox.
pub async fn run(connection: &Connection, arguments: cli::Inbox, json: bool) -> Result<(), Failure> {
    let number_of = |name: &str| wire::TransmissionState::from_str_name(name).map(i32::from);
    let request = wire::ListInboxRequest {
        states: states(&arguments.state, "TRANSMISSION_STATE_", number_of)?,
        status: event_status(arguments.status).into(),
        ..wire::ListInboxRequest::default()
    };
    let mut client = connection.transmissions();
    let entries = pages(arguments.limit, async |page_size, page_token| {
        let request = wire::ListInboxRequest { page_size, page_token, ..request.clone() };
        let page = client.list_inbox(request).await?.into_inner();
        Ok((page.entries, page.next_page_token))
    })
    .await?;
    if json {
        return entries.iter().try_for_each(output::json);
    }
    let mut table = output::table(&[
        "notification",
        "reference",
        "state",
        "from",
        "product",
        "risk",
        "sold",
        "react before (UTC)",
        "waiting",
    ])
    .giving_way(&["state", "sold", "from", "waiting", "risk", "reference"]);
    for entry in &entries {
        let notification = entry.notification.clone().unwrap_or_default();
        let transmission = entry.transmission.clone().unwrap_or_default();
        let mut due = output::time(transmission.due_time.as_ref());
        if entry.overdue {
            due.push_str(" LATE");
        }
        table.add_row([
            notification.uid.clone(),
            reference(&notification),
            output::word(transmission.state().as_str_name(), "TRANSMISSION_STATE_"),
            transmission.originator.clone(),
            product_line(&notification),
            risk_line(&notification, connection.language()),
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
