//! The side that makes receipts.
//!
//! Invariant: each receipt is signed with the key that the folder names at that moment. No key is held between two
//! receipts: a rotation counts from the next receipt on, a folder that was out of reach is used again once it is back,
//! and no restart is ever needed.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ReceiptClaims;
use crate::form::{MAX_SIGNED_BYTES, TYPE};
use crate::key_folder::{KeyFolderError, SigningKey, published};

/// The section `receipts` of a service's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptSettings {
    /// The folder with `current`, `<name>.key` and `jwks.json`.
    pub keys: PathBuf,
}

/// No receipt can be made at the moment; it is to be tried again later. Holds no part of a key.
#[derive(Debug, thiserror::Error)]
#[error("receipts cannot be signed: {0}")]
pub struct SigningUnavailable(#[from] KeyFolderError);

/// Something was not signed. Holds no part of a key.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// It is to be tried again later.
    #[error(transparent)]
    Unavailable(#[from] SigningUnavailable),
    /// Nobody would verify it; trying again does not help.
    #[error("what is signed has at most {limit} octets, this would have {got}")]
    TooLong {
        /// The most that is verified, in octets.
        limit: usize,
        /// What it came to, in octets.
        got: usize,
    },
}

/// Makes receipts, and publishes the keys that verify them.
#[derive(Debug)]
pub struct Signer {
    keys: PathBuf,
    /// The key set as it was last read, for the times when the folder is out of reach.
    last_published: Mutex<Option<String>>,
}

impl Signer {
    /// Makes a signer; the folder need not be there yet. Use [`Signer::check`] where it must be.
    pub fn new(settings: &ReceiptSettings) -> Self {
        Self { keys: settings.keys.clone(), last_published: Mutex::default() }
    }

    /// Signs a receipt in compact form [RFC 7515, 7.1]; the same claims under the same key give the same receipt. Reads
    /// two small files.
    ///
    /// # Errors
    /// `Unavailable` where the key in use is absent, unreadable or corrupt: call again later; `TooLong` where [`crate::verify`] would
    /// refuse it.
    pub fn sign(&self, claims: &ReceiptClaims) -> Result<String, SigningError> {
        self.sign_as(TYPE, claims)
    }

    /// Signs what is no receipt, in the same form: `token_type` is its `typ`, so that the one is never taken for the other.
    /// [`crate::verify_as`] checks it.
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn sign_as(&self, token_type: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        let key = SigningKey::read(&self.keys).map_err(SigningUnavailable)?;
        let header = json!({ "alg": "EdDSA", "typ": token_type, "kid": key.public.kid });
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(json!(claims).to_string())
        );
        let signature = key.pair.sign(signed.as_bytes());
        let whole = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        match whole.len() {
            got if got > MAX_SIGNED_BYTES => Err(SigningError::TooLong { limit: MAX_SIGNED_BYTES, got }),
            _ => Ok(whole),
        }
    }

    /// The key id of the key in use, for readiness and the check of a configuration.
    ///
    /// # Errors
    /// The key in use is absent, unreadable or corrupt.
    pub fn check(&self) -> Result<String, SigningUnavailable> {
        Ok(SigningKey::read(&self.keys)?.public.kid)
    }

    /// The public keys as a JWKS [RFC 7517], the one in use first, former ones after it. While the folder is out of
    /// reach it is the set that was read last.
    ///
    /// # Errors
    /// No set could be read since the start, or `jwks.json` is malformed or holds a private key.
    pub fn jwks(&self) -> Result<String, SigningUnavailable> {
        let key_set =
            SigningKey::read(&self.keys).and_then(|key| Ok(published(&self.keys)?.led_by(key.public)));
        let mut last_published = self.last_published.lock().unwrap_or_else(PoisonError::into_inner);
        match (key_set, &*last_published) {
            (Ok(key_set), _) => Ok(last_published.insert(key_set.to_json()).clone()),
            (Err(error @ KeyFolderError::KeySet { .. }), _) | (Err(error), None) => Err(error.into()),
            (Err(_), Some(last)) => Ok(last.clone()),
        }
    }
}
