//! The side that checks receipts, offline.
//!
//! Invariant: nothing of a receipt is believed before its signature was checked with a key of the given set. Parsing is
//! strict: base64url without padding or stray bits, no member twice, no critical extension, no other kind of token; so
//! there is one form only of each receipt.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::ReceiptClaims;
use crate::form::{MAX_SIGNED_BYTES, TYPE};
use crate::key_set::{KeySet, KeySetError};

/// Why a receipt does not count.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The key set cannot be used.
    #[error("the key set cannot be used: {0}")]
    KeySet(#[from] KeySetError),
    /// Far too long.
    #[error("a receipt has at most {limit} octets, this has {got}")]
    TooLong {
        /// The most that is read, in octets.
        limit: usize,
        /// What was given, in octets.
        got: usize,
    },
    /// A part of the receipt cannot be read.
    #[error("the {part} of the receipt is malformed: expected {expected}")]
    Malformed {
        /// `structure`, `header`, `payload` or `signature`.
        part: &'static str,
        /// What it ought to be.
        expected: &'static str,
    },
    /// The header names an extension that must be understood.
    #[error("the receipt needs an extension that is not supported")]
    CriticalExtension,
    /// The header says that it is something else.
    #[error("it is of the type {got:?}, expected {expected:?}")]
    WrongType {
        /// What was asked for.
        expected: String,
        /// The `typ` of the header, empty if it has none.
        got: String,
    },
    /// The set has no such key.
    #[error("the receipt was signed with the key {key_id:?}, which is not in the key set")]
    UnknownKey {
        /// The `kid` of the header.
        key_id: String,
    },
    /// The header's `alg` is not that of the key.
    #[error("the receipt names the algorithm {got:?}, its key is for \"EdDSA\"")]
    WrongAlgorithm {
        /// The `alg` of the header.
        got: String,
    },
    /// The receipt was changed after it was signed, or was signed with another key than it says.
    #[error("the signature of the receipt is wrong: it was changed, or signed with another key than it says")]
    BadSignature,
}

/// What a receipt with a good signature says.
pub type VerifiedReceipt = Verified<ReceiptClaims>;

/// What was signed, with a good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<C> {
    /// The id of the key that signed it.
    pub key_id: String,
    /// What it says.
    pub claims: C,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

/// Checks a receipt in compact form against the public keys of a service, given as a JWKS [RFC 7517]. Needs no network
/// and no clock: a receipt does not expire. Whether its `iss` and `sub` are the expected ones is for the caller to say.
///
/// # Errors
/// Says why it does not count; the first reason found.
pub fn verify(receipt: &str, jwks: &str) -> Result<VerifiedReceipt, ReceiptError> {
    verify_as(TYPE, receipt, jwks)
}

/// Checks what [`crate::Signer::sign_as`] signed, in the same way.
///
/// # Errors
/// As [`verify`].
pub fn verify_as<C: DeserializeOwned>(
    token_type: &str,
    receipt: &str,
    jwks: &str,
) -> Result<Verified<C>, ReceiptError> {
    if receipt.len() > MAX_SIGNED_BYTES {
        return Err(ReceiptError::TooLong { limit: MAX_SIGNED_BYTES, got: receipt.len() });
    }
    let keys = KeySet::parse(jwks)?;
    let three_parts =
        || ReceiptError::Malformed { part: "structure", expected: "three parts separated by full stops" };
    let (signed, signature) = receipt.rsplit_once('.').ok_or_else(three_parts)?;
    let (header, payload) = signed.split_once('.').ok_or_else(three_parts)?;
    if payload.contains('.') {
        return Err(three_parts());
    }

    let header: Header = json_part("header", header, "base64url of json with the members alg and kid")?;
    if header.crit.is_some() {
        return Err(ReceiptError::CriticalExtension);
    }
    if header.typ.as_deref() != Some(token_type) {
        let (expected, got) = (token_type.to_owned(), header.typ.unwrap_or_default());
        return Err(ReceiptError::WrongType { expected, got });
    }
    let signature = decode("signature", signature, "base64url of 64 octets")?;
    let Some(key) = keys.get(&header.kid) else {
        return Err(ReceiptError::UnknownKey { key_id: header.kid });
    };
    if !key.is_for(&header.alg) {
        return Err(ReceiptError::WrongAlgorithm { got: header.alg });
    }
    if !key.verifies(signed.as_bytes(), &signature) {
        return Err(ReceiptError::BadSignature);
    }
    let claims = json_part("payload", payload, "base64url of json with the claims of a receipt")?;
    Ok(Verified { key_id: header.kid, claims })
}

fn decode(part: &'static str, text: &str, expected: &'static str) -> Result<Vec<u8>, ReceiptError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| ReceiptError::Malformed { part, expected })
}

fn json_part<T: DeserializeOwned>(
    part: &'static str,
    text: &str,
    expected: &'static str,
) -> Result<T, ReceiptError> {
    serde_json::from_slice(&decode(part, text, expected)?)
        .map_err(|_| ReceiptError::Malformed { part, expected })
}
