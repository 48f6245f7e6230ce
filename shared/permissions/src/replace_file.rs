//! Files that are replaced whole: a reader sees the old text or the new, also after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Readable by the owner only, from the first moment on.
pub(crate) fn write_private(path: &Path, text: &str) -> io::Result<()> {
    replace(path, text, 0o600)
}

pub(crate) fn write_public(path: &Path, text: &str) -> io::Result<()> {
    replace(path, text, 0o644)
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
    fs::rename(new_path, path)?;
    // The new name must outlast a power cut as well; only unix can sync a folder.
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
