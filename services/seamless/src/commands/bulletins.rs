//! `seamless bulletin`: asked for, listed, accepted, found right, published, taken back.

use std::time::Duration;

use seamless_proto::seamless::{reporting::v1 as wire, r#type::v1::CivilDate};

use super::{
    bulletin_alerts::{self, month},
    event_status,
    generation::Progress,
    pages, report_check,
    report_files::{self, Saved},
    request_id, resource,
};
use crate::{
    cli::{self, ReportStep},
    connection::Connection,
    error::{Failure, REFUSED},
    output,
};

/// Between two looks at a bulletin that is waited for.
const LOOK: Duration = Duration::from_millis(300);

/// Carries the step out; what asks no service is carried out before.
pub async fn run(connection: &Connection, step: cli::Bulletin, json: bool) -> Result<(), Failure> {
    let mut client = connection.bulletins();
    match step {
        cli::Bulletin::Generate { recalling, origin, month, status, wait } => {
            let bulletin = wire::Bulletin {
                recalling_authority: recalling,
                country_of_origin: origin,
                month: Some(month_of(&month)?),
                status: event_status(status).into(),
                ..wire::Bulletin::default()
            };
            generate(connection, bulletin, wait, json).await
        }
        cli::Bulletin::List { received, limit } => {
            let bulletins = pages(limit, async |page_size, page_token| {
                let request = wire::ListBulletinsRequest { page_size, page_token, received };
                let page = connection.bulletins().list_bulletins(request).await?.into_inner();
                Ok((page.bulletins, page.next_page_token))
            })
            .await?;
            list(&bulletins, json)
        }
        cli::Bulletin::Show { bulletin, definitions } => {
            bulletin_alerts::show(connection, resource("bulletins", &bulletin.name), definitions, json).await
        }
        cli::Bulletin::Download { bulletin, format, output } => {
            let name = resource("bulletins", &bulletin.name);
            let bulletin = client.get_bulletin(wire::GetBulletinRequest { name }).await?.into_inner();
            let saved = Saved {
                name: &bulletin.name,
                state: bulletin.state(),
                manifest: bulletin.manifest.as_ref(),
                signature: &bulletin.signature,
            };
            report_files::download(connection, saved, format, output, json).await?;
            if json { output::json(&bulletin) } else { Ok(()) }
        }
        cli::Bulletin::Verify(saved) => report_check::run(&saved, json),
        cli::Bulletin::Accept { bulletin, finding, reason } => {
            let request = wire::AcceptFindingsRequest {
                name: resource("bulletins", &bulletin.name),
                numbers: finding,
                reason,
                request_id: request_id(),
                ..Default::default()
            };
            list(&[client.accept_findings(request).await?.into_inner()], json)
        }
        cli::Bulletin::Approve(bulletin) => changed(connection, &bulletin, ReportStep::Approve, json).await,
        cli::Bulletin::Publish { bulletin, to } => {
            changed(connection, &bulletin, ReportStep::Publish(to), json).await
        }
        cli::Bulletin::Cancel(bulletin) => changed(connection, &bulletin, ReportStep::Cancel, json).await,
        cli::Bulletin::Glossary => {
            let glossary = client.get_glossary(wire::GetGlossaryRequest {}).await?.into_inner();
            bulletin_alerts::glossary(&glossary, json)
        }
    }
}

async fn generate(
    connection: &Connection,
    bulletin: wire::Bulletin,
    wait: bool,
    json: bool,
) -> Result<(), Failure> {
    let mut client = connection.bulletins();
    let request = wire::GenerateBulletinRequest {
        bulletin: Some(bulletin),
        request_id: request_id(),
        validate_only: false,
    };
    let mut bulletin = client.generate_bulletin(request).await?.into_inner();
    let mut progress = Progress::default();
    while wait && bulletin.state() == wire::ReportState::Queued {
        progress.tell(bulletin.progress.as_ref());
        tokio::time::sleep(LOOK).await;
        let request = wire::GetBulletinRequest { name: bulletin.name };
        bulletin = client.get_bulletin(request).await?.into_inner();
    }
    list(std::slice::from_ref(&bulletin), json)?;
    match (wait, bulletin.state()) {
        (true, wire::ReportState::Failed | wire::ReportState::Cancelled) => {
            let state = output::word(bulletin.state().as_str_name(), "REPORT_STATE_");
            let message = format!("{} is {state}: {}", bulletin.name, bulletin.failure);
            Err(Failure { exit: REFUSED, message: message.trim_end_matches([':', ' ']).to_owned() })
        }
        _ => Ok(()),
    }
}

async fn changed(
    connection: &Connection,
    bulletin: &cli::BulletinName,
    step: ReportStep,
    json: bool,
) -> Result<(), Failure> {
    let (name, request_id) = (resource("bulletins", &bulletin.name), request_id());
    let mut client = connection.bulletins();
    let answer = match step {
        ReportStep::Approve => {
            let request = wire::ApproveBulletinRequest { name, request_id, ..Default::default() };
            client.approve_bulletin(request).await?
        }
        ReportStep::Publish(readers) => {
            let request = wire::PublishBulletinRequest { name, request_id, readers, ..Default::default() };
            client.publish_bulletin(request).await?
        }
        ReportStep::Cancel => {
            let request = wire::CancelBulletinRequest { name, request_id, ..Default::default() };
            client.cancel_bulletin(request).await?
        }
    };
    list(&[answer.into_inner()], json)
}

/// Year and month.
fn month_of(text: &str) -> Result<CivilDate, Failure> {
    let parts = text.split_once('-').filter(|(_, month)| month.len() == 2);
    let parsed = parts.and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    let (year, month) = parsed
        .filter(|(_, month)| (1..=12).contains(month))
        .ok_or_else(|| Failure::usage(format!("--month wants a month such as 2027-05; got {text}")))?;
    Ok(CivilDate { year, month, day: 0 })
}

fn list(bulletins: &[wire::Bulletin], json: bool) -> Result<(), Failure> {
    if json {
        return bulletins.iter().try_for_each(output::json);
    }
    let head =
        ["bulletin", "state", "owner", "recalling", "origin", "month", "alerts", "open findings", "why"];
    let mut table = output::table(&head);
    for bulletin in bulletins {
        let open = bulletin.findings.iter().filter(|finding| finding.acceptance.is_none()).count();
        table.add_row([
            bulletin.name.clone(),
            output::word(bulletin.state().as_str_name(), "REPORT_STATE_"),
            bulletin.owner.clone(),
            bulletin.recalling_authority.clone(),
            bulletin.country_of_origin.clone(),
            month(bulletin.month.as_ref()),
            bulletin.alert_count.to_string(),
            open.to_string(),
            bulletin.failure.clone(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", bulletins.len()));
    Ok(())
}
