//! Learns from outcomes as they come: when enough of them are new, a new version is trained into shadow. That it decides
//! is for people to say.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_identity::AuthorityId;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Rules,
        model::RiskModel,
        ports::{ModelQuery, ModelReader, TargetingReader},
        use_cases::{SETTLING, TrainModel},
    },
    store::{RiskModels, Store},
};

/// What the worker learns from, and where it puts what it learned.
pub struct Learning {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    pub models: RiskModels,
    pub clock: Arc<dyn Clock>,
    /// New outcomes that make a new version.
    pub outcomes: u64,
    /// Between one look and the next.
    pub interval: Duration,
}

impl Learning {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let entry_points = self.rules.pilot.entry_points.values();
        let sides: BTreeSet<AuthorityId> = entry_points
            .map(|entry_point| self.rules.cooperation.contact_point_of(&entry_point.authority).clone())
            .collect();
        let look = || async {
            for side in &sides {
                // Training takes a while: the end of the service does not wait for it.
                match token.run_until_cancelled(self.look(side)).await {
                    None => break,
                    Some(Ok(None)) => {}
                    Some(Ok(Some(made))) => {
                        tracing::info!(model = made.name(), outcomes = made.outcomes, "risk model learned")
                    }
                    // Another replica was faster.
                    Some(Err(DomainError::Conflict)) => {}
                    // What is wrong with one side's keeps no other from learning.
                    Some(Err(error)) => {
                        tracing::warn!(%side, %error, "risk model did not learn; tried again")
                    }
                }
            }
            Ok::<_, DomainError>(())
        };
        every(self.interval, &token, "risk models did not learn", look).await
    }

    /// Trains a new version of a side's model if enough is new.
    async fn look(&self, side: &AuthorityId) -> Result<Option<RiskModel>, DomainError> {
        if !self.is_due(side).await? {
            return Ok(None);
        }
        let train = TrainModel { rules: &self.rules, models: &self.store, examinations: &self.store };
        let decision = train.execute(side, false, self.clock.now()).await?;
        self.decisions.commit(decision.changes, None).await?;
        self.models.refresh().await?;
        Ok(Some(decision.outcome))
    }

    async fn is_due(&self, side: &AuthorityId) -> Result<bool, DomainError> {
        let last = ModelQuery { side: Some(side.clone()), limit: 1, ..ModelQuery::default() };
        let last = self.store.model_list(&last).await?.pop();
        let after = last.as_ref().and_then(RiskModel::knows_until);
        let settled = self.clock.now() - SETTLING;
        let new = self.store.outcomes_between(side, after, settled).await?;
        Ok(new >= self.outcomes)
    }
}
