//! What the feed of the notifications service tells of searches for manufacturers, as facts.

use prost::{DecodeError, Message, Name};
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire};
use seamless_vocabulary::Vocabulary;

use super::told_values::{paths, time};
use crate::domain::{
    facts::{
        CandidateFact, ConclusionFact, Fact, IdentifyingField, QuestionFact, Said, TraceFact, TraceStepFact,
        sending_of,
    },
    model::{CandidateState, EventStatus, TraceOutcome, TraceQuestionState, TraceState},
};

/// What the event says of a search; none for any other event.
///
/// # Errors
/// That it cannot be read.
pub(super) fn read(
    event: &Event,
    data: &[u8],
    status: EventStatus,
) -> Result<Option<Vec<Said>>, DecodeError> {
    macro_rules! told {
        ($kind:ident) => {
            (event.r#type == wire::$kind::full_name()).then(|| wire::$kind::decode(data)).transpose()?
        };
    }
    macro_rules! trace_told {
        ($($kind:ident),+) => {
            $(if let Some(told) = told!($kind) {
                return Ok(Some(newest(told.trace.and_then(|told| trace(told, status)))));
            })+
        };
    }
    trace_told!(TraceOpened, TraceReopened);
    if let Some(told) = told!(TraceConcluded) {
        let candidates = told.candidates.into_iter().filter_map(|one| candidate(one, status));
        let trace = told.trace.and_then(|told| trace(told, status));
        return Ok(Some(newest(trace.into_iter().chain(candidates))));
    }
    if let Some(told) = told!(TraceCandidateChanged) {
        return Ok(Some(newest(told.candidate.and_then(|told| candidate(told, status)))));
    }
    if let Some(told) = told!(TraceQuestionChanged) {
        return Ok(Some(newest(told.question.and_then(|told| question(told, status)))));
    }
    Ok(None)
}

fn newest(facts: impl IntoIterator<Item = Fact>) -> Vec<Said> {
    facts.into_iter().map(Said::Newest).collect()
}

/// By what the product of an alert is identified, as far as it is shown.
pub(super) fn identified_by(told: &wire::Notification) -> Vec<IdentifyingField> {
    use IdentifyingField::{
        Batch, Brand, CreditCode, Gtin, Listing, ManufacturerAddress, ManufacturerName, Model, Picture,
    };
    let product = told.product.clone().unwrap_or_default();
    let operators = told.traceability.as_ref().map(|one| one.operators.as_slice()).unwrap_or_default();
    let is_maker = |one: &&wire::EconomicOperator| one.role == wire::OperatorRole::Manufacturer as i32;
    let makers: Vec<&wire::EconomicOperator> = operators.iter().filter(is_maker).collect();
    let any_maker = |of: fn(&wire::EconomicOperator) -> &String| makers.iter().any(|one| !of(one).is_empty());
    let is_there = |field: &IdentifyingField| match field {
        Gtin => !product.gtins.is_empty(),
        Brand => !product.brand.is_empty(),
        Model => !product.models.is_empty(),
        Batch => !product.batch_numbers.is_empty(),
        Picture => !product.pictures.is_empty(),
        ManufacturerName => any_maker(|one| &one.operator_name),
        ManufacturerAddress => any_maker(|one| &one.address),
        CreditCode => any_maker(|one| &one.credit_code),
        Listing => told.online.as_ref().is_some_and(|online| !online.listings.is_empty()),
    };
    IdentifyingField::ALL.into_iter().filter(is_there).collect()
}

fn trace(told: wire::Trace, status: EventStatus) -> Option<Fact> {
    let step = |step: &wire::TraceStep| {
        Some(TraceStepFact {
            state: TraceState::from_number(step.state)?,
            time: step.step_time.and_then(time)?,
        })
    };
    let conclusion = told.conclusion.and_then(|one| {
        Some(ConclusionFact {
            outcome: TraceOutcome::from_number(one.outcome)?,
            time: one.conclude_time.and_then(time)?,
            missing: paths(&one.missing_fields),
        })
    });
    Some(Fact::Trace(TraceFact {
        sending: sending_of(&told.name).to_owned(),
        status,
        authority: told.authority.parse().ok()?,
        state: TraceState::from_number(told.state)?,
        opened: told.create_time.and_then(time)?,
        steps: told.steps.iter().filter_map(step).collect(),
        conclusion,
        name: told.name,
    }))
}

fn candidate(told: wire::TraceCandidate, status: EventStatus) -> Option<Fact> {
    Some(Fact::Candidate(CandidateFact {
        status,
        state: CandidateState::from_number(told.state)?,
        confidence: told.confidence.clamp(0, 100).unsigned_abs(),
        added: told.create_time.and_then(time)?,
        name: told.name,
    }))
}

fn question(told: wire::TraceQuestion, status: EventStatus) -> Option<Fact> {
    Some(Fact::Question(QuestionFact {
        status,
        state: TraceQuestionState::from_number(told.state)?,
        asked: told.create_time.and_then(time)?,
        closed: told.close_time.and_then(time),
        fields: paths(&told.fields),
        has_update: told.answer.is_some_and(|answer| !answer.updated_fields.is_empty()),
        name: told.name,
    }))
}
