//! `seamless search`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{list::filter_of, pages, product_line};
use crate::{cli, connection::Connection, error::Failure, output};

/// Finds notifications by words.
pub async fn run(connection: &Connection, arguments: cli::Search, json: bool) -> Result<(), Failure> {
    let mut client = connection.notifications();
    let request = wire::SearchNotificationsRequest {
        query: arguments.words.join(" "),
        filter: Some(filter_of(&arguments.filter)?),
        ..wire::SearchNotificationsRequest::default()
    };
    let mut is_incomplete = false;
    let hits = pages(arguments.limit, async |page_size, page_token| {
        let request = wire::SearchNotificationsRequest { page_size, page_token, ..request.clone() };
        let page = client.search_notifications(request).await?.into_inner();
        is_incomplete |= page.incomplete;
        Ok((page.hits, page.next_page_token))
    })
    .await?;
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
