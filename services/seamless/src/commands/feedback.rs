//! `seamless feedback`: what those who took part thought of an activity.

use seamless_proto::seamless::training::v1 as wire;

use super::{activities::name_of, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Comments that are shown at most.
const SHOWN: usize = 200;

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Feedback, json: bool) -> Result<(), Failure> {
    match step {
        cli::Feedback::Give(given) => give(connection, given, json).await,
        cli::Feedback::Show(activity) => show(connection, &activity.name, json).await,
    }
}

async fn give(connection: &Connection, given: cli::GiveFeedback, json: bool) -> Result<(), Failure> {
    let request = wire::GiveFeedbackRequest {
        parent: given.registration,
        feedback: Some(wire::Feedback {
            usefulness: given.usefulness,
            clarity: given.clarity,
            organisation: given.organisation,
            text: given.text,
            language: given.lang,
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    };
    let given = connection.feedback().give_feedback(request).await?.into_inner();
    if json {
        return output::json(&given);
    }
    output::line(format!("{}: given", given.name));
    Ok(())
}

async fn show(connection: &Connection, given: &str, json: bool) -> Result<(), Failure> {
    let name = format!("{}/feedback", name_of(connection, given).await?);
    let request = wire::GetFeedbackSummaryRequest { name: name.clone() };
    let summary = connection.feedback().get_feedback_summary(request).await?.into_inner();
    if json {
        return output::json(&summary);
    }
    let (answers, least) = (summary.answers, summary.least_answers);
    let Some(together) = &summary.together else {
        output::line(format!("{answers} answers; more is told from {least} on"));
        return Ok(());
    };
    let mut table = output::table(&["of", "answers", "useful", "clear", "organised", "useful 1 to 5"]);
    for group in std::iter::once(together).chain(&summary.by_group) {
        let of = match (group.audience, group.country.as_str()) {
            (0, "") => "all".to_owned(),
            (0, country) => country.to_owned(),
            _ => output::word(group.audience().as_str_name(), "TARGET_AUDIENCE_"),
        };
        let mean = |counts: &Option<wire::RatingCounts>| {
            counts.as_ref().map_or_else(String::new, |counts| format!("{:.2}", counts.mean))
        };
        let counts = group.usefulness.iter().flat_map(|counts| &counts.counts);
        table.add_row([
            of,
            group.answers.to_string(),
            mean(&group.usefulness),
            mean(&group.clarity),
            mean(&group.organisation),
            counts.map(ToString::to_string).collect::<Vec<_>>().join(" "),
        ]);
    }
    output::line(table);
    let comments = pages(SHOWN, async |page_size, page_token| {
        let request = wire::ListFeedbackCommentsRequest { parent: name.clone(), page_size, page_token };
        let page = connection.feedback().list_feedback_comments(request).await?.into_inner();
        Ok((page.comments, page.next_page_token))
    })
    .await?;
    for comment in comments {
        output::line(format!("[{}] {}", comment.language, comment.text));
    }
    Ok(())
}
