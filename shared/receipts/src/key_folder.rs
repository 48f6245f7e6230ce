//! The folder with the keys of a service: making, replacing and reading them.
//!
//! It holds `current`, one line with the name of the key in use; `<name>.key`, that key in PKCS#8 PEM; and `jwks.json`,
//! the public keys, former ones included. Invariant: the public half of a key is in `jwks.json` before `current` names
//! the key, and each file is replaced whole, so an interruption at any moment leaves a folder that signs, and whose
//! receipts verify.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rcgen::{KeyPair, PKCS_ED25519};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use seamless_permissions::{replace_private_file, replace_public_file};

use crate::key_set::{KeySet, PublicKey};

const CURRENT: &str = "current";
const KEY_SET: &str = "jwks.json";

/// A key folder that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFolderError {
    /// A file or folder is absent, or cannot be read or written.
    #[error("{path:?}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Everybody may read the private key.
    #[error(transparent)]
    Exposed(#[from] seamless_permissions::Exposed),
    /// A file holds something else.
    #[error("{path:?} does not hold {expected}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What it ought to hold.
        expected: &'static str,
    },
    /// The key set is malformed, or holds a private key.
    #[error("{path:?}: {source}")]
    KeySet {
        /// The file of the key set.
        path: PathBuf,
        /// What is wrong with it.
        source: crate::KeySetError,
    },
    /// No key could be made.
    #[error("no ed25519 key could be generated: {0}")]
    Generate(#[from] rcgen::Error),
}

/// Makes the folder and a first key, for a sandbox or a new installation. A folder that names a key stays as it is.
/// Gives the key id of the key in use, which is its thumbprint [RFC 7638].
///
/// # Errors
/// The folder cannot be written, or the key that it names cannot be read.
pub fn generate(dir: &Path) -> Result<String, KeyFolderError> {
    match current_name(dir) {
        Ok(_) => Ok(SigningKey::read(dir)?.public.kid),
        Err(KeyFolderError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(dir).map_err(|source| file_error(dir, source))?;
            let published = published(dir)?;
            succeed(dir, published)
        }
        Err(error) => Err(error),
    }
}

/// Puts a new key into use and gives its key id. The former public key stays published, so that its receipts verify;
/// the former private key is deleted, so that it cannot sign any more. Signers follow at their next signature.
///
/// # Errors
/// The folder names no key, or it cannot be read or written; the former key is then still in use.
pub fn rotate(dir: &Path) -> Result<String, KeyFolderError> {
    let former_file = key_file(dir, &current_name(dir)?);
    let former = SigningKey::read(dir)?;
    let kid = succeed(dir, published(dir)?.led_by(former.public))?;
    fs::remove_file(&former_file).map_err(|source| file_error(&former_file, source))?;
    Ok(kid)
}

/// Makes a key, publishes it before those that are published, then puts it into use.
fn succeed(dir: &Path, published: KeySet) -> Result<String, KeyFolderError> {
    let pair = KeyPair::generate_for(&PKCS_ED25519)?;
    let key = SigningKey::of(&pair, dir)?;
    let kid = key.public.kid.clone();
    let write = |path: PathBuf, text: &str, write: fn(&Path, &str) -> io::Result<()>| {
        write(&path, text).map_err(|source| file_error(&path, source))
    };
    write(key_file(dir, &kid), &pair.serialize_pem(), replace_private_file)?;
    write(dir.join(KEY_SET), &published.led_by(key.public).to_json(), replace_public_file)?;
    write(dir.join(CURRENT), &format!("{kid}\n"), replace_public_file)?;
    Ok(kid)
}

/// The keys of `jwks.json`; none if there is no such file, as in a folder with a first key from elsewhere.
pub(crate) fn published(dir: &Path) -> Result<KeySet, KeyFolderError> {
    let path = dir.join(KEY_SET);
    match fs::read_to_string(&path) {
        Ok(text) => KeySet::parse(&text).map_err(|source| KeyFolderError::KeySet { path, source }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(KeySet::default()),
        Err(source) => Err(file_error(&path, source)),
    }
}

/// The key in use.
pub(crate) struct SigningKey {
    pub(crate) public: PublicKey,
    pub(crate) pair: Ed25519KeyPair,
}

impl SigningKey {
    pub(crate) fn read(dir: &Path) -> Result<Self, KeyFolderError> {
        let path = key_file(dir, &current_name(dir)?);
        seamless_permissions::refuse_exposed_key(&path)?;
        let pair = KeyPair::from_pem(&read(&path)?).map_err(|_| no_key(&path))?;
        Self::of(&pair, &path)
    }

    fn of(pair: &KeyPair, path: &Path) -> Result<Self, KeyFolderError> {
        // OpenSSL writes keys without their public half [RFC 5208]; ring then derives it.
        let pair =
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(pair.serialized_der()).map_err(|_| no_key(path))?;
        let public = PublicKey::with_thumbprint(pair.public_key().as_ref()).ok_or_else(|| no_key(path))?;
        Ok(Self { public, pair })
    }
}

/// The name that `current` holds. It becomes part of a path, so nothing that could lead out of the folder passes.
fn current_name(dir: &Path) -> Result<String, KeyFolderError> {
    let path = dir.join(CURRENT);
    let text = read(&path)?;
    let name = text.trim_end();
    let is_name_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || !name.chars().all(is_name_character) {
        return Err(KeyFolderError::Content {
            path,
            expected: "the name of a key (letters, digits, - and _)",
        });
    }
    Ok(name.to_owned())
}

fn key_file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.key"))
}

fn read(path: &Path) -> Result<String, KeyFolderError> {
    fs::read_to_string(path).map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> KeyFolderError {
    KeyFolderError::File { path: path.to_owned(), source }
}

fn no_key(path: &Path) -> KeyFolderError {
    KeyFolderError::Content { path: path.to_owned(), expected: "an ed25519 private key in pkcs#8 pem" }
}
