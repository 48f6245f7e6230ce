//! The issuer's files, each named where it cannot be had.

use std::path::Path;
use std::{fs, io};

use super::IssuerError;

pub(super) fn read(path: &Path) -> Result<String, IssuerError> {
    fs::read_to_string(path).map_err(|source| fault(path, source))
}

/// Readable by the owner only, from the first moment on.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), IssuerError> {
    seamless_permissions::replace_private_file(path, text).map_err(|source| fault(path, source))
}

pub(super) fn write_public(path: &Path, text: &str) -> Result<(), IssuerError> {
    seamless_permissions::replace_public_file(path, text).map_err(|source| fault(path, source))
}

fn fault(path: &Path, source: io::Error) -> IssuerError {
    IssuerError::File { path: path.to_owned(), source }
}
