//! The verbs on one notification: submit, validate, withdraw, acknowledge.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{notification_name, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// `seamless submit`.
pub async fn submit(connection: &Connection, arguments: cli::Submit, json: bool) -> Result<(), Failure> {
    use wire::SimilarityVerdict::{DifferentProduct, SameAmend, SameSendFollowUp};
    let answer = |candidate: &String, verdict: wire::SimilarityVerdict| wire::SimilarityAnswer {
        candidate: notification_name(candidate),
        verdict: verdict.into(),
        note: arguments.note.clone(),
    };
    let different = arguments.different.iter().map(|candidate| answer(candidate, DifferentProduct));
    let follow_up = arguments.same_follow_up.iter().map(|candidate| answer(candidate, SameSendFollowUp));
    let amend = arguments.same_amend.iter().map(|candidate| answer(candidate, SameAmend));
    let request = wire::SubmitNotificationRequest {
        name: notification_name(&arguments.name.name),
        similarity_answers: different.chain(follow_up).chain(amend).collect(),
        request_id: request_id(),
        ..wire::SubmitNotificationRequest::default()
    };
    let submitted = connection.notifications().submit_notification(request).await?.into_inner();
    report(&submitted, json)
}

/// `seamless validate`.
pub async fn validate(connection: &Connection, arguments: cli::Validate, json: bool) -> Result<(), Failure> {
    let findings = arguments.returned.iter().map(|finding| {
        let (field, description) =
            finding.split_once('=').ok_or_else(|| Failure::usage("--return wants FIELD=TEXT"))?;
        Ok(wire::Finding {
            field: field.to_owned(),
            severity: wire::FindingSeverity::Error.into(),
            description: description.to_owned(),
        })
    });
    let findings = findings.collect::<Result<Vec<_>, Failure>>()?;
    let decision = match findings.is_empty() {
        true => wire::ValidationDecision::Accept,
        false => wire::ValidationDecision::Return,
    };
    let request = wire::ValidateNotificationRequest {
        name: notification_name(&arguments.name.name),
        decision: decision.into(),
        findings,
        request_id: request_id(),
        ..wire::ValidateNotificationRequest::default()
    };
    let validated = connection.notifications().validate_notification(request).await?.into_inner();
    if json {
        return output::json(&validated);
    }
    report(&validated.notification.unwrap_or_default(), false)?;
    for transmission in &validated.transmissions {
        output::line(format!("sent to {} under {}", transmission.recipient, transmission.arrangement));
    }
    for finding in &validated.findings {
        output::line(format!("note: {}: {}", finding.field, finding.description));
    }
    Ok(())
}

/// `seamless withdraw`.
pub async fn withdraw(connection: &Connection, arguments: cli::Withdraw, json: bool) -> Result<(), Failure> {
    let request = wire::WithdrawNotificationRequest {
        name: notification_name(&arguments.name.name),
        reason: arguments.reason,
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    let withdrawn = connection.notifications().withdraw_notification(request).await?.into_inner();
    report(&withdrawn, json)
}

/// `seamless acknowledge`.
pub async fn acknowledge(connection: &Connection, arguments: cli::Name, json: bool) -> Result<(), Failure> {
    let request = wire::AcknowledgeTransmissionRequest {
        name: format!("{}/transmissions/{}", notification_name(&arguments.name), connection.authority()?),
        request_id: request_id(),
        ..wire::AcknowledgeTransmissionRequest::default()
    };
    let acknowledged = connection.transmissions().acknowledge_transmission(request).await?.into_inner();
    if json {
        return output::json(&acknowledged);
    }
    let due = output::time(acknowledged.due_time.as_ref());
    output::line(format!("{} is acknowledged", acknowledged.notification));
    if !due.is_empty() {
        output::line(format!("react in substance before {due} UTC ({})", acknowledged.deadline_rule));
    }
    Ok(())
}

fn report(notification: &wire::Notification, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(notification);
    }
    let state = output::word(notification.state().as_str_name(), "NOTIFICATION_STATE_");
    output::line(format!("{} is {state}", notification.name));
    if !notification.duplicate_of.is_empty() {
        output::line(notification.withdraw_reason.as_str());
    }
    Ok(())
}
