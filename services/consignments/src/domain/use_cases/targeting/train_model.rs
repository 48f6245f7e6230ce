//! Makes a new version of a side's risk model from the outcomes of its controls.

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;
use seamless_risk::{Label, Model};

use super::model_access::{in_state, new_version, next_number, put_in_shadow};
use crate::domain::{
    Decision, DomainError, Rules,
    model::{Examination, ModelState, RiskModel, is_chosen_by_plan},
    ports::{ExaminationQuery, ExaminationReader, ModelReader},
    risk,
};

/// Outcomes that are read and learned at once.
const PAGE: u64 = 1_000;
/// Outcomes that came to be known within this time are left for the next version: one that is being written at this
/// moment may have an earlier time than one that is there already, and must not be passed over for ever.
pub const SETTLING: SignedDuration = SignedDuration::from_secs(5);
/// The weights that a label may have.
const WEIGHTS: std::ops::RangeInclusive<f64> = 0.001..=1_000.0;

/// Learns in the order in which outcomes came to be known, so that learning on and learning anew give the same model.
pub struct TrainModel<'a> {
    pub rules: &'a Rules,
    pub models: &'a dyn ModelReader,
    pub examinations: &'a dyn ExaminationReader,
}

/// What was learned so far.
struct Learning {
    model: Model,
    outcomes: u64,
    found_unsafe: u64,
    until: Option<(Timestamp, String)>,
}

impl TrainModel<'_> {
    /// Goes on from the deciding model with the outcomes that came since, or learns all of them anew.
    ///
    /// # Errors
    /// `WantsFirst` if there is no outcome to learn from; `Fault` for a damaged model; those of the store.
    pub async fn execute(
        &self,
        side: &AuthorityId,
        from_scratch: bool,
        now: Timestamp,
    ) -> Result<Decision<RiskModel>, DomainError> {
        let deciding = in_state(self.models, side, ModelState::Deciding).await?.pop();
        let parent = deciding.filter(|_| !from_scratch);
        let before = parent.as_ref().map_or(0, |parent| parent.outcomes);
        let learning = self.learn(side, self.start(parent.as_ref()).await?, now).await?;
        if learning.outcomes == before {
            return Err(DomainError::WantsFirst {
                resource: side.to_string(),
                state: None,
                verb: "training",
                remedy: "record an outcome that no model knows yet".to_owned(),
            });
        }
        let content = blocking(move || Ok(learning.model.to_bytes())).await?;
        let number = next_number(self.models, side).await?;
        let made = RiskModel {
            outcomes: learning.outcomes,
            found_unsafe: learning.found_unsafe,
            learned_until: learning.until,
            parent: parent.map(|parent| parent.number),
            ..new_version(side, number, &content, now)
        };
        let changes = put_in_shadow(self.rules, self.models, &made, content).await?;
        Ok(Decision { outcome: made, changes })
    }

    async fn start(&self, parent: Option<&RiskModel>) -> Result<Learning, DomainError> {
        let Some(parent) = parent else {
            return Ok(Learning { model: risk::untrained()?, outcomes: 0, found_unsafe: 0, until: None });
        };
        let content = self.models.model_content(&parent.side, parent.number).await?;
        let content =
            content.ok_or_else(|| DomainError::Fault(format!("{} has no content", parent.name())))?;
        Ok(Learning {
            model: blocking(move || decoded(&content)).await?,
            outcomes: parent.outcomes,
            found_unsafe: parent.found_unsafe,
            until: parent.knows_until(),
        })
    }

    async fn learn(
        &self,
        side: &AuthorityId,
        mut learning: Learning,
        now: Timestamp,
    ) -> Result<Learning, DomainError> {
        let settled = now - SETTLING;
        loop {
            let query = ExaminationQuery {
                side: Some(side.clone()),
                after: learning.until.clone(),
                limit: PAGE,
                ..ExaminationQuery::default()
            };
            let mut page = self.examinations.examination_list(&query).await?;
            let is_full = page.len() as u64 == PAGE;
            let known = page.iter().take_while(|one| one.known_time <= settled).count();
            let is_last = !is_full || known < page.len();
            page.truncate(known);
            learning = blocking(move || learning.page(page)).await?;
            if is_last {
                return Ok(learning);
            }
        }
    }
}

impl Learning {
    fn page(mut self, page: Vec<Examination>) -> Result<Self, DomainError> {
        for one in page {
            if let Some(weight) = weight_of(&one) {
                let label = Label { is_bad: one.is_unsafe, weight };
                let learned = self.model.learn(&risk::item_of(&one.consignment), label);
                learned.map_err(|error| DomainError::Fault(format!("{}: {error}", one.control)))?;
                self.outcomes += 1;
                self.found_unsafe += u64::from(one.is_unsafe);
            }
            self.until = Some((one.known_time, one.control));
        }
        Ok(self)
    }
}

/// How many arrivals an examination stands for: the inverse of the probability with which it was chosen, so that the
/// model's probabilities are of all that arrives and not of what was chosen. Goods that were certain to be examined
/// stand for themselves. What people chose on their own stands for nobody knows how many, and is not learned: with any
/// weight it would make unsafe goods look as frequent as officers find them.
#[must_use]
pub fn weight_of(examination: &Examination) -> Option<f64> {
    // A probability of 0 gives infinity, and the most weight.
    let weight = (1.0 / examination.probability.max(0.0)).clamp(*WEIGHTS.start(), *WEIGHTS.end());
    is_chosen_by_plan(examination.selection).then_some(weight)
}

/// A model from its content.
///
/// # Errors
/// `Fault` if it is damaged.
fn decoded(content: &[u8]) -> Result<Model, DomainError> {
    Model::from_bytes(content).map_err(|error| DomainError::Fault(format!("damaged model: {error}")))
}

/// Does what takes long beside the threads that serve calls.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DomainError> + Send + 'static,
) -> Result<T, DomainError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| DomainError::Fault(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::Selection;

    fn examination(number: usize, selection: Selection, probability: f64, is_unsafe: bool) -> Examination {
        let goods = r#"{"entry_point":"NLRTM","arrival":"2026-11-02T08:00:00Z"}"#;
        Examination {
            control: format!("controls/{number:04}"),
            side: "eu-just".parse().unwrap(),
            entry_point: seamless_identifiers::Unlocode::parse("NLRTM").unwrap(),
            date: "2026-11-02".parse().unwrap(),
            examine_time: Timestamp::UNIX_EPOCH,
            known_time: Timestamp::UNIX_EPOCH,
            area: None,
            body: None,
            passed: false,
            selection,
            probability,
            lane_otherwise: None,
            is_unsafe,
            screening: None,
            consignment: serde_json::from_str(goods).unwrap(),
        }
    }

    /// A thousand goods arrive, and every tenth of them is unsafe. Fifty are targeted, all of them unsafe; of the others
    /// every tenth is drawn by lot. Officers look at thirty more, and rightly: all of them are unsafe.
    #[test]
    fn probabilities_are_of_all_that_arrives_and_not_of_what_was_chosen() {
        let targeted = (0..50).map(|number| examination(number, Selection::Targeted, 1.0, true));
        let drawn = (50..145).map(|number| examination(number, Selection::Random, 0.1, number % 19 == 0));
        let suspected = (145..175).map(|number| examination(number, Selection::Officer, 0.0, true));
        let page: Vec<Examination> = targeted.chain(drawn).chain(suspected).collect();
        let rate = {
            let unsafe_drawn = page[50..145].iter().filter(|one| one.is_unsafe).count() as f64;
            (50.0 + 10.0 * unsafe_drawn) / 1_000.0
        };
        let nothing =
            Learning { model: risk::untrained().unwrap(), outcomes: 0, found_unsafe: 0, until: None };
        let goods = page[0].consignment.clone();
        let learned = nothing.page(page).unwrap();
        let base = &learned.model.score(&risk::item_of(&goods)).contributions[0];
        assert!((base.rate - rate).abs() < 0.01, "{rate} of all, {} learned", base.rate);
        assert_eq!(learned.outcomes, 145);
    }

    #[test]
    fn weights_are_inverse_probabilities_within_bounds() {
        let weight = |selection, probability| weight_of(&examination(1, selection, probability, false));
        assert_eq!(weight(Selection::Random, 0.02), Some(50.0));
        assert_eq!(weight(Selection::Targeted, 1.0), Some(1.0));
        assert_eq!(weight(Selection::Mandatory, 1.0), Some(1.0));
        assert_eq!(weight(Selection::Random, 1e-9), Some(1_000.0));
        assert_eq!(weight(Selection::Random, 0.0), Some(1_000.0));
        assert_eq!(weight(Selection::None, 0.0), None, "people chose it, no draw did");
        assert_eq!(weight(Selection::Officer, 0.0), None);
    }
}
