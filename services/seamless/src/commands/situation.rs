//! `seamless situation`: the page that says how things stand.

use seamless_proto::seamless::reporting::v1 as wire;

use super::request_id;
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Situation, json: bool) -> Result<(), Failure> {
    match step {
        cli::Situation::Link => {
            let made = link(connection).await?;
            if json {
                return output::json(&made);
            }
            output::line(&made.url);
            let until = output::time(made.expire_time.as_ref());
            output::line(format!(
                "Whoever opens this link first is signed in; it can be opened until {until} (UTC)."
            ));
            Ok(())
        }
        cli::Situation::Revoke => {
            let request =
                wire::RevokeSituationLinksRequest { request_id: request_id(), validate_only: false };
            let answer = connection.situation().revoke_situation_links(request).await?.into_inner();
            if json {
                return output::json(&answer);
            }
            output::line(format!("Links and sign-ins that were in force: {}", answer.revoked));
            Ok(())
        }
    }
}

/// Makes a link.
///
/// # Errors
/// Those of the service.
pub async fn link(connection: &Connection) -> Result<wire::CreateSituationLinkResponse, Failure> {
    let request = wire::CreateSituationLinkRequest { request_id: request_id(), validate_only: false };
    Ok(connection.situation().create_situation_link(request).await?.into_inner())
}
