//! Trace-back quality: whether manufacturers were found, by which fields of an alert were there, what was missing, and how searches went.

mod candidates;
pub(super) mod outcomes;
mod questions;
mod searches;

use super::{
    Facts, Question,
    case::{Way, cases},
    head,
};
use crate::domain::{
    content::Content,
    facts::{CandidateFact, Fact, QuestionFact, TraceFact},
    model::EventStatus,
};

/// What is known of searches for manufacturers, of one status.
#[derive(Clone, Debug, Default)]
pub struct TraceFacts {
    /// In the order of their names.
    pub traces: Vec<TraceFact>,
    /// In the order of their names.
    pub candidates: Vec<CandidateFact>,
    /// In the order of their names.
    pub questions: Vec<QuestionFact>,
}

impl TraceFacts {
    /// Takes a fact in; gives it back where it is of something else.
    pub(super) fn take(&mut self, fact: Fact, status: EventStatus) -> Option<Fact> {
        match fact {
            Fact::Trace(fact) if fact.status == status => self.traces.push(fact),
            Fact::Candidate(fact) if fact.status == status => self.candidates.push(fact),
            Fact::Question(fact) if fact.status == status => self.questions.push(fact),
            Fact::Trace(_) | Fact::Candidate(_) | Fact::Question(_) => {}
            other => return Some(other),
        }
        None
    }

    /// Puts all in the order of their names.
    pub(super) fn sort(&mut self) {
        self.traces.sort_by(|one, other| one.name.cmp(&other.name));
        self.candidates.sort_by(|one, other| one.name.cmp(&other.name));
        self.questions.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let mut sections = Vec::new();
    for way in [Way::Received, Way::Sent] {
        sections.push(outcomes::section(question, facts, &cases(question, facts, way), way));
        sections.push(searches::section(question, facts, way));
        sections.push(questions::section(question, facts, way));
        sections.push(candidates::section(question, facts, way));
    }
    let title = head::title(question, "Trace-back quality", "溯源质量");
    Content { title, facts: head::facts(question), sections }
}

/// The sendings between the two sides that go this way, by name.
fn sendings<'a>(question: &Question<'_>, facts: &'a Facts, way: Way) -> Vec<&'a str> {
    let sendings = facts.sendings.iter().filter(|sending| super::case::goes(question, sending, way));
    sendings.map(|sending| sending.name.as_str()).collect()
}
