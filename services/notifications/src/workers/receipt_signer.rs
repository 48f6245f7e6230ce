//! Gives the entries of the ledgers their receipts. While the keys are out of reach the entries wait, and nothing else
//! does; an entry that is damaged stays without, and keeps no other waiting. Any number of replicas sign; the first receipt
//! of an entry counts.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::every;
use seamless_receipts::{ReceiptClaims, Signer};
use seamless_vocabulary::Vocabulary;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        DomainError,
        model::{EvidenceEntry, RECEIPT_ISSUER},
    },
    store::{Store, Unsigned, UnsignedPlace},
};

/// Entries signed in one go.
const BATCH: u64 = 200;

/// The worker.
pub struct ReceiptSigner {
    pub store: Store,
    pub signer: Arc<Signer>,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

/// What is remembered from one look to the next.
struct Memory {
    was_available: bool,
    /// The damaged entries that were told of: each once, though they are met at every look.
    told: BTreeSet<UnsignedPlace>,
}

impl ReceiptSigner {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let memory = Mutex::new(Memory { was_available: true, told: BTreeSet::new() });
        let look = || async { self.look(&mut *memory.lock().await, &token).await };
        every(self.interval, &token, "receipts not stored", look).await
    }

    /// Signs what waits. That the keys are out of reach is said once, until they are back.
    async fn look(&self, memory: &mut Memory, token: &CancellationToken) -> Result<(), DomainError> {
        let mut after = None;
        loop {
            let Unsigned { entries, damaged, last } =
                self.store.evidence_unsigned(after.as_ref(), BATCH).await?;
            let is_last = ((entries.len() + damaged.len()) as u64) < BATCH;
            for (place, error) in damaged {
                if memory.told.insert(place.clone()) {
                    let (_, notification, recipient, number) = place;
                    tracing::error!(%notification, recipient, number, %error, "an entry is not signed");
                }
            }
            let mut receipts = Vec::with_capacity(entries.len());
            for entry in entries {
                match self.signer.sign(&claims(&entry, self.clock.now())) {
                    Ok(receipt) => receipts.push((entry, receipt)),
                    Err(error) => {
                        if std::mem::replace(&mut memory.was_available, false) {
                            tracing::warn!(%error, "entries of ledgers wait for their receipts");
                        }
                        return Ok(());
                    }
                }
            }
            if !receipts.is_empty() {
                let signed = self.store.evidence_sign(receipts).await?;
                if !std::mem::replace(&mut memory.was_available, true) {
                    tracing::info!(signed, "receipts are signed again");
                }
            }
            if is_last || token.is_cancelled() {
                return Ok(());
            }
            after = last;
        }
    }
}

/// What the receipt of an entry says. Its id is the digest of the entry: so it binds all that the entry says, the principal
/// included, without naming it to the other side.
fn claims(entry: &EvidenceEntry, now: jiff::Timestamp) -> ReceiptClaims {
    let evidence = &entry.evidence;
    ReceiptClaims {
        iss: RECEIPT_ISSUER.to_owned(),
        iat: now.as_second(),
        sub: entry.name(),
        jti: hex::encode(entry.sha256),
        kind: evidence.kind.word().to_owned(),
        authority: evidence.authority.to_string(),
        principal: None,
        recorded: evidence.time.as_microsecond(),
        content_sha256: evidence.content_sha256,
        version: i32::try_from(evidence.version).unwrap_or(i32::MAX),
        previous: entry.previous,
    }
}
