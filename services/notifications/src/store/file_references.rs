//! Which content of the file store is needed. Invariants: an attachment refers to a content before the content is made, and
//! for as long as it is stored; a content is removed only while the row of its digest is held and nobody refers to it. So
//! one that finishes and one that deletes the same content never pass each other unseen.

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use seamless_files::{FileError, FileStore};
use seamless_storage::{StorageError, WriteError};

use super::{
    Store,
    entities::{case_record, file_content, file_reference},
    fault,
};
use crate::domain::{
    DomainError, Refusal,
    model::{Attachment, AttachmentState},
    records::Record,
};

/// The states in which an attachment needs no content.
const ENDED: [AttachmentState; 3] =
    [AttachmentState::Rejected, AttachmentState::Expired, AttachmentState::Deleted];

/// A reference that its attachment needs no more.
#[derive(Clone, Debug)]
pub struct StaleReference {
    pub sha256: [u8; 32],
    /// The resource name of the attachment.
    pub attachment: String,
}

/// Why a content was not let go.
#[derive(Debug)]
enum ReleaseError {
    Storage(StorageError),
    Files(FileError),
}

impl From<StorageError> for ReleaseError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<sea_orm::DbErr> for ReleaseError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl WriteError for ReleaseError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Storage(error) => Some(error),
            Self::Files(_) => None,
        }
    }
}

impl Store {
    /// Notes that an attachment needs the content with this SHA-256, which from now on stays. To be called before the
    /// content is looked for or made; it waits until a removal of the same content is over. May be repeated.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn content_reserve(&self, sha256: &[u8; 32], attachment: &str) -> Result<(), DomainError> {
        let (sha256, attachment) = (hex::encode(sha256), attachment.to_owned());
        let reserved = self.database.write(move |tx| {
            let (sha256, attachment) = (sha256.clone(), attachment.clone());
            Box::pin(async move {
                hold(tx, &sha256).await?;
                let known = file_reference::Entity::find_by_id((sha256.clone(), attachment.clone()));
                if known.count(tx).await? == 0 {
                    let row =
                        file_reference::ActiveModel { sha256: Set(sha256), attachment: Set(attachment) };
                    file_reference::Entity::insert(row).exec_without_returning(tx).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        reserved.await.map_err(fault)
    }

    /// Notes that an attachment needs the content no more, and removes the content if nobody else does. May be repeated.
    ///
    /// The file is removed inside the transaction, since the row of the digest must be held meanwhile. Should the
    /// transaction fail after that, the reference stands as before, its attachment needs no content all the same, and
    /// whoever refers to the content next makes it anew.
    ///
    /// # Errors
    /// Those of the database; `Unavailable` if the file store is so.
    pub async fn content_release(
        &self,
        files: &FileStore,
        sha256: [u8; 32],
        attachment: &str,
    ) -> Result<(), DomainError> {
        let (files, attachment) = (files.clone(), attachment.to_owned());
        let released = self.database.write(move |tx| {
            let (files, attachment) = (files.clone(), attachment.clone());
            Box::pin(async move {
                let digest = hex::encode(sha256);
                hold(tx, &digest).await?;
                file_reference::Entity::delete_by_id((digest.clone(), attachment)).exec(tx).await?;
                let others =
                    file_reference::Entity::find().filter(file_reference::Column::Sha256.eq(&digest));
                if others.count(tx).await? == 0 {
                    files.delete(&sha256).await.map_err(ReleaseError::Files)?;
                    file_content::Entity::delete_by_id(digest).exec(tx).await?;
                }
                Ok::<_, ReleaseError>(())
            })
        });
        released.await.map_err(|error| match error {
            ReleaseError::Storage(error) => fault(error),
            ReleaseError::Files(error) => Refusal::Unavailable(error.to_string()).into(),
        })
    }

    /// References whose attachments have ended, which an interruption left behind; at most `limit`.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn content_stale_references(&self, limit: u64) -> Result<Vec<StaleReference>, DomainError> {
        let ended = Query::select()
            .column(case_record::Column::Name)
            .from(case_record::Entity)
            .and_where(Expr::col(case_record::Column::Kind).eq(Attachment::KIND))
            .and_where(Expr::col(case_record::Column::State).is_in(ENDED.map(|state| state as i32)))
            .to_owned();
        let rows = file_reference::Entity::find()
            .filter(file_reference::Column::Attachment.in_subquery(ended))
            .limit(limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let mut sha256 = [0; 32];
                hex::decode_to_slice(row.sha256, &mut sha256).ok()?;
                Some(StaleReference { sha256, attachment: row.attachment })
            })
            .collect())
    }
}

/// Holds the row of a digest until the transaction ends.
async fn hold(tx: &DatabaseTransaction, sha256: &str) -> Result<(), sea_orm::DbErr> {
    let row = file_content::ActiveModel { sha256: Set(sha256.to_owned()), revision: Set(1) };
    let revision = Expr::col((file_content::Entity, file_content::Column::Revision)).add(1);
    let again = OnConflict::column(file_content::Column::Sha256)
        .value(file_content::Column::Revision, revision)
        .to_owned();
    file_content::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}
