//! Files that are replaced whole.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::IssuerError;

pub(super) fn read(path: &Path) -> Result<String, IssuerError> {
    fs::read_to_string(path).map_err(|source| IssuerError::File { path: path.to_owned(), source })
}

/// Readable by the owner only, from the first moment on.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), IssuerError> {
    replace(path, text, 0o600).map_err(|source| IssuerError::File { path: path.to_owned(), source })
}

pub(super) fn write_public(path: &Path, text: &str) -> Result<(), IssuerError> {
    replace(path, text, 0o644).map_err(|source| IssuerError::File { path: path.to_owned(), source })
}

fn replace(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut new_name = path.as_os_str().to_owned();
    new_name.push(".new");
    let new_path = Path::new(&new_name);
    // What an interrupted run left behind might have other permissions.
    match fs::remove_file(new_path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(new_path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new_path, path)
}
