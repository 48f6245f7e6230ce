//! `seamless criteria`: rules that customs writes itself.

use std::{io::Read, time::Duration};

use seamless_proto::seamless::consignments::v1 as wire;

use super::{numbered, pages, request_id, resource, rows::SourceFile};
use crate::{cli, connection::Connection, error::Failure, import::unsound, output};

/// How long a dry run of many screenings may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Criteria, json: bool) -> Result<(), Failure> {
    let mut client = connection.screenings();
    let criterion = match step {
        cli::Criteria::List { state, limit } => return list(connection, state.as_deref(), limit, json).await,
        cli::Criteria::Create { file } => {
            let (open_file, mut source) = SourceFile::open(&file)?;
            open_file.finish();
            let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
            let mut text = String::new();
            source.read_to_string(&mut text).map_err(|error| fail(&error))?;
            let value: serde_json::Value =
                serde_json::from_str(&text).map_err(|error| fail(&unsound(&error)))?;
            let criterion = output::from_json(&value).map_err(|failure| fail(&failure.message))?;
            let request = wire::CreateCriterionRequest {
                criterion: Some(criterion),
                request_id: request_id(),
                ..wire::CreateCriterionRequest::default()
            };
            client.create_criterion(request).await?
        }
        cli::Criteria::Show(named) => {
            let name = resource("criteria", &named.name);
            client.get_criterion(wire::GetCriterionRequest { name }).await?
        }
        cli::Criteria::DryRun(named) => return dry_run(connection, &named.name, json).await,
        cli::Criteria::Activate(named) => {
            let request = wire::ActivateCriterionRequest {
                name: resource("criteria", &named.name),
                request_id: request_id(),
                ..wire::ActivateCriterionRequest::default()
            };
            client.activate_criterion(request).await?
        }
        cli::Criteria::Retire(named) => {
            let request = wire::RetireCriterionRequest {
                name: resource("criteria", &named.name),
                request_id: request_id(),
                ..wire::RetireCriterionRequest::default()
            };
            client.retire_criterion(request).await?
        }
    };
    let criterion = criterion.into_inner();
    if json {
        return output::json(&criterion);
    }
    show(&criterion);
    Ok(())
}

async fn list(connection: &Connection, state: Option<&str>, limit: usize, json: bool) -> Result<(), Failure> {
    let state = numbered(state, "CRITERION_STATE_", wire::CriterionState::from_str_name)?;
    let criteria = pages(limit, async |page_size, page_token| {
        let request = wire::ListCriteriaRequest { state, page_size, page_token };
        let page = connection.screenings().list_criteria(request).await?.into_inner();
        Ok((page.criteria, page.next_page_token))
    })
    .await?;
    if json {
        return criteria.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["criterion", "title", "lane", "applied to", "until (UTC)", "state"]);
    for criterion in &criteria {
        table.add_row([
            criterion.name.trim_start_matches("criteria/").to_owned(),
            criterion.title.clone(),
            output::word(criterion.lane().as_str_name(), "LANE_"),
            format!("{:.0} %", 100.0 * criterion.apply_probability),
            output::time(criterion.end_time.as_ref()),
            output::word(criterion.state().as_str_name(), "CRITERION_STATE_"),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", criteria.len()));
    Ok(())
}

fn show(criterion: &wire::Criterion) {
    let state = output::word(criterion.state().as_str_name(), "CRITERION_STATE_");
    output::line(format!("{} is {state}: {}", criterion.name, criterion.title));
    for condition in &criterion.conditions {
        let operator = output::word(condition.operator().as_str_name(), "OPERATOR_");
        output::line(format!("  {} {operator} {}", condition.field, condition.values.join(", ")));
    }
    let lane = output::word(criterion.lane().as_str_name(), "LANE_");
    output::line(format!("  then {lane}, for {:.0} % of them", 100.0 * criterion.apply_probability));
    if let Some(dry_run) = &criterion.dry_run {
        tell(dry_run);
    }
}

async fn dry_run(connection: &Connection, name: &str, json: bool) -> Result<(), Failure> {
    let request = wire::DryRunCriterionRequest {
        name: resource("criteria", name),
        request_id: request_id(),
        ..wire::DryRunCriterionRequest::default()
    };
    let mut request = tonic::Request::new(request);
    request.set_timeout(PATIENCE);
    let tried = connection.screenings().dry_run_criterion(request).await?.into_inner();
    if json {
        return output::json(&tried);
    }
    tried.dry_run.iter().for_each(tell);
    Ok(())
}

fn tell(tried: &wire::DryRun) {
    output::line(format!(
        "of {} screenings it would have hit {}; {} of those were examined, {} of them unsafe",
        tried.screened, tried.hits, tried.examined, tried.found_unsafe
    ));
    for lane in &tried.lanes {
        let word = output::word(lane.lane().as_str_name(), "LANE_");
        output::line(format!("  {word}: {}", lane.count));
    }
}
