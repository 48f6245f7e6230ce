//! Who on this machine may read a file: private keys that everybody may read are refused, databases are made for their owner
//! alone, and files are replaced whole with the mode that they are to have.
//!
//! Invariant: only the mode bits of Unix are looked at; where there are none, every file passes. Whether a folder above
//! closes the way to a file does not count, since it is opened more easily than noticed.

mod replace_file;

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

pub use replace_file::{replace_private_file, replace_public_file};

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner, and who administers the machine.
    Owner,
    /// Its group as well, as of Secrets that Kubernetes mounts with `fsGroup`.
    Group,
    /// Everybody on the machine.
    Everybody,
}

/// A private key that everybody may read.
#[derive(Debug, thiserror::Error)]
#[error("{} may be read by everybody on this machine: chmod 0600, or 0440 for a group", path.display())]
pub struct Exposed {
    /// The file.
    pub path: PathBuf,
}

/// Who may read a file.
///
/// # Errors
/// What the system says.
pub fn readers(path: &Path) -> io::Result<Readers> {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path)?.permissions());
        Ok(match mode {
            mode if mode & 0o004 != 0 => Readers::Everybody,
            mode if mode & 0o040 != 0 => Readers::Group,
            _ => Readers::Owner,
        })
    }
    #[cfg(not(unix))]
    fs::metadata(path).map(|_| Readers::Owner)
}

/// Refuses a private key that everybody may read. Of a file that cannot be looked at, its reader will say so.
///
/// # Errors
/// If everybody may read it.
pub fn refuse_exposed_key(path: &Path) -> Result<(), Exposed> {
    match readers(path) {
        Ok(Readers::Everybody) => Err(Exposed { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Warns of a private key that a group may read, once at the start.
pub fn warn_of_group(path: &Path) {
    if let Ok(Readers::Group) = readers(path) {
        tracing::warn!(file = %path.display(), "a private key may be read by a group");
    }
}

/// Makes an empty file that its owner alone may read and write; one that is there stays as it is, and is warned of where
/// everybody may read it.
///
/// # Errors
/// What the system says.
pub fn make_private_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if let Ok(Readers::Everybody) = readers(path) {
                let file = path.display();
                tracing::warn!(%file, "may be read by everybody on this machine: chmod 0600");
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Closes a folder, and the files directly in it, to everybody but their owner.
///
/// # Errors
/// What the system says.
pub fn close_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let close = |path: &Path, mode: u32| {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
        };
        close(folder, 0o700)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                close(&entry.path(), 0o600)?;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_refused_where_others_read_it_and_a_new_file_is_the_owners() {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("server.key");
        make_private_file(&key).unwrap();
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        let known = [
            (0o400, Readers::Owner),
            (0o600, Readers::Owner),
            (0o440, Readers::Group),
            (0o644, Readers::Everybody),
            (0o604, Readers::Everybody),
        ];
        for (mode, expected) in known {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(readers(&key).unwrap(), expected, "{mode:o}");
            assert_eq!(refuse_exposed_key(&key).is_err(), expected == Readers::Everybody, "{mode:o}");
        }
        make_private_file(&key).unwrap();
        assert_eq!(readers(&key).unwrap(), Readers::Everybody, "what was there stays as it was");
        close_folder(folder.path()).unwrap();
        assert_eq!(readers(&key).unwrap(), Readers::Owner);
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
