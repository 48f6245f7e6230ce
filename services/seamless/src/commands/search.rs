//! `seamless search`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{list::filter_of, product_line};
use crate::{cli, connection::Connection, error::Failure, output};

/// Finds notifications by words.
pub async fn run(connection: &Connection, arguments: cli::Search, json: bool) -> Result<(), Failure> {
    let mut client = connection.notifications();
    let mut request = wire::SearchNotificationsRequest {
        query: arguments.words.join(" "),
        filter: Some(filter_of(&arguments.filter)?),
        page_size: i32::try_from(arguments.limit.min(500)).unwrap_or(500),
        page_token: String::new(),
    };
    let mut hits = Vec::new();
    let mut is_incomplete = false;
    while hits.len() < arguments.limit {
        let page = client.search_notifications(request.clone()).await?.into_inner();
        hits.extend(page.hits);
        is_incomplete |= page.incomplete;
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    hits.truncate(arguments.limit);
    if json {
        return hits.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["score", "notification", "state", "product", "where"]);
    for hit in &hits {
        let notification = hit.notification.clone().unwrap_or_default();
        let place = hit.highlights.first().cloned().unwrap_or_default();
        table.add_row([
            format!("{:.2}", hit.score),
            notification.uid.clone(),
            output::word(notification.state().as_str_name(), "NOTIFICATION_STATE_"),
            product_line(&notification),
            format!("{}: {}", place.path, place.excerpt),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", hits.len()));
    if is_incomplete {
        output::line("the index is still being made: ask again for the rest");
    }
    Ok(())
}
