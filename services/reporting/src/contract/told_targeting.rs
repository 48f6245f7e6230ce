//! What the feed of the consignments service tells of how goods are chosen, and of certificates that did not count, as facts.

use jiff::{Timestamp, tz::TimeZone};
use seamless_proto::seamless::{consignments::v1 as wire, feed::v1::Event};
use seamless_vocabulary::Vocabulary;

use super::{
    told_reader::FeedReader,
    told_values::{count, status_of, time},
};
use crate::domain::{
    facts::{
        CriterionFact, Fact, KnowledgeFact, MisuseFact, ModelFact, OverrideFact, ReliabilityFact, ScoreFact,
        StandFact, StepOf,
    },
    model::{
        CertificateDoubt, CriterionState, EventStatus, Lane, ModelState, ReasonKind, SwitchingState, Verdict,
    },
};

/// What the screening of goods knew of them.
pub(super) fn knowledge(told: &wire::ScreeningKnowledge) -> KnowledgeFact {
    let mut reasons: Vec<ReasonKind> =
        told.reasons.iter().filter_map(|one| ReasonKind::from_number(one.kind)).collect();
    reasons.sort_unstable_by_key(|kind| *kind as i32);
    reasons.dedup();
    let criteria = told.reasons.iter().map(|one| &one.subject).filter(|one| one.starts_with("criteria/"));
    let mut criteria: Vec<String> = criteria.cloned().collect();
    criteria.sort_unstable();
    criteria.dedup();
    let shadow = told.shadow.as_ref();
    KnowledgeFact {
        reasons,
        criteria,
        unsafe_probability: told.unsafe_probability.as_ref().and_then(|one| share(one.mean)),
        deciding: score(&told.model, told.model_score),
        shadow: shadow.and_then(|one| score(&one.model, one.score)),
    }
}

fn score(model: &str, score: f64) -> Option<ScoreFact> {
    let score = share(score)?;
    (!model.is_empty()).then(|| ScoreFact { model: model.to_owned(), score })
}

/// A number of 0 to 1.
fn share(number: f64) -> Option<f64> {
    Some(number).filter(|number| (0.0..=1.0).contains(number))
}

pub(super) fn model(event: &Event, told: wire::Model) -> Option<Fact> {
    let step = StepOf { state: ModelState::from_number(told.state)?, time: event.occur_time.and_then(time)? };
    Some(Fact::Model(ModelFact {
        name: told.name,
        outcomes: count(told.outcomes),
        found_unsafe: count(told.found_unsafe),
        steps: vec![step],
    }))
}

pub(super) fn criterion(event: &Event, told: wire::Criterion) -> Option<Fact> {
    let state = CriterionState::from_number(told.state)?;
    Some(Fact::Criterion(CriterionFact {
        name: told.name,
        title: told.title,
        lane: Lane::from_number(told.lane)?,
        apply_probability: told.apply_probability,
        start: told.start_time.and_then(time),
        end: told.end_time.and_then(time),
        steps: vec![StepOf { state, time: event.occur_time.and_then(time)? }],
    }))
}

/// Every word of an officer on goods.
pub(super) fn overridden(event: &Event, told: &wire::Screening) -> Vec<Fact> {
    let status = status_of(event);
    let one = |(index, one): (usize, &wire::LaneOverride)| {
        Some(Fact::Override(OverrideFact {
            name: format!("{}/overrides/{}", told.name, index + 1),
            status,
            former_lane: Lane::from_number(one.former_lane)?,
            lane: Lane::from_number(one.lane)?,
            time: one.override_time.and_then(time)?,
        }))
    };
    told.overrides.iter().enumerate().filter_map(one).collect()
}

/// What is said of a body from now on.
pub(super) fn reliability(at: Timestamp, told: &wire::Trust) -> Option<Fact> {
    let day = TimeZone::UTC.to_datetime(at).date();
    let false_pass = told.false_pass.unwrap_or_default();
    let passed = told.passed.unwrap_or_default();
    Some(Fact::Reliability(ReliabilityFact {
        name: format!("{}/{day}", told.name),
        body: told.inspection_body.clone(),
        area: told.product_area.clone(),
        entry_point: told.entry_point.clone(),
        day,
        stands: vec![StandFact {
            time: at,
            verdict: Verdict::from_number(told.verdict)?,
            false_pass: [false_pass.mean, false_pass.lower, false_pass.upper],
            examined: count(passed.examined),
            found_unsafe: count(passed.found_unsafe),
            reliable: told.reliable_probability,
            more: told.more_examinations.map(count),
            switching: SwitchingState::from_number(told.switching_state),
        }],
    }))
}

pub(super) fn misuse(
    reader: &FeedReader,
    event: &Event,
    status: EventStatus,
    told: wire::CertificateMisused,
) -> Option<Fact> {
    let authority = told.authority.parse().ok()?;
    Some(Fact::Misuse(MisuseFact {
        name: event.event_id.clone(),
        status,
        body: told.inspection_body,
        doubt: CertificateDoubt::from_number(told.doubt)?,
        time: told.screen_time.and_then(time)?,
        shown_under: reader.shown_under([&authority].into_iter(), &event.arrangement),
    }))
}
