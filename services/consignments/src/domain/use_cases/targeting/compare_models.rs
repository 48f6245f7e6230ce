//! Compares two models on goods whose outcome is known, and on what the one in shadow said of arrivals.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_risk::Model;

use super::train_model::blocking;
use crate::domain::{
    DomainError,
    model::{Examination, RiskModel, ScreeningId, is_chosen_by_plan},
    model_accuracy::{Accuracy, accuracy, mean_difference, overlap_top_tenth},
    ports::{ExaminationQuery, ExaminationReader, ShadowQuery, TargetingReader},
    risk,
};

/// Outcomes that are read and scored at once.
const PAGE: u64 = 1_000;
/// The most outcomes that are looked at: those that came first.
pub const MOST_OUTCOMES: usize = 200_000;
/// The most screenings that are looked at: those that came last.
pub const MOST_SCREENINGS: u64 = 10_000;

/// A model, with what is known of it; nothing is known of the one without experience.
#[derive(Clone)]
pub struct Compared {
    pub name: String,
    pub known: Option<RiskModel>,
    pub model: Arc<Model>,
}

/// Two models beside each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    pub first: Accuracy,
    pub second: Accuracy,
    /// Outcomes that neither learned from, and that came of a plan.
    pub outcomes: usize,
    pub overlap_top_tenth: f64,
    pub mean_difference: f64,
}

/// Accuracy comes only from outcomes that neither model learned from, and of goods that a plan chose: what an officer saw no
/// model can have known. Overlap and difference come from all goods that both scored.
pub struct CompareModels<'a> {
    pub examinations: &'a dyn ExaminationReader,
    pub targeting: &'a dyn TargetingReader,
}

struct Scored {
    first: f64,
    second: f64,
    is_unsafe: bool,
    is_new: bool,
    screening: Option<ScreeningId>,
}

impl CompareModels<'_> {
    /// Compares them from `start` on.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        side: &AuthorityId,
        first: &Compared,
        second: &Compared,
        start: Timestamp,
    ) -> Result<Comparison, DomainError> {
        let scored = self.scored(side, first, second, start).await?;
        let mut pairs: Vec<(f64, f64)> = scored.iter().map(|one| (one.first, one.second)).collect();
        pairs.extend(self.in_shadow(side, first, second, start, &scored).await?);
        blocking(move || {
            let new = || scored.iter().filter(|one| one.is_new);
            Ok(Comparison {
                first: accuracy(new().map(|one| (one.first, one.is_unsafe)))?,
                second: accuracy(new().map(|one| (one.second, one.is_unsafe)))?,
                outcomes: new().count(),
                overlap_top_tenth: overlap_top_tenth(&pairs),
                mean_difference: mean_difference(&pairs),
            })
        })
        .await
    }

    async fn scored(
        &self,
        side: &AuthorityId,
        first: &Compared,
        second: &Compared,
        start: Timestamp,
    ) -> Result<Vec<Scored>, DomainError> {
        let place = |compared: &Compared| compared.known.as_ref().and_then(RiskModel::knows_until);
        let known = place(first).max(place(second));
        let mut after = (start, String::new());
        let mut scored = Vec::new();
        while scored.len() < MOST_OUTCOMES {
            let query = ExaminationQuery {
                side: Some(side.clone()),
                after: Some(after.clone()),
                limit: PAGE,
                ..ExaminationQuery::default()
            };
            let page = self.examinations.examination_list(&query).await?;
            let is_last = (page.len() as u64) < PAGE;
            if let Some(last) = page.last() {
                after = (last.known_time, last.control.clone());
            }
            let (models, known) = ((first.model.clone(), second.model.clone()), known.clone());
            let more = blocking(move || {
                let score = |one: &Examination| {
                    let item = risk::item_of(&one.consignment);
                    let place = Some((one.known_time, one.control.clone()));
                    Scored {
                        first: models.0.score(&item).probability,
                        second: models.1.score(&item).probability,
                        is_unsafe: one.is_unsafe,
                        is_new: place > known && is_chosen_by_plan(one.selection),
                        screening: one.screening,
                    }
                };
                Ok(page.iter().map(score).collect::<Vec<_>>())
            });
            scored.extend(more.await?);
            if is_last {
                break;
            }
        }
        Ok(scored)
    }

    /// Scores of arrivals without an outcome that one of the models decided and the other followed in shadow.
    async fn in_shadow(
        &self,
        side: &AuthorityId,
        first: &Compared,
        second: &Compared,
        start: Timestamp,
        scored: &[Scored],
    ) -> Result<Vec<(f64, f64)>, DomainError> {
        let counted: HashSet<ScreeningId> = scored.iter().filter_map(|one| one.screening).collect();
        let query = ShadowQuery { side: side.clone(), start, limit: MOST_SCREENINGS };
        let mut pairs = Vec::new();
        for one in self.targeting.shadow_list(&query).await? {
            let (deciding, shadow) = (one.deciding, one.shadow);
            if counted.contains(&one.screening) {
                continue;
            }
            if deciding.0 == first.name && shadow.0 == second.name {
                pairs.push((deciding.1, shadow.1));
            } else if deciding.0 == second.name && shadow.0 == first.name {
                pairs.push((shadow.1, deciding.1));
            }
        }
        Ok(pairs)
    }
}
