//! Rights that travel: `seamless revoke`, `seamless holders`, `seamless removals`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{notification_name, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// `seamless revoke`.
pub async fn revoke(connection: &Connection, arguments: cli::Revoke, json: bool) -> Result<(), Failure> {
    let request = wire::RevokeTransmissionRequest {
        name: format!("{}/transmissions/{}", notification_name(&arguments.name.name), arguments.from),
        reason: arguments.reason,
        request_id: request_id(),
        ..wire::RevokeTransmissionRequest::default()
    };
    let revoked = connection.transmissions().revoke_transmission(request).await?.into_inner();
    if json {
        return output::json(&revoked);
    }
    output::line(format!("{} reads nothing of {} any more", revoked.recipient, revoked.notification));
    output::line("it was ordered to remove what it has; see `seamless holders`");
    Ok(())
}

/// `seamless holders`.
pub async fn holders(connection: &Connection, arguments: cli::Name, json: bool) -> Result<(), Failure> {
    let request = wire::ListHoldersRequest {
        parent: notification_name(&arguments.name),
        ..wire::ListHoldersRequest::default()
    };
    let holders = pages(usize::MAX, async |page_size, page_token| {
        let request = wire::ListHoldersRequest { page_size, page_token, ..request.clone() };
        let page = connection.rights().list_holders(request).await?.into_inner();
        Ok((page.holders, page.next_page_token))
    })
    .await?;
    if json {
        return holders.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["holder", "state", "versions", "fields", "has it since (UTC)"]);
    for holder in &holders {
        let versions: Vec<String> = holder
            .versions
            .iter()
            .map(|held| format!("{}-{}", held.first_version, held.last_version))
            .collect();
        table.add_row([
            holder.authority.clone(),
            output::word(holder.state().as_str_name(), "HOLDER_STATE_"),
            versions.join(", "),
            holder.fields.join(", "),
            output::time(holder.delivery_time.as_ref()),
        ]);
    }
    output::line(table);
    Ok(())
}

/// `seamless removals`.
pub async fn removals(connection: &Connection, arguments: cli::Removals, json: bool) -> Result<(), Failure> {
    if let Some(cli::RemovalStep::Confirm { name, note }) = arguments.step {
        let name = if name.starts_with("removals/") { name } else { format!("removals/{name}") };
        let request = wire::ConfirmRemovalRequest {
            name,
            note,
            request_id: request_id(),
            ..wire::ConfirmRemovalRequest::default()
        };
        let confirmed = connection.rights().confirm_removal(request).await?.into_inner();
        if json {
            return output::json(&confirmed);
        }
        output::line(format!("{} is confirmed", confirmed.name));
        return Ok(());
    }
    let states = match arguments.all {
        true => Vec::new(),
        false => vec![wire::RemovalState::Ordered.into()],
    };
    let asked = &arguments.statuses;
    let statuses = asked.numbers();
    let request = wire::ListRemovalsRequest { states, statuses, ..wire::ListRemovalsRequest::default() };
    let removals = pages(arguments.limit, async |page_size, page_token| {
        let request = wire::ListRemovalsRequest { page_size, page_token, ..request.clone() };
        let page = connection.rights().list_removals(request).await?.into_inner();
        Ok((page.removals, page.next_page_token))
    })
    .await?;
    if json {
        return removals.iter().try_for_each(output::json);
    }
    let mut table =
        output::table(&asked.head(&["removal", "holder", "why", "fields", "state", "ordered (UTC)"]));
    for removal in &removals {
        let cells = [
            removal.name.clone(),
            removal.authority.clone(),
            output::word(removal.reason().as_str_name(), "REMOVAL_REASON_"),
            removal.fields.join(", "),
            output::word(removal.state().as_str_name(), "REMOVAL_STATE_"),
            output::time(removal.order_time.as_ref()),
        ];
        table.add_row(asked.row(cells, removal.status()));
    }
    output::line(table);
    Ok(())
}
