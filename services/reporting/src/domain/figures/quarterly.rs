//! The quarterly partner report.

use super::{
    Facts, Question,
    case::{Way, cases},
    exchange, handling, head, reaction, received,
};
use crate::domain::content::Content;

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let mut sections = Vec::new();
    for way in [Way::Received, Way::Sent] {
        let cases = cases(question, facts, way);
        sections.push(received::section(question, &cases, way));
        sections.push(handling::section(question, &cases, way));
        sections.push(reaction::section(question, &cases, way));
        sections.push(handling::stock(question, facts, &cases, way));
        sections.push(exchange::listings(question, facts, &cases, way));
        sections.push(exchange::removals(question, facts, &cases, way));
        sections.push(exchange::assessments(question, facts, &cases, way));
    }
    sections.extend(exchange::flags(question, facts));
    let title = head::title(question, "Quarterly partner report", "季度伙伴报告");
    Content { title, facts: head::facts(question), sections }
}
