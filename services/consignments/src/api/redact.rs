//! What a reader gets to see: each record is redacted by the code generated from the contract, with the eyes that the
//! rules give the reader.

use std::sync::Arc;

use async_trait::async_trait;
use prost::{DecodeError, Message, Name};
use seamless_calendar::Clock;
use seamless_disclosure::{Audience, Disclose, Override, View};
use seamless_feed::{Redactor, StoredEvent};
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_proto::seamless::{consignments::v1 as wire, disclosure::v1 as disclosure};
use seamless_service::error::ApiError;

use super::convert::inspection_out;
use crate::domain::{Rules, model::Inspection};

/// The pre-inspection as the reader may see it.
pub(super) fn inspection_for(
    rules: &Rules,
    reader: &AuthorityId,
    inspection: &Inspection,
) -> wire::Inspection {
    let mut message = inspection_out(inspection);
    let clearance = rules.clearance(&inspection.originator, reader);
    message.redact_for(&View::new(clearance, &inspection.content.disclosures, &[]));
    message
}

/// What only the side whose own it is ever gets to see: plans, selections, models.
pub(super) fn own<M: Disclose>(mut message: M) -> M {
    message.redact_for(&View::new(Audience::Originator, &[], &[]));
    message
}

/// Redacts events for the reader of the feed: with the rights of now, whenever they happened.
pub struct FeedRedactor {
    rules: Rules,
    clock: Arc<dyn Clock>,
}

impl FeedRedactor {
    /// A redactor by these rules.
    #[must_use]
    pub fn new(rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self { rules, clock }
    }

    /// What the reader is to what `owner` wrote, if it may see anything of it: the owner's side sees all, others what
    /// parties see while the arrangement is open to them.
    fn clearance(&self, reader: &AuthorityId, owner: &str, event: &StoredEvent) -> Option<Audience> {
        let owner = owner.parse::<AuthorityId>().ok()?;
        if self.rules.sees_as_owner(&owner, reader) {
            return Some(Audience::Originator);
        }
        let arrangement = event.arrangement.as_deref()?.parse::<ArrangementId>().ok()?;
        self.rules.is_open(&arrangement, reader, self.clock.now()).then_some(Audience::Parties)
    }

    fn redact_one(&self, reader: &AuthorityId, event: &StoredEvent) -> Result<Option<Vec<u8>>, DecodeError> {
        if event.event_type == wire::InspectionChanged::full_name() {
            let mut told = wire::InspectionChanged::decode(event.data.as_slice())?;
            let Some(inspection) = &mut told.inspection else { return Ok(None) };
            let Some(clearance) = self.clearance(reader, &inspection.originator, event) else {
                return Ok(None);
            };
            let overrides = overrides_of(&inspection.disclosures);
            inspection.redact_for(&View::new(clearance, &overrides, &[]));
            return Ok(Some(told.encode_to_vec()));
        }
        // What is not known here is shown to nobody.
        Ok(None)
    }
}

#[async_trait]
impl Redactor for FeedRedactor {
    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError> {
        let redacted = events.iter().map(|event| self.redact_one(reader, event).map_err(ApiError::internal));
        redacted.collect()
    }
}

fn overrides_of(disclosures: &[disclosure::FieldDisclosure]) -> Vec<Override> {
    let known = disclosures.iter().filter_map(|one| {
        let audience = Audience::try_from(one.audience).ok()?;
        Some(Override { path: one.path.clone(), audience, reason: one.reason.clone() })
    });
    known.collect()
}
