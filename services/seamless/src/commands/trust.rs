//! `seamless trust`: how far the results of inspection bodies can be trusted, with the evidence.

use seamless_proto::seamless::consignments::v1 as wire;

use super::{approvals, pages};
use crate::{cli, connection::Connection, error::Failure, output};

/// Shows reliabilities, their history, or the bodies.
pub async fn run(connection: &Connection, arguments: cli::Trust, json: bool) -> Result<(), Failure> {
    match arguments.step {
        None => table(connection, arguments.body.as_deref(), arguments.limit, json).await,
        Some(cli::TrustStep::Changes { name, limit }) => changes(connection, name, limit, json).await,
        Some(cli::TrustStep::Bodies) => bodies(connection, json).await,
    }
}

async fn table(connection: &Connection, body: Option<&str>, limit: usize, json: bool) -> Result<(), Failure> {
    let body = body.map(|body| body.trim_start_matches("inspectionBodies/"));
    let trust = pages(limit, async |page_size, page_token| {
        let parent = format!("inspectionBodies/{}", body.unwrap_or("-"));
        let request = wire::ListTrustRequest { parent, page_size, page_token };
        let page = connection.trust().list_trust(request).await?.into_inner();
        Ok((page.trust, page.next_page_token))
    })
    .await?;
    if json {
        return trust.iter().try_for_each(output::json);
    }
    if trust.is_empty() {
        output::line("nothing is known yet: no examination drawn at random has an outcome");
        return approvals::standing(connection, body).await;
    }
    let mut table = output::table(&[
        "trust",
        "verdict",
        "unsafe though passed",
        "of passed, at random",
        "unsafe where nobody checked",
        "of unchecked, at random",
        "examinations still needed",
    ]);
    for known in &trust {
        table.add_row([
            known.name.trim_start_matches("inspectionBodies/").replacen("/trust/", " ", 1),
            output::word(known.verdict().as_str_name(), "VERDICT_"),
            output::probability(known.false_pass.as_ref()),
            tally(known.passed.as_ref()),
            output::probability(known.unchecked.as_ref()),
            tally(known.not_checked.as_ref()),
            known.more_examinations.map(|more| more.to_string()).unwrap_or_default(),
        ]);
    }
    output::line(table);
    if let Some(known) = trust.first() {
        output::line(&known.rule);
    }
    approvals::standing(connection, body).await
}

fn tally(tally: Option<&wire::Tally>) -> String {
    tally.map(|tally| format!("{} of {}", tally.found_unsafe, tally.examined)).unwrap_or_default()
}

async fn changes(connection: &Connection, name: String, limit: usize, json: bool) -> Result<(), Failure> {
    let parent = match name.split_once(' ') {
        // As the table shows it.
        Some((body, trust)) => format!("inspectionBodies/{body}/trust/{trust}"),
        None => name,
    };
    let changes = pages(limit, async |page_size, page_token| {
        let request = wire::ListTrustChangesRequest { parent: parent.clone(), page_size, page_token };
        let page = connection.trust().list_trust_changes(request).await?.into_inner();
        Ok((page.changes, page.next_page_token))
    })
    .await?;
    if json {
        return changes.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["when (UTC)", "verdict", "before", "unsafe though passed", "control"]);
    for change in &changes {
        let trust = change.trust.clone().unwrap_or_default();
        table.add_row([
            output::time(change.change_time.as_ref()),
            output::word(trust.verdict().as_str_name(), "VERDICT_"),
            output::word(change.previous_verdict().as_str_name(), "VERDICT_"),
            output::probability(trust.false_pass.as_ref()),
            change.control.clone(),
        ]);
    }
    output::line(table);
    Ok(())
}

async fn bodies(connection: &Connection, json: bool) -> Result<(), Failure> {
    let request = wire::ListInspectionBodiesRequest {};
    let bodies = connection.trust().list_inspection_bodies(request).await?.into_inner().inspection_bodies;
    if json {
        return bodies.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["body", "name", "authority", "group"]);
    for body in bodies {
        let id = body.name.trim_start_matches("inspectionBodies/").to_owned();
        table.add_row([id, body.display_name, body.authority, body.group]);
    }
    output::line(table);
    Ok(())
}
