//! `seamless obligations`: what the parties of an arrangement promised each other, and whether it is on its way.

use seamless_proto::seamless::training::v1 as wire;

use super::{approvals::day_out, pages, resource, states};
use crate::{cli, connection::Connection, error::Failure, output};

/// Lists them.
pub async fn run(connection: &Connection, given: cli::Obligations, json: bool) -> Result<(), Failure> {
    let states = states(&given.state, "OBLIGATION_STATE_", |name| {
        wire::ObligationState::from_str_name(name).map(Into::into)
    })?;
    let parent = resource("arrangements", &given.arrangement);
    let obligations = pages(given.limit, async |page_size, page_token| {
        let request = wire::ListObligationsRequest {
            parent: parent.clone(),
            from_date: given.from.map(day_out),
            states: states.clone(),
            page_size,
            page_token,
        };
        let page = connection.obligations().list_obligations(request).await?.into_inner();
        Ok((page.obligations, page.next_page_token))
    })
    .await?;
    if json {
        return obligations.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["what", "from", "due", "state", "done", "planned", "wanted"]);
    for one in &obligations {
        let period = one.period.unwrap_or_default();
        table.add_row([
            output::word(one.kind().as_str_name(), "OBLIGATION_KIND_"),
            output::day(period.start.as_ref()),
            output::day(one.due_date.as_ref()),
            output::word(one.state().as_str_name(), "OBLIGATION_STATE_"),
            one.fulfilled_by.len().to_string(),
            one.planned.len().to_string(),
            one.required.to_string(),
        ]);
    }
    output::line(table);
    Ok(())
}
