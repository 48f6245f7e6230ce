//! A place where others put files for us, a folder or a bucket: they are listed, fetched, and taken away.
//!
//! Invariant: a file that was replaced after it was listed is neither fetched nor taken away as the one that was listed.

use std::path::Path as FilePath;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, copy};

use crate::backend::{self, Backend};
use crate::{FileError, S3Settings};

/// From this on content is sent in parts, in octets.
const IN_PARTS: usize = 8 << 20;

/// A folder or a bucket with files of others at its top. Needs a tokio runtime.
pub struct Inbox {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// A file at the top of an inbox, as it was listed.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Without the places above it.
    pub name: String,
    listed: ObjectMeta,
}

impl Inbox {
    /// Opens `file:///path`, or `s3://bucket/prefix` where this was built with the feature `s3` and a TLS provider was
    /// installed in the process. How a bucket is reached and by whom stands in `s3`; without it in the variables of the
    /// environment that other programs for S3 read (`AWS_REGION`, `AWS_ACCESS_KEY_ID` and so on), and else the identity of
    /// the machine counts. Nothing is asked of a bucket yet; a folder is made if it is absent.
    ///
    /// # Errors
    /// [`FileError::Invalid`] if the URL is wrong; [`FileError::Unavailable`] if the folder cannot be made.
    pub fn open(url: &str, s3: Option<&S3Settings>) -> Result<Self, FileError> {
        let Backend { objects, prefix } = backend::open(url, s3)?;
        Ok(Self { objects, prefix })
    }

    /// The files at its top, by their names.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn list(&self) -> Result<Vec<Incoming>, FileError> {
        let listed = self.objects.list_with_delimiter(Some(&self.prefix)).await.map_err(unavailable)?;
        // Consoles mark an empty folder by an object of its name.
        let files = listed.objects.into_iter().filter(|file| file.location != self.prefix);
        let named = files.filter_map(|listed| {
            let name = listed.location.filename()?.to_owned();
            Some(Incoming { name, listed })
        });
        let mut named: Vec<Incoming> = named.collect();
        named.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(named)
    }

    /// Writes the content of a file to a path; not so if it is gone or another one by now.
    ///
    /// # Errors
    /// [`FileError::Unavailable`]; [`FileError::Invalid`] if the path cannot be written.
    pub async fn fetch(&self, file: &Incoming, to: &FilePath) -> Result<bool, FileError> {
        let options = GetOptions { if_match: file.listed.e_tag.clone(), ..GetOptions::default() };
        let found = match self.objects.get_opts(&file.listed.location, options).await {
            Ok(found) => found,
            Err(Error::NotFound { .. } | Error::Precondition { .. }) => return Ok(false),
            Err(error) => return Err(unavailable(error)),
        };
        let mut content = found.into_stream();
        let mut written = File::create(to).await.map_err(wrong_path)?;
        while let Some(chunk) = content.try_next().await.map_err(unavailable)? {
            written.write_all(&chunk).await.map_err(wrong_path)?;
        }
        written.flush().await.map_err(wrong_path)?;
        Ok(true)
    }

    /// Whether there is a file of a name in a folder of the inbox.
    ///
    /// # Errors
    /// [`FileError::Unavailable`]; [`FileError::Invalid`] if no file can have that name.
    pub async fn has(&self, folder: &str, name: &str) -> Result<bool, FileError> {
        match self.objects.head(&self.within(folder, name)?).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Puts the content at a path into a folder of the inbox, whole or not at all, in place of what has that name there.
    ///
    /// # Errors
    /// As of [`Inbox::has`]; also if the path cannot be read.
    pub async fn put(&self, folder: &str, name: &str, from: &FilePath) -> Result<(), FileError> {
        let mut read = File::open(from).await.map_err(wrong_path)?;
        let to = self.within(folder, name)?;
        let mut writer = BufWriter::with_capacity(Arc::clone(&self.objects), to, IN_PARTS);
        match copy(&mut read, &mut writer).await {
            Ok(_) => writer.shutdown().await.map_err(unavailable),
            Err(error) => {
                // What was sent of it goes by itself where this fails too: a rule of the bucket.
                let _ = writer.abort().await;
                Err(unavailable(error))
            }
        }
    }

    /// Takes a file away; not so if it is gone or another one by now.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn take_away(&self, file: &Incoming) -> Result<bool, FileError> {
        let is_the_same = |now: &ObjectMeta| {
            (&now.e_tag, now.size, now.last_modified)
                == (&file.listed.e_tag, file.listed.size, file.listed.last_modified)
        };
        match self.objects.head(&file.listed.location).await {
            Ok(now) if is_the_same(&now) => {}
            Ok(_) | Err(Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(unavailable(error)),
        }
        match self.objects.delete(&file.listed.location).await {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn within(&self, folder: &str, name: &str) -> Result<Path, FileError> {
        let place = format!("{}/{folder}/{name}", self.prefix);
        Path::parse(&place).map_err(|error| FileError::invalid("name", error.to_string()))
    }
}

fn unavailable(error: impl std::fmt::Display) -> FileError {
    FileError::Unavailable(error.to_string())
}

fn wrong_path(error: std::io::Error) -> FileError {
    FileError::invalid("path", error.to_string())
}
