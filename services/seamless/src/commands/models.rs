//! `seamless models`: risk models are trained, compared, let decide, and moved.

use jiff::tz::TimeZone;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{
    model_files::{self, patient},
    pages, request_id, resource,
};
use crate::{cli, connection::Connection, error::Failure, output};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Models, json: bool) -> Result<(), Failure> {
    let mut client = connection.targeting();
    let model = match step {
        cli::Models::List { limit } => return list(connection, limit, json).await,
        cli::Models::Compare { first, second, since } => {
            return compare(connection, &first, second.as_deref(), since, json).await;
        }
        cli::Models::Export { model, output } => {
            return model_files::export(connection, &resource("models", &model.name), output, json).await;
        }
        cli::Models::Import { file } => model_files::import(connection, &file).await?,
        cli::Models::Show(named) => {
            let request = wire::GetModelRequest { name: resource("models", &named.name) };
            client.get_model(request).await?.into_inner()
        }
        cli::Models::Train { from_scratch } => {
            let request = wire::TrainModelRequest { from_scratch, request_id: request_id() };
            client.train_model(patient(request)).await?.into_inner()
        }
        cli::Models::Activate(named) => {
            let request = wire::ActivateModelRequest {
                name: resource("models", &named.name),
                request_id: request_id(),
                ..wire::ActivateModelRequest::default()
            };
            client.activate_model(patient(request)).await?.into_inner()
        }
    };
    if json {
        return output::json(&model);
    }
    show(&model);
    Ok(())
}

async fn list(connection: &Connection, limit: usize, json: bool) -> Result<(), Failure> {
    let models = pages(limit, async |page_size, page_token| {
        let request = wire::ListModelsRequest { page_size, page_token };
        let page = connection.targeting().list_models(request).await?.into_inner();
        Ok((page.models, page.next_page_token))
    })
    .await?;
    if json {
        return models.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["model", "state", "outcomes", "unsafe", "until (UTC)", "goes on from"]);
    for model in &models {
        table.add_row([
            short(&model.name).to_owned(),
            output::word(model.state().as_str_name(), "MODEL_STATE_"),
            model.outcomes.to_string(),
            found_unsafe(model),
            output::time(model.outcomes_until.as_ref()),
            short(&model.parent).to_owned(),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", models.len()));
    if models.is_empty() {
        output::line("without a model all goods count alike, with a number that is stated and not measured");
    }
    Ok(())
}

fn short(name: &str) -> &str {
    name.trim_start_matches("models/")
}

/// How many of the outcomes were unsafe; nothing where the model does not tell.
fn found_unsafe(model: &wire::Model) -> String {
    match model.outcomes_until {
        None => String::new(),
        Some(_) => model.found_unsafe.to_string(),
    }
}

fn show(model: &wire::Model) {
    let outcomes = match found_unsafe(model) {
        found if found.is_empty() => format!("{} (imported)", model.outcomes),
        found => format!("{}, {found} of them unsafe", model.outcomes),
    };
    let mut facts = output::table(&[]);
    for (label, fact) in [
        ("name", model.name.clone()),
        ("state", output::word(model.state().as_str_name(), "MODEL_STATE_")),
        ("learned from", outcomes),
        ("outcomes until (UTC)", output::time(model.outcomes_until.as_ref())),
        ("goes on from", model.parent.clone()),
        ("content", format!("{} octets, sha-256 {}", model.size_bytes, model.sha256)),
        ("made (UTC)", output::time(model.create_time.as_ref())),
        ("activated (UTC)", output::time(model.activate_time.as_ref())),
    ] {
        if !fact.is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    output::line(facts);
    output::line(&model.caveat);
}

async fn compare(
    connection: &Connection,
    first: &str,
    second: Option<&str>,
    since: Option<jiff::civil::Date>,
    json: bool,
) -> Result<(), Failure> {
    let second = match second {
        Some(second) => resource("models", second),
        None => {
            let request = wire::GetScreeningStatusRequest {};
            connection.screenings().get_screening_status(request).await?.into_inner().model
        }
    };
    let start_time = match since {
        None => None,
        Some(day) => {
            let start = day.to_zoned(TimeZone::UTC).map_err(|error| Failure::usage(error.to_string()))?;
            Some(prost_types::Timestamp { seconds: start.timestamp().as_second(), nanos: 0 })
        }
    };
    let request = wire::CompareModelsRequest { first: resource("models", first), second, start_time };
    let compared = connection.targeting().compare_models(patient(request)).await?.into_inner();
    if json {
        return output::json(&compared);
    }
    let mut table = output::table(&["model", "unsafe in the top tenth", "Brier score", "calibration error"]);
    for one in [compared.first, compared.second].into_iter().flatten() {
        let number = |value: f64| match compared.outcomes {
            0 => "not known".to_owned(),
            _ => format!("{value:.4}"),
        };
        let precision = match &one.precision_top_tenth {
            None => "not known".to_owned(),
            Some(_) => output::probability(one.precision_top_tenth.as_ref()),
        };
        table.add_row([
            short(&one.model).to_owned(),
            precision,
            number(one.brier),
            number(one.calibration_error),
        ]);
    }
    output::line(table);
    output::line(match compared.outcomes {
        0 => "there is no outcome yet that neither learned from: nothing can be said of which is better"
            .to_owned(),
        outcomes => {
            format!("on {outcomes} outcomes that neither learned from; 0 is the best score and error")
        }
    });
    output::line(format!(
        "both name {:.0} % of the tenth with the highest scores; their scores differ by {:.3} on average",
        100.0 * compared.overlap_top_tenth,
        compared.mean_difference
    ));
    Ok(())
}
