//! The storage behind a URL: a folder, or a bucket.

use std::fs;
use std::path::Path as FilePath;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;

use crate::{FileError, FileSettings};

/// A storage, and where in it ours begins.
pub(crate) struct Backend {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) prefix: Path,
}

pub(crate) fn check_url(settings: &FileSettings) -> Result<(), FileError> {
    let invalid = |description: String| Err(FileError::invalid("url", description));
    match settings.url.split_once("://") {
        None if settings.url.is_empty() => {
            invalid("expected a folder, file:///path or s3://bucket/prefix".into())
        }
        None => Ok(()),
        Some(("file", path)) if path.starts_with('/') && !path.contains('%') => Ok(()),
        Some(("file", _)) => {
            invalid(format!("expected file:///path without percent signs, got {:?}", settings.url))
        }
        Some(("s3", _)) if !cfg!(feature = "s3") => {
            invalid("s3:// needs a build with the feature s3, which this is not".into())
        }
        Some(("s3", place)) if place.is_empty() || place.starts_with('/') => {
            invalid(format!("expected s3://bucket/prefix, got {:?}", settings.url))
        }
        Some(("s3", _)) if settings.s3.is_none() => {
            Err(FileError::invalid("s3", "s3:// needs the section s3 with the region of the bucket"))
        }
        Some(("s3", _)) => Ok(()),
        Some((scheme, _)) => invalid(format!("expected a folder, file:// or s3://, got {scheme}://")),
    }
}

pub(crate) fn open(settings: &FileSettings) -> Result<Backend, FileError> {
    check_url(settings)?;
    match settings.url.split_once("://") {
        None => folder(FilePath::new(&settings.url)),
        #[cfg(feature = "s3")]
        Some(("s3", place)) => bucket(settings, place),
        Some((_, path)) => folder(FilePath::new(path)),
    }
}

/// A folder, which is made for its owner alone if it is absent. What is written is on the disk before it counts.
fn folder(path: &FilePath) -> Result<Backend, FileError> {
    let unavailable = |error: &dyn std::fmt::Display| FileError::Unavailable(format!("{path:?}: {error}"));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unavailable(&error))?;
    let objects = LocalFileSystem::new_with_prefix(path).map_err(|error| unavailable(&error))?;
    // Empty folders of past uploads go as well.
    let objects = objects.with_automatic_cleanup(true).with_fsync(true);
    Ok(Backend { objects: Arc::new(objects), prefix: Path::default() })
}

#[cfg(feature = "s3")]
fn bucket(settings: &FileSettings, place: &str) -> Result<Backend, FileError> {
    use object_store::aws::AmazonS3Builder;
    use secrecy::ExposeSecret;

    // The client would panic without one, and only the main function of a process chooses it.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(FileError::Unavailable("no tls provider is installed in this process".into()));
    }
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = Path::parse(prefix).map_err(|error| FileError::invalid("url", error.to_string()))?;
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket);
    if let Some(s3) = &settings.s3 {
        builder = builder.with_region(&s3.region);
        if let Some(endpoint) = &s3.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let (Some(id), Some(secret)) = (&s3.access_key_id, &s3.secret_access_key) {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
        }
    }
    let objects = builder.build().map_err(|error| FileError::Unavailable(error.to_string()))?;
    Ok(Backend { objects: Arc::new(objects), prefix })
}
