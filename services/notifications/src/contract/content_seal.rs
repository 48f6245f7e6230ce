//! The digest of what a reader is shown: so that either side can prove afterwards what was sent.

use prost::Message;
use seamless_proto::seamless::notifications::v1 as wire;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Known, redact::notification_for};
use crate::domain::{
    Rules,
    ledger::ContentSeal,
    model::{Notification, Sha256Digest},
    relation::Relation,
};

/// Seals in the form that `EvidenceEntry.content_sha256` of the contract describes.
pub struct ContractSeal<'a>(pub &'a Rules);

impl ContentSeal for ContractSeal<'_> {
    fn content(&self, notification: &Notification, relation: &Relation) -> Sha256Digest {
        content_sha256(notification_for(self.0, notification, relation, &Known::default()))
    }

    fn salt(&self) -> [u8; 16] {
        Uuid::new_v4().into_bytes()
    }
}

/// The digest of a notification as its reader is shown it. What changes without a new version is not part of it. The
/// library encodes fields in ascending number, leaves defaults out and packs lists, as the contract asks.
pub fn content_sha256(mut shown: wire::Notification) -> Sha256Digest {
    shown.update_time = None;
    shown.etag.clear();
    shown.state = 0;
    shown.withdraw_reason.clear();
    // Whether its name is shown depends on what the reader holds besides.
    Known::default().hide(&mut shown);
    Sha256::digest(shown.encode_to_vec()).into()
}
