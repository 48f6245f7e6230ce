//! What is kept of how goods are chosen for examination, and of how far an inspection body's word counted: what a screening knew, models,
//! criteria, officers' words, reliabilities day by day, certificates that did not count.

use jiff::{Timestamp, civil::Date};
use seamless_identity::ArrangementId;
use serde::{Deserialize, Serialize};

use crate::domain::model::{
    CertificateDoubt, CriterionState, EventStatus, Lane, ModelState, ReasonKind, SwitchingState, Verdict,
};

/// What a screening knew and said of goods that were examined then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KnowledgeFact {
    /// Its reasons, each kind once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonKind>,
    /// `criteria/{criterion}`, each that was met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub criteria: Vec<String>,
    /// The probability to be unsafe, by all that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsafe_probability: Option<f64>,
    /// What the model that decides said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deciding: Option<ScoreFact>,
    /// What the model in its shadow said of the same goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ScoreFact>,
}

/// What a model said of goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreFact {
    /// `models/{model}`.
    pub model: String,
    /// 0 to 1.
    pub score: f64,
}

/// A version of a risk model, with what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFact {
    /// `models/{model}`.
    pub name: String,
    /// How many outcomes it learned from.
    pub outcomes: u64,
    /// How many of those were unsafe.
    pub found_unsafe: u64,
    /// Each with the time from which on it stands.
    pub steps: Vec<StepOf<ModelState>>,
}

/// A criterion that customs wrote, with when it was in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionFact {
    /// `criteria/{criterion}`.
    pub name: String,
    /// As its author wrote it.
    pub title: String,
    pub lane: Lane,
    pub apply_probability: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    pub steps: Vec<StepOf<CriterionState>>,
}

/// A state, and since when it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOf<T> {
    pub state: T,
    pub time: Timestamp,
}

/// An officer put goods into another lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideFact {
    /// `screenings/{screening}/overrides/{number}`, from 1.
    pub name: String,
    pub status: EventStatus,
    pub former_lane: Lane,
    pub lane: Lane,
    pub time: Timestamp,
}

/// What was said of an inspection body on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityFact {
    /// `inspectionBodies/{body}/trust/{trust}/{date}`, the day in UTC.
    pub name: String,
    pub body: String,
    pub area: String,
    /// UN/LOCODE; empty over all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entry_point: String,
    pub day: Date,
    /// By time.
    pub stands: Vec<StandFact>,
}

/// What is said of an inspection body from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandFact {
    pub time: Timestamp,
    pub verdict: Verdict,
    /// The share of unsafe goods among those that it passed, with its interval.
    pub false_pass: [f64; 3],
    /// How many of those were drawn and examined, and how many of them were unsafe.
    pub examined: u64,
    pub found_unsafe: u64,
    /// Probability that its rate is below the limit of the rule.
    pub reliable: f64,
    /// How many random examinations would decide; none where there is a verdict, or no number would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switching: Option<SwitchingState>,
}

/// Arriving goods invoked a certificate that did not count for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MisuseFact {
    /// The id of the event.
    pub name: String,
    pub status: EventStatus,
    /// As it was invoked.
    pub body: String,
    pub doubt: CertificateDoubt,
    /// When the goods were screened.
    pub time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_under: Option<ArrangementId>,
}

impl<T: PartialEq + Copy> StepOf<T> {
    /// Both, by time, each once.
    fn joined(known: Vec<Self>, told: Vec<Self>) -> Vec<Self> {
        let mut steps = known;
        for step in told {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps.sort_by_key(|step| step.time);
        steps
    }

    /// Where it stood at an instant; none before the first.
    pub fn at(steps: &[Self], cut: Timestamp) -> Option<T> {
        steps.iter().rfind(|step| step.time < cut).map(|step| step.state)
    }
}

impl ModelFact {
    /// This, with what it did before.
    #[must_use]
    pub fn following(self, known: Self) -> Self {
        let steps = StepOf::joined(known.steps, self.steps);
        Self { steps, ..self }
    }
}

impl CriterionFact {
    /// This, with where it stood before.
    #[must_use]
    pub fn following(self, known: Self) -> Self {
        let steps = StepOf::joined(known.steps, self.steps);
        Self { steps, ..self }
    }

    /// Whether it was in force at any time from `start` on and before `cut`.
    #[must_use]
    pub fn is_in_force(&self, start: Timestamp, cut: Timestamp) -> bool {
        let begins =
            |step: &StepOf<CriterionState>| self.start.map_or(step.time, |start| start.max(step.time));
        self.steps.iter().enumerate().any(|(index, step)| {
            let next = self.steps.get(index + 1).map(|next| next.time);
            let ends = next.into_iter().chain(self.end).min();
            let (begins, ends) = (begins(step).max(start), ends.map_or(cut, |ends| ends.min(cut)));
            step.state == CriterionState::Active && begins < ends
        })
    }
}

impl ReliabilityFact {
    /// This, with what was said of the body on the same day.
    #[must_use]
    pub fn following(self, known: Self) -> Self {
        let mut stands = known.stands;
        for stand in self.stands {
            if !stands.contains(&stand) {
                stands.push(stand);
            }
        }
        stands.sort_by_key(|stand| stand.time);
        Self { stands, ..self }
    }

    /// `inspectionBodies/{body}/trust/{trust}`: what the days are of.
    #[must_use]
    pub fn of(&self) -> &str {
        self.name.rsplit_once('/').map_or(&self.name, |(of, _)| of)
    }
}
