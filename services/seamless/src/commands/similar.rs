//! `seamless similar`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{notification_name, product_line};
use crate::{cli, connection::Connection, error::Failure, output};

/// Reasons that are shown of each candidate.
const REASONS: usize = 3;

/// Shows which notifications are probably on the same product.
pub async fn run(connection: &Connection, arguments: cli::Similar, json: bool) -> Result<(), Failure> {
    let request = wire::FindSimilarRequest {
        name: notification_name(&arguments.name.name),
        draft: None,
        max_candidates: i32::try_from(arguments.limit).unwrap_or(i32::MAX),
        min_probability: arguments.min_probability,
    };
    let found = connection.similarity().find_similar(request).await?.into_inner();
    if json {
        return output::json(&found);
    }
    let mut table =
        output::table(&["probability", "notification", "originator", "product", "why", "decided"]);
    for candidate in &found.candidates {
        let notification = candidate.notification.clone().unwrap_or_default();
        let reasons = candidate.reasons.iter().filter(|reason| reason.contribution > 0.0).take(REASONS);
        let reasons: Vec<String> = reasons
            .map(|reason| output::word(reason.kind().as_str_name(), "SIMILARITY_REASON_KIND_"))
            .collect();
        let decided = candidate
            .decision
            .as_ref()
            .map(|decision| output::word(decision.verdict().as_str_name(), "SIMILARITY_VERDICT_"));
        table.add_row([
            format!("{:.2}", candidate.probability),
            notification.uid.clone(),
            notification.originator.clone(),
            product_line(&notification),
            reasons.join(", "),
            decided.unwrap_or_default(),
        ]);
    }
    output::line(table);
    output::line(format!(
        "{} shown; submitting asks from probability {:.2} on",
        found.candidates.len(),
        found.threshold
    ));
    Ok(())
}
