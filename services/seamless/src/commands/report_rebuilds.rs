//! `seamless report rebuild`: what was read of feeds is built anew.

use seamless_proto::seamless::reporting::v1::{self as wire, ReadRebuildState};

use super::request_id;
use crate::{
    connection::Connection,
    error::{Failure, REFUSED},
    output,
};

/// Has what was read of these feeds built anew, or ends that; without a feed named it is done of all for which it can be. What is refused of
/// one keeps no other from it.
pub async fn rebuild(
    connection: &Connection,
    sources: Vec<String>,
    cancel: bool,
    json: bool,
) -> Result<(), Failure> {
    let sources = match sources.is_empty() {
        true => all(connection, cancel).await?,
        false => sources,
    };
    let (mut exit, mut refused) = (REFUSED, Vec::new());
    for source in sources {
        match one(connection, &source, cancel).await {
            Ok(rebuild) if json => output::json(&rebuild)?,
            Ok(rebuild) => output::line(format!("{source}: {}", rebuild_line(&rebuild))),
            Err(failure) => {
                exit = failure.exit;
                refused.push(format!("{source}: {}", failure.message));
            }
        }
    }
    match refused.is_empty() {
        true => Ok(()),
        false => Err(Failure { exit, message: refused.join("\n") }),
    }
}

/// All feeds that are read and are not built anew, or those that are.
async fn all(connection: &Connection, cancel: bool) -> Result<Vec<String>, Failure> {
    let request = wire::GetReadStandingRequest {};
    let standing = connection.reports().get_read_standing(request).await?.into_inner();
    let is_running = |source: &wire::SourceStanding| {
        source.rebuild.as_ref().is_some_and(|rebuild| rebuild.state() == ReadRebuildState::Running)
    };
    let wanted = standing.sources.iter().filter(|source| is_running(source) == cancel);
    let wanted: Vec<String> =
        wanted.filter_map(|source| source.input.as_ref()).map(|input| input.source.clone()).collect();
    let why = match (standing.sources.is_empty(), cancel) {
        (true, _) => "no feed is read for the authority",
        (false, true) => "no feed is built anew",
        (false, false) => "every feed is built anew already",
    };
    match wanted.is_empty() {
        true => Err(Failure { exit: REFUSED, message: why.to_owned() }),
        false => Ok(wanted),
    }
}

async fn one(connection: &Connection, source: &str, cancel: bool) -> Result<wire::ReadRebuild, Failure> {
    let (source, request_id) = (source.to_owned(), request_id());
    let mut client = connection.read_models();
    let rebuild = match cancel {
        true => {
            let request = wire::CancelReadRebuildRequest { source, request_id, ..Default::default() };
            client.cancel_read_rebuild(request).await?
        }
        false => {
            let request = wire::RebuildReadModelRequest { source, request_id, ..Default::default() };
            client.rebuild_read_model(request).await?
        }
    };
    Ok(rebuild.into_inner())
}

/// How a rebuild stands, in a line.
pub fn rebuild_line(rebuild: &wire::ReadRebuild) -> String {
    let state = output::word(rebuild.state().as_str_name(), "READ_REBUILD_STATE_");
    let changed = rebuild.changed_facts.map(|facts| format!(", {facts} facts changed")).unwrap_or_default();
    let wire::ReadRebuild { position, target_position, events, .. } = rebuild;
    format!("{state}: {events} events, position {position} of {target_position}{changed}")
}
