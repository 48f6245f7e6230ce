//! The issuer's public keys: a JWKS [RFC 7517, 7518, 8037], and signatures checked with it.
//!
//! Invariant: the key decides the algorithm, never the token. So `none`, and an HMAC keyed with a public key, cannot
//! pass: no key here speaks them.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use seamless_identifiers::json_fault;
use serde::Deserialize;

/// A text that is no usable key set.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeySetError {
    #[error("not a json web key set, an object with a list of keys: {}", json_fault(.0))]
    NotAKeySet(#[from] serde_json::Error),
    #[error("the key set holds a private key")]
    PrivateKey,
    #[error("two keys have the key id {0:?}")]
    DuplicateKeyId(String),
    #[error("the key {0:?} is malformed")]
    MalformedKey(String),
    #[error("no key with a key id for EdDSA, ES256 or RS256")]
    NoUsableKey,
}

#[derive(Debug, PartialEq, Eq)]
enum PublicKey {
    Ed25519(Vec<u8>),
    P256(Vec<u8>),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl PublicKey {
    /// The names of the one algorithm of this key. RFC 9864 calls Ed25519 by its own name.
    fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::Ed25519(_) => &["EdDSA", "Ed25519"],
            Self::P256(_) => &["ES256"],
            Self::Rsa { .. } => &["RS256"],
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verdict = match self {
            Self::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(message, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
        };
        verdict.is_ok()
    }
}

/// Why a signature does not count.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SignatureRefusal {
    UnknownKey,
    WrongAlgorithm,
    WrongSignature,
}

/// The usable keys of an issuer, by key id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeySet {
    keys: HashMap<String, PublicKey>,
}

#[derive(Deserialize)]
struct JwksDocument {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

impl KeySet {
    /// Reads a JWKS. Keys for encryption, of other kinds and without a key id are passed over, since an issuer may
    /// publish them for others; a malformed key of our kinds spoils the set.
    pub(super) fn parse(text: &str) -> Result<Self, KeySetError> {
        let document: JwksDocument = serde_json::from_str(text)?;
        let mut keys = HashMap::new();
        for jwk in document.keys {
            if jwk.d.is_some() {
                return Err(KeySetError::PrivateKey);
            }
            if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig") {
                continue;
            }
            let Some(kid) = jwk.kid.clone() else { continue };
            let Some(key) = public_key(&jwk, &kid)? else { continue };
            let other_algorithm = |alg: &str| !key.algorithms().contains(&alg);
            if jwk.alg.as_deref().is_some_and(other_algorithm) {
                continue;
            }
            if keys.insert(kid.clone(), key).is_some() {
                return Err(KeySetError::DuplicateKeyId(kid));
            }
        }
        if keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(Self { keys }) }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn knows(&self, kid: &str) -> bool {
        self.keys.contains_key(kid)
    }

    pub(super) fn check(
        &self,
        kid: &str,
        algorithm: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureRefusal> {
        let key = self.keys.get(kid).ok_or(SignatureRefusal::UnknownKey)?;
        if !key.algorithms().contains(&algorithm) {
            return Err(SignatureRefusal::WrongAlgorithm);
        }
        if key.verifies(message, signature) { Ok(()) } else { Err(SignatureRefusal::WrongSignature) }
    }
}

/// The key of a JWK; none if it is of a kind that we do not use.
fn public_key(jwk: &Jwk, kid: &str) -> Result<Option<PublicKey>, KeySetError> {
    let bytes = |member: &Option<String>, length: Option<usize>| {
        member
            .as_deref()
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .filter(|bytes| length.is_none_or(|length| bytes.len() == length) && !bytes.is_empty())
            .ok_or_else(|| KeySetError::MalformedKey(kid.to_owned()))
    };
    Ok(match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("OKP", Some("Ed25519")) => Some(PublicKey::Ed25519(bytes(&jwk.x, Some(32))?)),
        ("EC", Some("P-256")) => {
            // The uncompressed form of a point [SEC 1, 2.3.3], as ring wants it.
            let mut point = vec![4];
            point.extend(bytes(&jwk.x, Some(32))?);
            point.extend(bytes(&jwk.y, Some(32))?);
            Some(PublicKey::P256(point))
        }
        ("RSA", _) => Some(PublicKey::Rsa { modulus: bytes(&jwk.n, None)?, exponent: bytes(&jwk.e, None)? }),
        _ => None,
    })
}
