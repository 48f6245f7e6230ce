//! The storage behind a URL: a folder, or a bucket.

use std::fs;
use std::path::Path as FilePath;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;

use crate::{FileError, S3Settings};

/// A storage, and where in it ours begins.
pub(crate) struct Backend {
    pub(crate) objects: Arc<dyn ObjectStore>,
    pub(crate) prefix: Path,
}

/// Whether a URL is one that this build can open; [`crate::FileSettings`] want to be told in `s3` how a bucket is reached.
pub(crate) fn check_url(url: &str) -> Result<(), FileError> {
    let invalid = |description: String| Err(FileError::invalid("url", description));
    match url.split_once("://") {
        None if url.is_empty() => invalid("expected a folder, file:///path or s3://bucket/prefix".into()),
        None => Ok(()),
        Some(("file", path)) if path.starts_with('/') && !path.contains('%') => Ok(()),
        Some(("file", _)) => invalid(format!("expected file:///path without percent signs, got {url:?}")),
        Some(("s3", _)) if !cfg!(feature = "s3") => {
            invalid("s3:// needs a build with the feature s3, which this is not".into())
        }
        Some(("s3", place)) if place.is_empty() || place.starts_with('/') => {
            invalid(format!("expected s3://bucket/prefix, got {url:?}"))
        }
        Some(("s3", _)) => Ok(()),
        Some((scheme, _)) => invalid(format!("expected a folder, file:// or s3://, got {scheme}://")),
    }
}

/// Opens the storage behind a URL. Without `s3` the environment says how a bucket is reached.
#[cfg_attr(not(feature = "s3"), expect(unused_variables, reason = "there are no buckets"))]
pub(crate) fn open(url: &str, s3: Option<&S3Settings>) -> Result<Backend, FileError> {
    check_url(url)?;
    match url.split_once("://") {
        None => folder(FilePath::new(url)),
        #[cfg(feature = "s3")]
        Some(("s3", place)) => bucket(place, s3),
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
fn bucket(place: &str, s3: Option<&S3Settings>) -> Result<Backend, FileError> {
    use std::time::Duration;

    use object_store::RetryConfig;
    use object_store::aws::AmazonS3Builder;
    use secrecy::ExposeSecret;

    /// How long a call is tried before the bucket counts as out of reach.
    const PATIENCE: Duration = Duration::from_secs(30);

    // The client would panic without one, and only the main function of a process chooses it.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(FileError::Unavailable("no tls provider is installed in this process".into()));
    }
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let prefix = Path::parse(prefix).map_err(|error| FileError::invalid("url", error.to_string()))?;
    let builder = match s3 {
        None => AmazonS3Builder::from_env(),
        Some(S3Settings { region, endpoint, access_key_id, secret_access_key }) => {
            let mut builder = AmazonS3Builder::new().with_region(region);
            if let Some(endpoint) = endpoint {
                builder = builder.with_endpoint(endpoint);
            }
            if let (Some(id), Some(secret)) = (access_key_id, secret_access_key) {
                builder = builder.with_access_key_id(id).with_secret_access_key(secret.expose_secret());
            }
            builder
        }
    };
    let retry = RetryConfig { retry_timeout: PATIENCE, ..RetryConfig::default() };
    let builder = builder.with_bucket_name(bucket).with_retry(retry);
    let objects = builder.build().map_err(|error| FileError::Unavailable(error.to_string()))?;
    Ok(Backend { objects: Arc::new(objects), prefix })
}
