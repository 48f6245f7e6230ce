//! Gives the entries of the ledgers their receipts. While the keys are out of reach the entries wait, and nothing else
//! does. Any number of replicas sign; the first receipt of an entry counts.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_receipts::{ReceiptClaims, Signer};
use tokio_util::sync::CancellationToken;

use crate::{
    api::RECEIPT_ISSUER,
    domain::{DomainError, model::EvidenceEntry},
    store::Store,
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

/// What came of a look.
enum Look {
    /// Everything has its receipt.
    Done,
    /// There was more than one go.
    More,
    /// The keys are out of reach.
    Unavailable,
}

impl ReceiptSigner {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let mut was_available = true;
        loop {
            match self.look(&mut was_available).await {
                Ok(Look::More) if !token.is_cancelled() => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "receipts not stored; tried again at the next interval"),
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.interval) => {}
            }
        }
    }

    /// Signs what waits. That the keys are out of reach is said once, until they are back.
    async fn look(&self, was_available: &mut bool) -> Result<Look, DomainError> {
        let waiting = self.store.evidence_unsigned(BATCH).await?;
        if waiting.is_empty() {
            return Ok(Look::Done);
        }
        let is_all = (waiting.len() as u64) < BATCH;
        let mut receipts = Vec::with_capacity(waiting.len());
        for entry in waiting {
            match self.signer.sign(&claims(&entry, self.clock.now())) {
                Ok(receipt) => receipts.push((entry, receipt)),
                Err(error) => {
                    if std::mem::replace(was_available, false) {
                        tracing::warn!(%error, "entries of ledgers wait for their receipts");
                    }
                    return Ok(Look::Unavailable);
                }
            }
        }
        let signed = self.store.evidence_sign(receipts).await?;
        if !std::mem::replace(was_available, true) {
            tracing::info!(signed, "receipts are signed again");
        }
        Ok(if is_all { Look::Done } else { Look::More })
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
