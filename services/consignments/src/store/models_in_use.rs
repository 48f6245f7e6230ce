//! The risk models that score arrivals, held in memory: decoded once, taken by every decision without a look into the
//! database, and brought up to date when another replica trained or activated one.
//!
//! Invariant: until the models were read once, nothing is scored, so that no decision falls back on a model without
//! experience for want of the right one.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwapOption;
use async_trait::async_trait;
use seamless_identity::AuthorityId;
use seamless_risk::Model;

use crate::domain::{
    DomainError,
    model::{ModelState, RiskModel, parse_model_name},
    ports::{HeldInMemory, ModelQuery, ModelReader},
    risk::{self, InUse},
};

/// Models of the past that are kept for replays.
const REPLAYED: usize = 4;
/// Far more than there are sides, with two models each.
const MOST_AT_WORK: u64 = 1_000;

/// The models at work, by side.
type Held = HashMap<AuthorityId, Arc<InUse>>;

/// Gives the models in use. Clones share what they hold.
#[derive(Clone)]
pub struct RiskModels(Arc<Inner>);

struct Inner {
    reader: Arc<dyn ModelReader>,
    untrained: Arc<Model>,
    held: ArcSwapOption<Held>,
    /// One refresh at a time, so that an older look never replaces a newer one.
    refreshing: tokio::sync::Mutex<()>,
    replayed: Mutex<VecDeque<(String, Arc<Model>)>>,
}

impl RiskModels {
    /// Models that are read from here. Nothing is read before the first [`RiskModels::refresh`].
    ///
    /// # Errors
    /// `Fault` if there is no model to begin with.
    pub fn new(reader: Arc<dyn ModelReader>) -> Result<Self, DomainError> {
        Ok(Self(Arc::new(Inner {
            reader,
            untrained: Arc::new(risk::untrained()?),
            held: ArcSwapOption::empty(),
            refreshing: tokio::sync::Mutex::new(()),
            replayed: Mutex::new(VecDeque::with_capacity(REPLAYED)),
        })))
    }

    /// The models that score the arrivals of a side; one without experience where it has none that decides.
    ///
    /// # Errors
    /// `Unavailable` until the models were read for the first time.
    pub fn current(&self, side: &AuthorityId) -> Result<Arc<InUse>, DomainError> {
        let held = self.0.held.load();
        let held =
            held.as_ref().ok_or_else(|| DomainError::Unavailable("risk models not read yet".into()))?;
        Ok(held.get(side).cloned().unwrap_or_else(|| Arc::new(self.nothing_learned(side))))
    }

    /// The model of this name, whoever may see it: in use, or of the past. `models/{side}.0` is the one without
    /// experience.
    ///
    /// # Errors
    /// `Denied` if there is none; those of the store.
    pub async fn by_name(&self, name: &str) -> Result<Arc<Model>, DomainError> {
        let (side, number) = parse_model_name(name).ok_or(DomainError::Denied)?;
        if number == 0 {
            return Ok(self.0.untrained.clone());
        }
        if let Some(model) = self.held(&side, name) {
            return Ok(model);
        }
        let content = self.0.reader.model_content(&side, number).await?.ok_or(DomainError::Denied)?;
        let model = decoded(content).await?;
        let mut replayed = self.0.replayed.lock().unwrap_or_else(PoisonError::into_inner);
        if replayed.len() >= REPLAYED {
            replayed.pop_front();
        }
        replayed.push_back((name.to_owned(), model.clone()));
        Ok(model)
    }

    /// Reads which models are at work, and those that are not held yet.
    ///
    /// # Errors
    /// Those of the store; `Fault` for a damaged model. What was held goes on to be held then.
    pub async fn refresh(&self) -> Result<(), DomainError> {
        let _one_at_a_time = self.0.refreshing.lock().await;
        let query = ModelQuery {
            states: vec![ModelState::Shadow, ModelState::Deciding],
            limit: MOST_AT_WORK,
            ..ModelQuery::default()
        };
        let mut held = Held::new();
        for known in self.0.reader.model_list(&query).await? {
            let model = self.loaded(&known).await?;
            let mut in_use = match held.get(&known.side) {
                Some(present) => InUse::clone(present),
                None => self.nothing_learned(&known.side),
            };
            match known.state {
                ModelState::Deciding => in_use.deciding = (known.name(), model),
                // The last comes first, and a side has one in shadow.
                ModelState::Shadow if in_use.shadow.is_none() => in_use.shadow = Some((known.name(), model)),
                ModelState::Shadow | ModelState::Retired => {}
            }
            held.insert(known.side, Arc::new(in_use));
        }
        self.0.held.store(Some(Arc::new(held)));
        Ok(())
    }

    fn nothing_learned(&self, side: &AuthorityId) -> InUse {
        InUse::nothing_learned(side, self.0.untrained.clone())
    }

    async fn loaded(&self, known: &RiskModel) -> Result<Arc<Model>, DomainError> {
        if let Some(model) = self.held(&known.side, &known.name()) {
            return Ok(model);
        }
        let content = self.0.reader.model_content(&known.side, known.number).await?;
        let content =
            content.ok_or_else(|| DomainError::Fault(format!("{} has no content", known.name())))?;
        decoded(content).await
    }

    /// What a version learned never changes, so whoever holds it need not look again.
    fn held(&self, side: &AuthorityId, name: &str) -> Option<Arc<Model>> {
        let held = self.0.held.load();
        let in_use = held.as_ref().and_then(|held| held.get(side));
        let in_use = in_use.into_iter().flat_map(|one| std::iter::once(&one.deciding).chain(&one.shadow));
        let known = in_use.filter(|(known, _)| known == name).map(|(_, model)| model.clone()).next();
        known.or_else(|| {
            let replayed = self.0.replayed.lock().unwrap_or_else(PoisonError::into_inner);
            replayed.iter().find(|(known, _)| known == name).map(|(_, model)| model.clone())
        })
    }
}

/// A model of up to a million cells takes a while to decode: not on the threads that serve calls.
async fn decoded(content: Vec<u8>) -> Result<Arc<Model>, DomainError> {
    let decoded = tokio::task::spawn_blocking(move || Model::from_bytes(&content)).await;
    let decoded = decoded.map_err(|error| DomainError::Fault(error.to_string()))?;
    decoded.map(Arc::new).map_err(|error| DomainError::Fault(format!("damaged model: {error}")))
}

#[async_trait]
impl HeldInMemory for RiskModels {
    async fn bring_up_to_date(&self) -> Result<(), DomainError> {
        self.refresh().await
    }
}
