//! `seamless list`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{labels::risk_line, online_word, origin, pages, product_line, reference, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Lists notifications.
pub async fn run(connection: &Connection, arguments: cli::List, json: bool) -> Result<(), Failure> {
    let statuses = &arguments.filter.statuses;
    let notifications = collect(connection, filter_of(&arguments.filter)?, arguments.limit).await?;
    if json {
        return notifications.iter().try_for_each(output::json);
    }
    let columns = ["notification", "reference", "state", "originator", "product", "origin", "risk", "sold"];
    let mut table = output::table(&statuses.head(&columns)).giving_way(&[
        "origin",
        "sold",
        "originator",
        "risk",
        "state",
    ]);
    for notification in &notifications {
        let cells = [
            notification.uid.clone(),
            reference(notification),
            output::word(notification.state().as_str_name(), "NOTIFICATION_STATE_"),
            notification.originator.clone(),
            product_line(notification),
            origin(notification),
            risk_line(notification, connection.language()),
            online_word(notification).to_owned(),
        ];
        table.add_row(statuses.row(cells, notification.status()));
    }
    output::line(table);
    output::line(format!("{} shown", notifications.len()));
    Ok(())
}

/// The contract's filter for the command line's.
pub fn filter_of(filter: &cli::Filter) -> Result<wire::NotificationFilter, Failure> {
    let number_of = |name: &str| wire::NotificationState::from_str_name(name).map(i32::from);
    Ok(wire::NotificationFilter {
        states: states(&filter.state, "NOTIFICATION_STATE_", number_of)?,
        countries_of_origin: filter.origin.clone(),
        sold_online: filter.online.then_some(true),
        text: filter.text.clone().unwrap_or_default(),
        statuses: filter.statuses.numbers(),
        ..wire::NotificationFilter::default()
    })
}

/// The first `limit` notifications that the filter lets through.
pub async fn collect(
    connection: &Connection,
    filter: wire::NotificationFilter,
    limit: usize,
) -> Result<Vec<wire::Notification>, Failure> {
    pages(limit, async |page_size, page_token| {
        let filter = Some(filter.clone());
        let request = wire::ListNotificationsRequest { page_size, page_token, filter };
        let page = connection.notifications().list_notifications(request).await?.into_inner();
        Ok((page.notifications, page.next_page_token))
    })
    .await
}
