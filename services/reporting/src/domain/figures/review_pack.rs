//! The two-yearly review pack: what the two sides promised each other, with the evidence of all feeds; composed of the tables of the
//! other templates.

use super::{
    Facts, Question,
    case::{Way, cases},
    head, import_control, reaction, received, trace_back, training,
};
use crate::domain::content::Content;

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let mut sections = training::promised(question, &facts.training);
    for way in [Way::Received, Way::Sent] {
        let cases = cases(question, facts, way);
        sections.push(received::section(question, &cases, way));
        sections.push(reaction::section(question, &cases, way));
        sections.push(trace_back::outcomes::section(question, facts, &cases, way));
    }
    sections.extend(import_control::evidence(question, &facts.control));
    let title = head::title(question, "Review of the cooperation", "合作评估材料");
    Content { title, facts: head::facts(question), sections }
}
