//! What happens to attachments and their files, whether a caller or a worker brings it about: steps that the service itself
//! establishes, and the removal of what is kept of an attachment that has ended.

use std::sync::Arc;

use jiff::Timestamp;
use seamless_api::settle;
use seamless_calendar::Clock;
use seamless_files::{FileError, UploadId};

use crate::{
    commit::Decisions,
    domain::{
        DomainError, Refusal,
        model::{Attachment, AttachmentStep},
        ports::AttachmentReader,
        records::by_time,
        use_cases::TakeAttachmentStep,
    },
    store::{Files, Store},
};

/// Attachments looked at in one go.
const BATCH: u64 = 200;

/// Attachments, with the files behind them.
#[derive(Clone)]
pub struct Attachments {
    pub store: Store,
    pub files: Files,
    pub clock: Arc<dyn Clock>,
    pub decisions: Decisions,
}

impl Attachments {
    /// The steps of attachments, on this service's store.
    pub fn steps(&self) -> TakeAttachmentStep<'_> {
        TakeAttachmentStep {
            rules: &self.decisions.rules,
            notifications: &self.store,
            transmissions: &self.store,
            records: &self.store,
        }
    }

    /// Takes a step that the service itself establishes, and cleans up after one that ends the attachment.
    ///
    /// # Errors
    /// Those of the use case; `Conflict` if others kept changing the attachment.
    pub async fn settle(
        &self,
        attachment: &Attachment,
        step: AttachmentStep,
    ) -> Result<Attachment, DomainError> {
        let steps = self.steps();
        let decide = |now| steps.execute(attachment.notification, attachment.id, step.clone(), now);
        let settled = settle(&self.decisions, None, decide).await?;
        if !settled.is_live() {
            self.clean_up(&settled).await;
        }
        Ok(settled)
    }

    /// Removes what is kept of an attachment that has ended. What cannot be removed now, the worker removes later.
    pub async fn clean_up(&self, attachment: &Attachment) {
        let name = attachment.name();
        if let Err(error) = self.files.store.abort(UploadId(attachment.id)).await {
            tracing::warn!(attachment = name, %error, "what came of an upload is not removed yet");
        }
        let released = self.store.content_release(&self.files.store, attachment.file.sha256, &name).await;
        if let Err(error) = released {
            tracing::warn!(attachment = name, %error, "the content of an attachment is not removed yet");
        }
    }

    /// The uploads that nobody goes on with are given up, and what an interruption left behind is removed.
    ///
    /// # Errors
    /// Those of the store and of the file store; what was done stays done.
    pub async fn purge_uploads(&self) -> Result<usize, DomainError> {
        let now = self.clock.now();
        let unavailable = |error: FileError| DomainError::Refused(Refusal::Unavailable(error.to_string()));
        self.files.store.purge_expired(now).await.map_err(unavailable)?;
        let mut given_up = 0;
        let expiry = self.files.settings.upload_expiry;
        let announced_before = now.checked_sub(expiry).unwrap_or(Timestamp::MIN);
        let mut after = None;
        loop {
            let batch = self.store.attachment_uploading(announced_before, after.as_ref(), BATCH).await?;
            for attachment in &batch {
                match self.files.store.status(UploadId(attachment.id)).await {
                    // Somebody has gone on with it since: it lasts longer.
                    Ok(_) => continue,
                    Err(FileError::NotFound(_)) => {}
                    Err(error) => return Err(unavailable(error)),
                }
                match self.settle(attachment, AttachmentStep::Expire).await {
                    Ok(_) => given_up += 1,
                    // Another replica was faster, or it was stored or deleted just now.
                    Err(DomainError::Refused(Refusal::IllegalTransition { .. } | Refusal::Conflict)) => {}
                    Err(error) => return Err(error),
                }
            }
            after = batch.last().map(|last| (by_time(last.create_time), last.name()));
            if (batch.len() as u64) < BATCH {
                break;
            }
        }
        for stale in self.store.content_stale_references(BATCH).await? {
            self.store.content_release(&self.files.store, stale.sha256, &stale.attachment).await?;
        }
        Ok(given_up)
    }
}
