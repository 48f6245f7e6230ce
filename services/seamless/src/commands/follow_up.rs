//! `seamless follow-up …`.

use seamless_proto::seamless::{
    notifications::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};

use super::{notification_name, number, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Takes a step of an investigation, or lists investigations.
pub async fn run(connection: &Connection, step: cli::FollowUp, json: bool) -> Result<(), Failure> {
    let mut client = connection.follow_ups();
    let name_of = |step: &cli::Step| -> Result<String, Failure> {
        Ok(format!(
            "{}/transmissions/{}/followUp",
            notification_name(&step.name.name),
            connection.authority()?
        ))
    };
    let taken = match step {
        cli::FollowUp::List { limit, statuses } => return list(connection, limit, &statuses, json).await,
        cli::FollowUp::Start(step) => {
            let transmission = name_of(&step)?.trim_end_matches("/followUp").to_owned();
            let request = wire::StartFollowUpRequest {
                transmission,
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                validate_only: false,
            };
            client.start_follow_up(request).await?
        }
        cli::FollowUp::Traced { step, manufacturer, manufacturer_address, country, credit_code } => {
            let request = wire::RecordTracingRequest {
                name: name_of(&step)?,
                result: wire::TracingResult::Traced.into(),
                manufacturer: Some(wire::EconomicOperator {
                    role: wire::OperatorRole::Manufacturer.into(),
                    operator_name: manufacturer,
                    address: manufacturer_address,
                    country,
                    credit_code,
                    ..wire::EconomicOperator::default()
                }),
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::RecordTracingRequest::default()
            };
            client.record_tracing(request).await?
        }
        cli::FollowUp::NotTraced { step, reason, missing } => {
            let request = wire::RecordTracingRequest {
                name: name_of(&step)?,
                result: wire::TracingResult::NotTraced.into(),
                not_traced_reason: number(
                    &reason,
                    "NOT_TRACED_REASON_",
                    wire::NotTracedReason::from_str_name,
                )?,
                missing_fields: missing,
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::RecordTracingRequest::default()
            };
            client.record_tracing(request).await?
        }
        cli::FollowUp::Measure { step, action, description, voluntary } => {
            let obligation = match voluntary {
                true => wire::MeasureObligation::Voluntary,
                false => wire::MeasureObligation::Compulsory,
            };
            let request = wire::AdoptMeasureRequest {
                name: name_of(&step)?,
                measure: Some(wire::Measure {
                    action: number(&action, "MEASURE_ACTION_", wire::MeasureAction::from_str_name)?,
                    obligation: obligation.into(),
                    description: english(description),
                    ..wire::Measure::default()
                }),
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::AdoptMeasureRequest::default()
            };
            client.adopt_measure(request).await?
        }
        cli::FollowUp::NoMeasure { step, reason } => {
            let request = wire::RecordNoMeasureRequest {
                name: name_of(&step)?,
                reason: number(&reason, "NO_MEASURE_REASON_", wire::NoMeasureReason::from_str_name)?,
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::RecordNoMeasureRequest::default()
            };
            client.record_no_measure(request).await?
        }
        cli::FollowUp::Close(step) => {
            let request = wire::CloseFollowUpRequest {
                name: name_of(&step)?,
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::CloseFollowUpRequest::default()
            };
            client.close_follow_up(request).await?
        }
        cli::FollowUp::Reopen(step) => {
            let request = wire::ReopenFollowUpRequest {
                name: name_of(&step)?,
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                ..wire::ReopenFollowUpRequest::default()
            };
            client.reopen_follow_up(request).await?
        }
    };
    let follow_up = taken.into_inner();
    if json {
        return output::json(&follow_up);
    }
    let state = output::word(follow_up.state().as_str_name(), "FOLLOW_UP_STATE_");
    output::line(format!("{} is {state}", follow_up.name));
    Ok(())
}

async fn list(
    connection: &Connection,
    limit: usize,
    statuses: &cli::Statuses,
    json: bool,
) -> Result<(), Failure> {
    let request = wire::ListFollowUpsRequest { statuses: statuses.numbers(), ..Default::default() };
    let follow_ups = pages(limit, async |page_size, page_token| {
        let request = wire::ListFollowUpsRequest { page_size, page_token, ..request.clone() };
        let page = connection.follow_ups().list_follow_ups(request).await?.into_inner();
        Ok((page.follow_ups, page.next_page_token))
    })
    .await?;
    if json {
        return follow_ups.iter().try_for_each(output::json);
    }
    let mut table = output::table(&statuses.head(&["follow-up", "state", "steps", "changed (UTC)"]));
    for follow_up in &follow_ups {
        let cells = [
            follow_up.name.clone(),
            output::word(follow_up.state().as_str_name(), "FOLLOW_UP_STATE_"),
            follow_up.steps.len().to_string(),
            output::time(follow_up.update_time.as_ref()),
        ];
        table.add_row(statuses.row(cells, follow_up.status()));
    }
    output::line(table);
    Ok(())
}

/// A text in English; none where it is empty.
pub fn english(text: String) -> Option<LocalizedText> {
    let version =
        LanguageVersion { language_code: "en".to_owned(), text, state: TranslationState::Original.into() };
    (!version.text.is_empty()).then(|| LocalizedText { versions: vec![version] })
}
