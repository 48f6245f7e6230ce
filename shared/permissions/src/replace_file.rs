//! Files that are replaced whole: a reader sees the old text or the new, also after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file by one that its owner alone may read and write, from the first moment on.
///
/// # Errors
/// What the system says; the old file stands then, or the new one.
pub fn replace_private_file(path: &Path, text: &str) -> io::Result<()> {
    replace(path, text, 0o600)
}

/// Replaces a file by one that everybody on this machine may read.
///
/// # Errors
/// As of [`replace_private_file`].
pub fn replace_public_file(path: &Path, text: &str) -> io::Result<()> {
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
        Some(folder) if cfg!(unix) && folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_with_its_mode_whatever_was_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("signing.key");
        let mode = || fs::metadata(&key).unwrap().permissions().mode() & 0o777;
        replace_public_file(&key, "one that is long").unwrap();
        assert_eq!((fs::read_to_string(&key).unwrap().as_str(), mode()), ("one that is long", 0o644));

        let left_behind = folder.path().join("signing.key.new");
        fs::write(&left_behind, "half of ano").unwrap();
        replace_private_file(&key, "two").unwrap();
        assert_eq!((fs::read_to_string(&key).unwrap().as_str(), mode()), ("two", 0o600));
        assert!(!left_behind.exists(), "it is the file now");
    }
}
