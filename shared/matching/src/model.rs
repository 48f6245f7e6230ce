//! The model: learned trees, calibrated, and the evidence whose strength is set by hand.
//!
//! Invariant: the likeness of (a, b) has the probability of that of (b, a), and its parts add up.

use std::sync::{Arc, OnceLock};

use crate::{
    alignment,
    corpus::Corpus,
    features::{self, Facts, Row, TOPICS, Topic, WIDTH},
    likeness::{Likeness, Reason, ReasonKind, probability},
    prepared::{Prepared, Section},
    stated,
    stored::{self, ModelError},
    text::Kind,
    trees::Forest,
    walk::Walk,
};

/// A trained model; clones share it.
#[derive(Clone, Debug)]
pub struct Model(Arc<Trained>, Arc<Option<Walk>>);

/// What training finds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trained {
    pub forest: Forest,
    /// Log-odds = slope × score + intercept [Platt 1999].
    pub slope: f32,
    pub intercept: f32,
    pub threshold: f32,
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The weights; the README says how they were trained.
static EMBEDDED: &[u8] = include_bytes!("../data/weights.bin");

/// More tokens of a name than this are not shown as evidence.
const SHOWN_TOKENS: usize = 16;
/// Model numbers that are as alike as this are the same.
const SAME_CODE: f32 = 0.97;
const SAME_BRAND: f32 = 0.9;

impl Model {
    /// The model with the weights of this crate; read once.
    ///
    /// # Errors
    /// If the weights that were built in are damaged, or of another version of the features.
    pub fn embedded() -> Result<Self, ModelError> {
        static MODEL: OnceLock<Result<Model, ModelError>> = OnceLock::new();
        MODEL.get_or_init(|| Self::from_bytes(EMBEDDED)).clone()
    }

    pub(crate) fn new(trained: Trained) -> Self {
        let walk = Walk::of(&trained.forest);
        Self(Arc::new(trained), Arc::new(walk))
    }

    /// Reads what [`Model::to_bytes`] wrote.
    ///
    /// # Errors
    /// If it is something else, damaged, or of another version of the features.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        stored::read(bytes).map(Self::new)
    }

    /// The weights, to be kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::write(&self.0)
    }

    /// The probability from which it is worth to ask a person: where training had the best F1.
    pub fn threshold(&self) -> f64 {
        f64::from(self.0.threshold)
    }

    /// The probability, 0 to 1, that two records mean the same product; `corpus` says which words are usual.
    pub fn probability(&self, one: &Prepared, two: &Prepared, corpus: &Corpus) -> f64 {
        self.probability_with(one, two, corpus, 0.0)
    }

    /// The same with further evidence, in log-odds, such as [`Said`](crate::Said) gives of a description.
    pub fn probability_with(&self, one: &Prepared, two: &Prepared, corpus: &Corpus, evidence: f64) -> f64 {
        let row = features::compare(one, two, corpus);
        let score = match &*self.1 {
            Some(walk) => walk.score(&row),
            None => self.0.forest.score(&row),
        };
        let learned = self.0.slope * score + self.0.intercept;
        probability(f64::from(learned) + stated::sum(one, two, corpus) + evidence)
    }

    /// The same, for whoever asks for what has at least some probability: none if it is seen on the way that it is less. What is less
    /// may be given all the same.
    pub fn probability_from(
        &self,
        one: &Prepared,
        two: &Prepared,
        corpus: &Corpus,
        evidence: f64,
        least: f64,
    ) -> Option<f64> {
        let Trained { slope, intercept, .. } = *self.0;
        let walk = match &*self.1 {
            Some(walk) if slope > 0.0 => walk,
            _ => return Some(self.probability_with(one, two, corpus, evidence)),
        };
        let stated = stated::sum(one, two, corpus);
        let wanted = (least / (1.0 - least)).ln() - stated - evidence - f64::from(intercept);
        let row = features::compare(one, two, corpus);
        let score = walk.score_from(&row, (wanted / f64::from(slope)) as f32)?;
        Some(probability(f64::from(slope * score + intercept) + stated + evidence))
    }

    /// The probability with its reasons.
    pub fn assess(&self, one: &Prepared, two: &Prepared, corpus: &Corpus) -> Likeness {
        let row = features::compare(one, two, corpus);
        let mut contributions = [0.0; WIDTH];
        let base = self.0.forest.explain(&row, &mut contributions);
        let slope = f64::from(self.0.slope);
        let base = slope * f64::from(base) + f64::from(self.0.intercept);
        let mut base = base;
        let mut reasons = stated::reasons(one, two, corpus);
        let mut unsaid = 0.0;
        for topic in [Topic::Name, Topic::Model, Topic::Brand, Topic::Numbers, Topic::Colour, Topic::Price] {
            let parts = TOPICS.iter().zip(contributions).filter(|(of, _)| **of == topic);
            let contribution = slope * parts.map(|(_, part)| f64::from(part)).sum::<f64>();
            match reason(topic, contribution, &row, one, two) {
                Some((kind, left, right)) => reasons.push(Reason { kind, left, right, contribution }),
                None => unsaid += contribution,
            }
        }
        // That something is not stated is no reason to take two products for one: such a share is where all begin.
        if unsaid > 0.0 {
            base += unsaid;
        } else if unsaid < 0.0 {
            let (left, right) = (String::new(), String::new());
            reasons.push(Reason { kind: ReasonKind::NotStated, left, right, contribution: unsaid });
        }
        let log_odds = base + reasons.iter().map(|reason| reason.contribution).sum::<f64>();
        reasons.sort_by(|one, two| {
            two.contribution.abs().total_cmp(&one.contribution.abs()).then(one.kind.cmp(&two.kind))
        });
        Likeness { probability: probability(log_odds), base, reasons }
    }
}

/// The kind of a reason and what each record says; nothing if not both say it.
fn reason(
    topic: Topic,
    contribution: f64,
    row: &Row,
    one: &Prepared,
    two: &Prepared,
) -> Option<(ReasonKind, String, String)> {
    let facts = features::facts(row);
    let speaks_for = contribution >= 0.0;
    let either = |same, different, is_same: bool| if is_same { same } else { different };
    match topic {
        Topic::Name => facts.names.then(|| {
            let kind = either(ReasonKind::SimilarName, ReasonKind::DifferentName, speaks_for);
            (kind, shown(one, |_| true), shown(two, |_| true))
        }),
        Topic::Model => models(speaks_for, &facts, one, two),
        Topic::Brand => brands(&facts, one, two),
        Topic::Numbers => {
            let is_number = |kind| matches!(kind, Kind::Number | Kind::Measure | Kind::Code);
            let (ours, theirs) = (shown(one, is_number), shown(two, is_number));
            let kind = either(ReasonKind::SameNumbers, ReasonKind::DifferentNumbers, speaks_for);
            (!ours.is_empty() && !theirs.is_empty()).then_some((kind, ours, theirs))
        }
        Topic::Colour => facts.colours.map(|agree| {
            let kind = either(ReasonKind::SameColour, ReasonKind::DifferentColour, agree >= 0.5);
            (kind, features::colours_of(one).join(" "), features::colours_of(two).join(" "))
        }),
        Topic::Price => facts.price.map(|ratio| {
            let shown = |record: &Prepared| record.price().map(|price| price.to_string()).unwrap_or_default();
            (
                either(ReasonKind::SimilarPrice, ReasonKind::DifferentPrice, ratio >= 0.7),
                shown(one),
                shown(two),
            )
        }),
    }
}

fn models(
    speaks_for: bool,
    facts: &Facts,
    one: &Prepared,
    two: &Prepared,
) -> Option<(ReasonKind, String, String)> {
    let best = facts.code?;
    let text = |record: &Prepared, at: usize| record.codes().get(at).map(|code| record.text(code).to_owned());
    let Some((ours, theirs, alike)) = alignment::best_codes(one, two) else {
        // One record alone has a model number: the other's text holds it, or says nothing of it.
        let (with, other) = if one.codes().is_empty() { (two, one) } else { (one, two) };
        let found = with.codes().iter().find(|code| alignment::holds(other, with.text(code), code.hash))?;
        let found = with.text(found).to_owned();
        return Some((ReasonKind::SameModel, found.clone(), found));
    };
    let kind = match alike {
        _ if best >= SAME_CODE => ReasonKind::SameModel,
        alike if alike >= 0.7 || speaks_for => ReasonKind::SimilarModel,
        _ => ReasonKind::DifferentModel,
    };
    Some((kind, text(one, ours)?, text(two, theirs)?))
}

fn brands(facts: &Facts, one: &Prepared, two: &Prepared) -> Option<(ReasonKind, String, String)> {
    let brand_or_name = |record: &Prepared| match record.words(Section::Brand) {
        empty if empty.is_empty() => shown(record, |_| true),
        brand => brand,
    };
    let kind = match (facts.brand, facts.brand_in_name) {
        (Some(alike), _) if alike >= SAME_BRAND => ReasonKind::SameBrand,
        (Some(_), _) => ReasonKind::DifferentBrand,
        (None, Some(share)) if share > 0.0 => ReasonKind::SameBrand,
        (None, Some(_)) => ReasonKind::BrandNotMentioned,
        (None, None) => return None,
    };
    Some((kind, brand_or_name(one), brand_or_name(two)))
}

/// The words of a name, of those kinds that `which` takes.
fn shown(record: &Prepared, which: impl Fn(Kind) -> bool) -> String {
    let tokens = record.section(Section::Name).iter().filter(|token| which(token.kind)).take(SHOWN_TOKENS);
    tokens.map(|token| record.text(token)).collect::<Vec<_>>().join(" ")
}
