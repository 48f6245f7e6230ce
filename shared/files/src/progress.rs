//! How far an upload has come.
//!
//! An upload stands at `uploads/<id>/`: `announced.json`, what the client said; `touched`, when it was last heard of, in
//! microseconds since 1970 by the clock of the service; `parts/<offset>`, what came, by the offset of its first octet
//! in twenty digits; and in the end `finished.json` in the place of the parts. Invariants: a part is made only at the
//! offset where the parts before it end, and made only once, so the parts are the content from its first octet on
//! without a gap; `touched` is there before anything else and goes last.

use bytes::Bytes;
use futures::TryStreamExt;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, PutPayload};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Announced, FileError, FileStore, StoredFile, UploadId};

pub(crate) const PARTS: &str = "parts";
pub(crate) const TOUCHED: &str = "touched";
const ANNOUNCED: &str = "announced.json";
const FINISHED: &str = "finished.json";

/// A part of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) path: Path,
    pub(crate) offset: u64,
    pub(crate) size: u64,
}

/// An upload that is not finished.
pub(crate) struct Progress {
    pub(crate) announced: Announced,
    pub(crate) parts: Vec<Part>,
}

impl Progress {
    /// How many octets are kept, from the first on.
    pub(crate) fn committed(&self) -> u64 {
        self.parts.last().map_or(0, |last| last.offset + last.size)
    }
}

/// An upload as it stands.
pub(crate) enum Standing {
    UnderWay(Progress),
    Finished(StoredFile),
}

impl Standing {
    pub(crate) fn committed(&self) -> u64 {
        match self {
            Self::UnderWay(progress) => progress.committed(),
            Self::Finished(file) => file.size,
        }
    }
}

impl FileStore {
    pub(crate) async fn standing(&self, upload: UploadId) -> Result<Standing, FileError> {
        let folder = self.upload_path(upload);
        let announced = self.document(&folder.join(ANNOUNCED)).await?;
        let parts = self.parts(upload).await?;
        // Asked last: once parts go missing because another call has finished the upload, that is already written.
        if let Some(file) = self.finished(upload).await? {
            return Ok(Standing::Finished(file));
        }
        let announced = announced.ok_or(FileError::NotFound("upload"))?;
        Ok(Standing::UnderWay(Progress { announced, parts }))
    }

    /// Whether the upload was announced just now; not so if it had been announced already.
    pub(crate) async fn announce(&self, upload: UploadId, announced: &Announced) -> Result<bool, FileError> {
        self.create(&self.upload_path(upload).join(ANNOUNCED), json_of(announced)?).await
    }

    pub(crate) async fn announced(&self, upload: UploadId) -> Result<Option<Announced>, FileError> {
        self.document(&self.upload_path(upload).join(ANNOUNCED)).await
    }

    pub(crate) async fn finished(&self, upload: UploadId) -> Result<Option<StoredFile>, FileError> {
        self.document(&self.upload_path(upload).join(FINISHED)).await
    }

    /// Puts `finished.json` in the place of the parts and of the announcement.
    pub(crate) async fn conclude(&self, upload: UploadId, file: &StoredFile) -> Result<(), FileError> {
        let folder = self.upload_path(upload);
        self.overwrite(&folder.clone().join(FINISHED), json_of(file)?).await?;
        for part in self.parts(upload).await? {
            self.remove(&part.path).await?;
        }
        self.remove(&folder.join(ANNOUNCED)).await
    }

    pub(crate) async fn touch(&self, upload: UploadId, now: Timestamp) -> Result<(), FileError> {
        let text = now.as_microsecond().to_string();
        self.overwrite(&self.upload_path(upload).join(TOUCHED), PutPayload::from(text)).await
    }

    /// Removes all of an upload. The announcement goes first, so that nothing more is accepted, and `touched` last, so
    /// that an interruption leaves something that expires.
    pub(crate) async fn remove_upload(&self, folder: &Path) -> Result<(), FileError> {
        self.remove(&folder.clone().join(ANNOUNCED)).await?;
        let touched = folder.clone().join(TOUCHED);
        let mut objects = self.objects.list(Some(folder));
        let mut found = Vec::new();
        while let Some(object) = objects.try_next().await.map_err(unavailable)? {
            found.push(object.location);
        }
        for path in found.iter().filter(|path| **path != touched) {
            self.remove(path).await?;
        }
        self.remove(&touched).await
    }

    /// The parts in order, up to the first gap; there is none but after an abort that crossed with an append.
    async fn parts(&self, upload: UploadId) -> Result<Vec<Part>, FileError> {
        let folder = self.upload_path(upload).join(PARTS);
        let mut objects = self.objects.list(Some(&folder));
        let mut parts = Vec::new();
        while let Some(object) = objects.try_next().await.map_err(unavailable)? {
            let offset = object.location.filename().and_then(|name| name.parse().ok());
            let Some(offset) = offset else { continue };
            parts.push(Part { path: object.location, offset, size: object.size });
        }
        parts.sort_by_key(|part| part.offset);
        let mut committed = 0;
        parts.retain(|part| {
            let follows = part.offset == committed;
            committed += if follows { part.size } else { 0 };
            follows
        });
        Ok(parts)
    }

    async fn document<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, FileError> {
        let Some(octets) = self.small_object(path).await? else { return Ok(None) };
        serde_json::from_slice(&octets)
            .map(Some)
            .map_err(|error| FileError::Unavailable(format!("{path}: {error}")))
    }
}

pub(crate) fn unavailable(error: object_store::Error) -> FileError {
    FileError::Unavailable(error.to_string())
}

fn json_of(document: &impl Serialize) -> Result<PutPayload, FileError> {
    let octets = serde_json::to_vec(document).map_err(|error| FileError::Unavailable(error.to_string()))?;
    Ok(PutPayload::from(Bytes::from(octets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uploads that an older version began, or finished, go on.
    #[test]
    fn what_is_kept_of_an_upload_never_changes() {
        let digest = "171,".repeat(32);
        let digest = digest.trim_end_matches(',');
        let (media_type, sha256, size) = ("image/png".to_owned(), [171; 32], 7);
        let kept =
            format!(r#"{{"file_name":"水壶.png","media_type":"image/png","size":7,"sha256":[{digest}]}}"#);
        let announced =
            Announced { file_name: "水壶.png".to_owned(), media_type: media_type.clone(), size, sha256 };
        assert_eq!(serde_json::to_string(&announced).unwrap(), kept);
        assert_eq!(serde_json::from_str::<Announced>(&kept).unwrap(), announced);
        let kept = format!(r#"{{"sha256":[{digest}],"size":7,"media_type":"image/png"}}"#);
        let file = StoredFile { sha256, size, media_type };
        assert_eq!(serde_json::to_string(&file).unwrap(), kept);
        assert_eq!(serde_json::from_str::<StoredFile>(&kept).unwrap(), file);
    }
}
