//! The whole file of one case, as far as one authority may see it, item by item.
//!
//! Invariant: the manifest is the last item, and tells count and digest of all before it; a file that ends without one was
//! cut off. Each item has its number and its own digest, so that what was changed can be named. The file is written by turns with what other authorities want, and nobody has the turn while a slow reader is
//! waited for.

use prost::Message;
use seamless_api::{refusal, violations::timestamp_out};
use seamless_feed::{Redactor, epoch::Head, subject};
use seamless_proto::seamless::notifications::v1::{self as wire, export_evidence_response::Item};
use seamless_receipts::ReceiptClaims;
use seamless_service::{Turn, Weight, WorkTurns};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::context::Api;
use crate::{
    contract::{
        clock_out, hex_out,
        redact::{evidence_for, follow_up_for, notification_for, removal_for, transmission_for},
    },
    domain::{
        Caller, DomainError,
        model::{Notification, RECEIPT_ISSUER, Transmission},
        ports::{ClockReader, EvidenceReader, FollowUpReader, TransmissionReader},
        relation::Relation,
    },
};

/// Items that wait for a slow reader.
const AHEAD: usize = 16;
/// Events looked up at once.
const EVENTS: usize = 100;

/// A file while it is written.
pub(super) struct CaseFile {
    api: Api,
    caller: Caller,
    relation: Relation,
    notification: Notification,
    items: mpsc::Sender<Result<wire::ExportEvidenceResponse, Status>>,
    turns: Option<WorkTurns>,
    turn: Option<Turn>,
    count: i64,
    hash: Sha256,
}

/// Why a file was not finished.
enum Stop {
    /// Nobody reads it any more.
    Gone,
    /// It cannot be made.
    Failed(Status),
}

impl From<DomainError> for Stop {
    fn from(error: DomainError) -> Self {
        Self::Failed(refusal(error))
    }
}

impl CaseFile {
    /// The file of a notification that the caller may see, as this relation lets it.
    pub(super) fn stream(
        api: Api,
        caller: Caller,
        notification: Notification,
        relation: Relation,
        turns: Option<WorkTurns>,
    ) -> ReceiverStream<Result<wire::ExportEvidenceResponse, Status>> {
        let (items, stream) = mpsc::channel(AHEAD);
        let hash = Sha256::new();
        let mut file = Self { api, caller, relation, notification, items, turns, turn: None, count: 0, hash };
        tokio::spawn(async move {
            file.turn = WorkTurns::take_if_any(file.turns.as_ref(), Weight::Heavy).await;
            let written = file.write().await;
            file.turn = None;
            if let Err(Stop::Failed(status)) = written {
                // The caller is gone if nobody takes it.
                let _ = file.items.send(Err(status)).await;
            }
        });
        ReceiverStream::new(stream)
    }

    async fn write(&mut self) -> Result<(), Stop> {
        let now = self.api.clock.now();
        let feed = self.api.store.feed_head().await?;
        self.put(Item::Head(wire::ExportHead {
            notification: self.notification.name(),
            exporting_authority: self.caller.authority.to_string(),
            principal: self.caller.principal.clone(),
            export_time: Some(timestamp_out(now)),
            feed_position: feed.position,
            status: self.notification.status as i32,
        }))
        .await?;
        let known = self.api.known(&self.caller, std::iter::once(&self.notification.content)).await?;
        let shown = notification_for(&self.api.rules, &self.notification, &self.relation, &known);
        self.put(Item::Notification(shown)).await?;
        for transmission in self.api.store.transmission_list(self.notification.id).await? {
            let is_own = transmission.recipient == self.caller.authority;
            if is_own || !matches!(self.relation, Relation::Recipient(_)) {
                self.put_transmission(&transmission).await?;
            }
        }
        self.put_events(&feed).await?;
        if let Ok(jwks) = self.api.signer.jwks() {
            self.put(Item::Keys(wire::GetReceiptKeysResponse { jwks })).await?;
        }
        let digest: [u8; 32] = self.hash.clone().finalize().into();
        let sha256 = hex_out(&digest);
        let claims = ReceiptClaims {
            iss: RECEIPT_ISSUER.to_owned(),
            iat: now.as_second(),
            sub: self.notification.name(),
            jti: sha256.clone(),
            kind: "exported".to_owned(),
            authority: self.caller.authority.to_string(),
            principal: None,
            recorded: now.as_microsecond(),
            content_sha256: digest,
            version: i32::try_from(self.notification.version).unwrap_or(i32::MAX),
            previous: None,
        };
        let receipt = self.api.signer.sign(&claims).unwrap_or_default();
        let manifest = wire::ExportManifest { item_count: self.count, sha256, receipt };
        self.put(Item::Manifest(manifest)).await
    }

    async fn put_transmission(&mut self, transmission: &Transmission) -> Result<(), Stop> {
        let (id, recipient) = (transmission.notification, &transmission.recipient);
        self.put(Item::Transmission(transmission_for(transmission))).await?;
        let reader = self.caller.authority.clone();
        for entry in self.api.store.evidence_list_of(id, recipient).await? {
            self.put(Item::Evidence(evidence_for(&reader, &entry))).await?;
        }
        for clock in self.api.store.clock_list_of(id, recipient).await? {
            self.put(Item::Clock(clock_out(&clock))).await?;
        }
        if let Some(follow_up) = self.api.store.follow_up_get(id, recipient).await? {
            self.put(Item::FollowUp(follow_up_for(&reader, &follow_up))).await?;
        }
        for removal in self.api.removals_of(&reader, id, recipient).await? {
            self.put(Item::Removal(removal_for(&self.api.rules, &reader, &removal))).await?;
        }
        if matches!(self.relation, Relation::Recipient(_)) {
            return Ok(());
        }
        let holder = self.api.holder(&self.caller, transmission).await?;
        // Each removal is an item of its own.
        self.put(Item::Holder(wire::Holder { removals: Vec::new(), ..holder })).await
    }

    async fn put_events(&mut self, feed: &Head) -> Result<(), Stop> {
        let (up_to, epoch) = (feed.position, feed.epoch.id.to_string());
        let reader = self.caller.authority.clone();
        let (mut after, mut previous) = (0, 0);
        loop {
            let chained =
                self.api.store.case_events(&reader, self.notification.id, after, up_to, EVENTS).await?;
            let Some(last) = chained.last() else { return Ok(()) };
            after = last.event.position;
            let (events, digests): (Vec<_>, Vec<_>) =
                chained.into_iter().map(|chained| (chained.event, chained.chain_digest)).unzip();
            let redacted = self.api.redactor.redact(&reader, &events).await;
            let redacted = redacted.map_err(|error| Stop::Failed(error.into()))?;
            for ((event, digest), data) in events.into_iter().zip(digests).zip(redacted) {
                let Some(data) = data else { continue };
                let position = event.position;
                let event = Some(subject::shown(event, previous, data, epoch.clone()));
                let chain_sha256 = hex::encode(digest);
                self.put(Item::Event(wire::ExportedEvent { event, chain_sha256 })).await?;
                previous = position;
            }
        }
    }

    /// Hands an item over, and counts it in.
    async fn put(&mut self, item: Item) -> Result<(), Stop> {
        self.count += 1;
        let mut item =
            wire::ExportEvidenceResponse { item: Some(item), number: self.count, ..Default::default() };
        item.item_sha256 = hex::encode(Sha256::digest(item.encode_to_vec()));
        let bytes = item.encode_to_vec();
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
        let item = match self.items.try_send(Ok(item)) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(_)) => return Err(Stop::Gone),
            Err(TrySendError::Full(item)) => item,
        };
        self.turn = None;
        self.items.send(item).await.map_err(|_| Stop::Gone)?;
        self.turn = WorkTurns::take_if_any(self.turns.as_ref(), Weight::Heavy).await;
        Ok(())
    }
}
