//! Where goods are handed in to be screened: what is known of them is gathered, and the writer decides.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use tokio::sync::oneshot;
use tonic::{Code, Status};

use super::{
    held_facts::HeldFacts,
    writer::{Decided, Drafts, Pending, Request, Undecided},
};
use crate::{
    contract::HandedIn,
    domain::{
        Caller, Rules, Violation,
        criteria::Criterion,
        use_cases::{Arriving, GatherFacts},
        watched_alerts::WatchedAlerts,
    },
    store::{KnownInspections, RiskModels, Store},
};

/// How long a caller is asked to wait when decisions cannot be made durable.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What became of one.
pub enum Outcome {
    Waiting(oneshot::Receiver<Result<Decided, Undecided>>),
    Refused(Vec<Violation>),
}

/// What decisions are prepared with, and the way to the writer.
#[derive(Clone)]
pub struct ScreeningDesk {
    pub store: Store,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    pub models: RiskModels,
    pub alerts: WatchedAlerts,
    pub inspections: KnownInspections,
    pub held: HeldFacts,
    pub writer: Drafts,
}

impl ScreeningDesk {
    /// Gathers what is known of the goods and hands them to the writer, in their order.
    ///
    /// # Errors
    /// Those of the store; UNAVAILABLE while the service stops.
    pub async fn hand_over(&self, caller: &Caller, goods: Vec<HandedIn>) -> Result<Vec<Outcome>, Status> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority).clone();
        let models = self.models.current(&side).map_err(ApiError::from)?;
        let held = self.held.get(&self.store, &self.rules).await.map_err(ApiError::from)?;
        let criteria = self.criteria_in_force(caller, &held.criteria);
        let gather = GatherFacts {
            rules: &self.rules,
            inspections: &self.inspections,
            records: &self.store,
            trust: &held.trust,
            alerts: &self.alerts,
            models: &models,
            criteria: &criteria,
        };
        let (arriving, requests): (Vec<Arriving>, Vec<(i64, bool)>) =
            goods.into_iter().map(|one| (one.arriving, (one.fingerprint, one.validate_only))).unzip();
        let drafts = gather.execute(caller, arriving, self.clock.now()).await.map_err(ApiError::from)?;
        let mut outcomes = Vec::with_capacity(drafts.len());
        for ((fingerprint, validate_only), draft) in requests.into_iter().zip(drafts) {
            let draft = match draft {
                Ok(draft) => draft,
                Err(violations) => {
                    outcomes.push(Outcome::Refused(violations));
                    continue;
                }
            };
            let (reply, answered) = oneshot::channel();
            let pending =
                Pending { draft: Box::new(draft), request: Request { fingerprint, validate_only, reply } };
            let sent = self.writer.send(pending).await;
            sent.map_err(|_| ApiError::dependency_unavailable(RETRY_AFTER))?;
            outcomes.push(Outcome::Waiting(answered));
        }
        Ok(outcomes)
    }

    /// Of these criteria those of the caller's side: what an authority or its contact point wrote holds for its goods, and
    /// for nobody else's.
    fn criteria_in_force(&self, caller: &Caller, all: &Arc<Vec<Criterion>>) -> Arc<Vec<Criterion>> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority);
        let own = |one: &&Criterion| one.authority == caller.authority || one.authority == *side;
        match all.iter().all(|one| own(&one)) {
            true => all.clone(),
            false => Arc::new(all.iter().filter(own).cloned().collect()),
        }
    }
}

/// Why there is no decision, for the caller.
pub fn undecided(error: &Undecided) -> ApiError {
    match error {
        Undecided::Reused => ApiError::reason(
            Code::InvalidArgument,
            ErrorReason::RequestIdReused,
            "this request id was used before with other content",
        )
        .field("request_id", "wants a new UUID for other goods"),
        Undecided::Unavailable => ApiError::dependency_unavailable(RETRY_AFTER),
        Undecided::WritesSuspended => ApiError::writes_suspended(),
    }
}
