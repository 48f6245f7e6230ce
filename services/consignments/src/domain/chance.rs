//! Chance from the operating system. Whoever decides takes it as an argument, so that decisions can be made again.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A new seed: the SHA-256 of 244 bits of chance.
#[must_use]
pub fn seed() -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(Uuid::new_v4().as_bytes());
    hash.update(Uuid::new_v4().as_bytes());
    hash.finalize().into()
}
