//! Where goods are handed in to be screened: what is known of them is gathered, and the writer decides.

use std::{sync::Arc, time::Duration};

use prost::Message;
use seamless_api::{Violations, calls::request_id};
use seamless_proto::seamless::{consignments::v1 as wire, error::v1::ErrorReason};
use seamless_service::error::ApiError;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tonic::{Code, Status};
use uuid::Uuid;

use super::{context::Api, convert::consignment_in, held_facts::HeldFacts};
use crate::{
    domain::{
        Caller, Violation,
        criteria::Criterion,
        model::{CriterionState, EventStatus},
        records::RecordQuery,
        use_cases::{Arriving, GatherFacts},
    },
    store::KnownInspections,
    workers::screening_writer::{Decided, Desk, Pending, Request, Undecided},
};

/// Criteria of one side at most; further ones are not looked at.
const MOST_CRITERIA: u64 = 500;
/// How long a caller is asked to wait when decisions cannot be made durable.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Octets of a UUID of version 7 that say its time [RFC 9562, 5.7].
const MILLISECONDS: usize = 6;

/// Goods that a request brings, parsed.
#[derive(Clone, Debug)]
pub struct HandedIn {
    pub arriving: Arriving,
    pub fingerprint: i64,
    pub validate_only: bool,
}

/// What became of one.
pub enum Outcome {
    Waiting(oneshot::Receiver<Result<Decided, Undecided>>),
    Refused(Vec<Violation>),
}

/// The way to the writer, and what decisions are prepared with.
#[derive(Clone)]
pub struct ScreeningDesk {
    pub desk: Desk,
    pub(super) inspections: KnownInspections,
    pub(super) held: HeldFacts,
}

impl ScreeningDesk {
    /// A desk in front of the writer.
    #[must_use]
    pub fn new(desk: Desk, inspections: KnownInspections) -> Self {
        Self { desk, inspections, held: HeldFacts::default() }
    }
}

/// Parses goods to be screened.
pub(super) fn handed_in(
    found: &mut Violations,
    caller: &Caller,
    consignment: Option<wire::Consignment>,
    id: &str,
    validate_only: bool,
    status: i32,
) -> Option<HandedIn> {
    let key = match request_id(id) {
        Ok(key) => Some(key),
        Err(_) => {
            found.add("request_id", format!("wants a UUID chosen for this consignment; got {id:.60?}"));
            None
        }
    };
    let status = found.vocabulary("status", status, EventStatus::from_repr).unwrap_or(EventStatus::Actual);
    let Some(mut consignment) = consignment else {
        found.add("consignment", "is required");
        return None;
    };
    let fingerprint = fingerprint_of(&mut consignment, status);
    let consignment = consignment_in(found, "consignment", consignment)?;
    let arriving = Arriving { id: screening_id(caller, key?), consignment, status };
    Some(HandedIn { arriving, fingerprint, validate_only })
}

/// The key of the screening that a request of a caller leads to. It begins as the request's does: where request ids are
/// in the order of time, as those of version 7, the keys of one batch stand together in the database's index.
fn screening_id(caller: &Caller, request_id: Uuid) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(caller.authority.as_str().as_bytes());
    hash.update([0]);
    hash.update(request_id.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let mut key = *request_id.as_bytes();
    let begin = MILLISECONDS..key.len();
    key[begin.clone()].copy_from_slice(&hash[begin]);
    Uuid::new_v8(key)
}

/// Takes the goods for writing, and leaves them as they were.
fn fingerprint_of(consignment: &mut wire::Consignment, status: EventStatus) -> i64 {
    // A map has no order on the wire: its entries are digested in theirs.
    let features = std::mem::take(&mut consignment.features);
    let encoded = consignment.encode_to_vec();
    consignment.features = features;
    let mut features: Vec<(&String, &String)> = consignment.features.iter().collect();
    features.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(encoded);
    for (name, value) in features {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.as_bytes());
        hash.update([0]);
    }
    hash.update([status as u8]);
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().map_or(0, |octets| i64::from_be_bytes(*octets))
}

impl Api {
    /// Gathers what is known of the goods and hands them to the writer, in their order.
    ///
    /// # Errors
    /// Those of the store; UNAVAILABLE while the service stops.
    pub(super) async fn hand_over(
        &self,
        caller: &Caller,
        goods: Vec<HandedIn>,
    ) -> Result<Vec<Outcome>, Status> {
        let side = self.rules.side_of(&caller.authority).clone();
        let models = self.models.current(&side).map_err(ApiError::from)?;
        let active = RecordQuery {
            owners: self.rules.cooperation.authorities().map(|one| one.id.clone()).collect(),
            states: vec![CriterionState::Active as i32],
            limit: MOST_CRITERIA,
            ..RecordQuery::default()
        };
        let held = self.desk.held.get(&self.store, &active).await.map_err(ApiError::from)?;
        let criteria = self.criteria_in_force(caller, &held.criteria);
        let gather = GatherFacts {
            rules: &self.rules,
            inspections: &self.desk.inspections,
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
            let sent = self.desk.desk.send(pending).await;
            sent.map_err(|_| ApiError::dependency_unavailable(RETRY_AFTER))?;
            outcomes.push(Outcome::Waiting(answered));
        }
        Ok(outcomes)
    }

    /// Of these criteria those of the caller's side: what an authority or its contact point wrote holds for its goods, and
    /// for nobody else's.
    fn criteria_in_force(&self, caller: &Caller, all: &Arc<Vec<Criterion>>) -> Arc<Vec<Criterion>> {
        let side = self.rules.side_of(&caller.authority);
        let own = |one: &&Criterion| one.authority == caller.authority || one.authority == *side;
        match all.iter().all(|one| own(&one)) {
            true => all.clone(),
            false => Arc::new(all.iter().filter(own).cloned().collect()),
        }
    }
}

/// Why there is no decision, for the caller.
pub(super) fn undecided(error: &Undecided) -> ApiError {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation. The same request must lead to the same screening, whichever version answers it again.
    #[test]
    fn the_keys_of_screenings_and_the_fingerprints_of_goods_never_change() {
        let caller = Caller { authority: "nl-customs".parse().unwrap(), principal: String::new() };
        let id = screening_id(&caller, Uuid::from_u128(0x0199_3f2e_0000_7000_8000_0000_0000_0001));
        assert_eq!(
            id.to_string(),
            "01993f2e-0000-8a16-a8a1-a0d412cb0f97",
            "computed by another implementation"
        );
        let mut goods = wire::Consignment {
            entry_point: "NLRTM".to_owned(),
            description: "a doll".to_owned(),
            gtins: vec!["06291041500213".to_owned()],
            features: [("colour", "red"), ("age", "3")]
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            ..wire::Consignment::default()
        };
        assert_eq!(fingerprint_of(&mut goods, EventStatus::Actual), 3_902_985_127_285_030_609);
        assert_eq!(goods.features.len(), 2, "the goods are as they were");
    }
}
