//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the
//! rules give the reader.

use std::sync::Arc;

use async_trait::async_trait;
use prost::{DecodeError, Message};
use seamless_api::overrides_of;
use seamless_calendar::Clock;
use seamless_disclosure::{Audience, Disclose, Override, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_proto::{events::consignments::EventType, seamless::consignments::v1 as wire};
use seamless_service::error::ApiError;
use uuid::Uuid;

use super::{
    approval_out, certificate_use::balance_out, control_out, inspection_out, trust_change_out, trust_out,
};
use crate::{
    domain::{
        Rules,
        model::{Approval, CertificateBalance, Control, Inspection, Trust, TrustChange, inspection_of},
        use_cases::SeenInspection,
    },
    store::Store,
};

/// The pre-inspection as the reader may see it.
pub fn inspection_for(rules: &Rules, reader: &AuthorityId, inspection: &Inspection) -> wire::Inspection {
    let mut message = inspection_out(inspection);
    let clearance = rules.clearance(&inspection.originator, reader);
    message.redact_for(&View::new(clearance, &inspection.content.disclosures, &[]));
    message
}

/// A version of a pre-inspection as the reader may see it: what was open in it, and is open still.
pub fn seen_inspection(rules: &Rules, reader: &AuthorityId, sight: &SeenInspection) -> wire::Inspection {
    let mut message = inspection_for(rules, reader, &sight.inspection);
    let clearance = rules.clearance(&sight.inspection.originator, reader);
    message.redact_for(&View::new(clearance, &sight.disclosures_now, &[]));
    message
}

/// As [`seen_inspection`], with how far arrivals have used the certificate. Whoever is not shown what it covers is not shown
/// how much of that is left.
pub fn used_inspection(
    rules: &Rules,
    reader: &AuthorityId,
    sight: &SeenInspection,
    balance: &CertificateBalance,
) -> wire::Inspection {
    let mut message = seen_inspection(rules, reader, sight);
    let mut told = balance_out(balance, &sight.inspection.content);
    let whole = inspection_out(&sight.inspection);
    if message.items != whole.items || message.reuse != whole.reuse {
        told.quantities.clear();
    }
    message.balance = Some(told);
    message
}

/// The control as the reader may see it.
pub fn control_for(rules: &Rules, reader: &AuthorityId, control: &Control) -> wire::Control {
    control_out(control).shown_to(rules.clearance(&control.authority, reader))
}

/// The reliability as the reader may see it.
pub fn trust_for(rules: &Rules, reader: &AuthorityId, trust: &Trust) -> wire::Trust {
    trust_out(trust).shown_to(rules.clearance(&trust.side, reader))
}

/// The change of a reliability as the reader may see it.
pub fn trust_change_for(rules: &Rules, reader: &AuthorityId, change: &TrustChange) -> wire::TrustChange {
    trust_change_out(change).shown_to(rules.clearance(&change.trust.side, reader))
}

/// The approval as the reader may see it.
pub fn approval_for(rules: &Rules, reader: &AuthorityId, approval: &Approval) -> wire::Approval {
    approval_out(approval).shown_to(rules.clearance(&approval.authority, reader))
}

/// What only the side whose own it is ever gets to see: plans, selections, models.
pub fn own<M: Disclose>(mut message: M) -> M {
    message.redact_for(&View::new(Audience::Originator, &[], &[]));
    message
}

/// Redacts events for the reader of the feed: with the rights of now, whenever they happened.
pub struct FeedRedactor {
    store: Store,
    rules: Rules,
    clock: Arc<dyn Clock>,
}

impl FeedRedactor {
    /// A redactor by these rules.
    #[must_use]
    pub fn new(store: Store, rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self { store, rules, clock }
    }

    /// What the reader is to what `owner` wrote, if it may see anything of it: the owner's side sees all, others what
    /// parties see while the arrangement is open to them.
    fn clearance(&self, reader: &AuthorityId, owner: &str, event: &StoredEvent) -> Option<Audience> {
        let owner = owner.parse::<AuthorityId>().ok()?;
        if self.rules.cooperation.sees_as_owner(&owner, reader) {
            return Some(Audience::Originator);
        }
        let arrangement = event.arrangement.as_deref()?.parse::<ArrangementId>().ok()?;
        self.rules
            .cooperation
            .is_open_to_side(&arrangement, reader, self.clock.now())
            .then_some(Audience::Parties)
    }

    /// What the reader is to what a side says of an inspection body: every authority of the side, and the body's own,
    /// see what parties see.
    fn body_clearance(&self, reader: &AuthorityId, side: &str, body: &str) -> Option<Audience> {
        let bodies = &self.rules.pilot.inspection_bodies;
        let is_own = bodies.values().any(|known| known.id.as_str() == body && known.authority == *reader);
        (is_own || self.rules.cooperation.contact_point_of(reader).as_str() == side)
            .then_some(Audience::Parties)
    }

    /// The event as the reader may see it, and `None` where it may not. Every type of the contract has its row: without
    /// one a new type does not compile.
    ///
    /// `now` are the audiences that the originator has set for the pre-inspection of the event by now: what is shown must
    /// have been open when it was written, and be open still.
    fn redact_one(
        &self,
        reader: &AuthorityId,
        event: &StoredEvent,
        now: Option<&Vec<Override>>,
    ) -> Result<Option<Vec<u8>>, DecodeError> {
        let data = event.data.as_slice();
        let by_owner = |owner: &str| self.clearance(reader, owner, event);
        let Some(event_type) = EventType::from_name(&event.event_type) else {
            // Of a later version of this service: shown to nobody.
            return Ok(None);
        };
        match event_type {
            EventType::InspectionChanged => {
                let mut told = wire::InspectionChanged::decode(data)?;
                let Some(inspection) = &mut told.inspection else { return Ok(None) };
                let Some(clearance) = by_owner(&inspection.originator) else { return Ok(None) };
                let overrides = overrides_of(&inspection.disclosures);
                inspection.redact_for(&View::new(clearance, &overrides, &[]));
                inspection.redact_for(&View::new(clearance, now.map_or(&[], Vec::as_slice), &[]));
                Ok(Some(told.encode_to_vec()))
            }
            EventType::ControlChanged => redacted(data, |told: &wire::ControlChanged| {
                told.control.as_ref().and_then(|control| by_owner(&control.authority))
            }),
            EventType::ControlOverdue => redacted(data, |told: &wire::ControlOverdue| {
                told.control.as_ref().and_then(|control| by_owner(&control.authority))
            }),
            EventType::TrustChanged => redacted(data, |told: &wire::TrustChanged| {
                let trust = told.change.as_ref()?.trust.as_ref()?;
                self.body_clearance(reader, &trust.authority, &trust.inspection_body)
            }),
            EventType::ApprovalChanged => redacted(data, |told: &wire::ApprovalChanged| {
                let approval = told.approval.as_ref()?;
                self.body_clearance(reader, &approval.authority, &approval.inspection_body)
            }),
            EventType::PlanClosed => redacted(data, |told: &wire::PlanClosed| {
                told.plan.as_ref().and_then(|plan| by_owner(&plan.authority))
            }),
            EventType::CriterionChanged => redacted(data, |told: &wire::CriterionChanged| {
                told.criterion.as_ref().and_then(|criterion| by_owner(&criterion.authority))
            }),
            EventType::LaneOverridden => redacted(data, |told: &wire::LaneOverridden| {
                told.screening.as_ref().and_then(|screening| by_owner(&screening.authority))
            }),
            EventType::ConsignmentScreened => redacted(data, |told: &wire::ConsignmentScreened| {
                told.screening.as_ref().and_then(|screening| by_owner(&screening.authority))
            }),
            EventType::ModelChanged => redacted(data, |told: &wire::ModelChanged| {
                let model = told.model.as_ref()?;
                (self.rules.cooperation.contact_point_of(reader).as_str() == model.authority)
                    .then_some(Audience::Originator)
            }),
            // Who screened sees all, who issued what parties see; the rest of the arrangement is no reader.
            EventType::CertificateMisused => {
                redacted(data, |told: &wire::CertificateMisused| by_owner(&told.authority))
            }
            EventType::ScreeningsAggregated => {
                let told = wire::ScreeningsAggregated::decode(data)?;
                let mut entry_points = self.rules.pilot.entry_points.values();
                let known = entry_points.find(|known| known.id.to_string() == told.entry_point);
                let is_own =
                    known.is_some_and(|known| self.rules.cooperation.sees_as_owner(&known.authority, reader));
                Ok(is_own.then(|| event.data.clone()))
            }
        }
    }
}

/// The event with the clearance that its reader has; none of it where it has none.
fn redacted<M: Message + Default + Disclose>(
    data: &[u8],
    clearance: impl FnOnce(&M) -> Option<Audience>,
) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut told = M::decode(data)?;
    Ok(clearance(&told).map(|clearance| {
        told.redact_for(&View::declared(clearance));
        told.encode_to_vec()
    }))
}

#[async_trait]
impl Redactor for FeedRedactor {
    fn types(&self) -> &'static [&'static str] {
        EventType::FULL_NAMES
    }

    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let keys: Vec<Option<Uuid>> = events.iter().map(|event| inspection_of(&event.subject)).collect();
        let mut wanted: Vec<Uuid> = keys.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let disclosures = self.store.inspection_disclosures(&wanted).await?;
        let redacted = events.iter().zip(keys).map(|(event, key)| {
            let now = key.and_then(|key| disclosures.get(&key));
            self.redact_one(reader, event, now).map_err(ApiError::internal)
        });
        redacted.collect()
    }
}
