//! The Ed25519 key that signs tokens, and the key set that verifies them.
//!
//! Invariant: `jwks.json` holds the public half of the key in use before anything is signed with it, and that of the key
//! before.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_ED25519};
use ring::digest;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::files::{read, write_private, write_public};
use super::{IssuerError, read_key};

pub(super) struct SigningKey {
    kid: String,
    /// The public half, base64url, as a JWK holds it.
    x: String,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    pub(super) fn create_or_open(dir: &Path) -> Result<Self, IssuerError> {
        let path = dir.join("jwt.key");
        if !path.exists() {
            return Self::make(dir, None);
        }
        let key = Self::of(&read_key(&path)?, &path)?;
        // The run that made the key, or rotated it, may have been interrupted before the other file.
        let jwks = dir.join("jwks.json");
        if !jwks.exists() || !read(&jwks)?.contains(&key.kid) {
            write_public(&jwks, &key_set(&[&key]))?;
        }
        Ok(key)
    }

    /// A new key in the place of `former`, whose public half stays in the key set.
    pub(super) fn succeed(dir: &Path, former: &Self) -> Result<Self, IssuerError> {
        Self::make(dir, Some(former))
    }

    fn make(dir: &Path, former: Option<&Self>) -> Result<Self, IssuerError> {
        let path = dir.join("jwt.key");
        let pair = KeyPair::generate_for(&PKCS_ED25519)?;
        let key = Self::of(&pair, &path)?;
        let published: Vec<&Self> = std::iter::once(&key).chain(former).collect();
        write_public(&dir.join("jwks.json"), &key_set(&published))?;
        write_private(&path, &pair.serialize_pem())?;
        Ok(key)
    }

    fn of(pair: &KeyPair, path: &Path) -> Result<Self, IssuerError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pair.serialized_der())
            .map_err(|_| IssuerError::Content { path: path.to_owned(), expected: "an ed25519 key in pem" })?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        Ok(Self { kid: thumbprint(&x), x, pair })
    }

    /// The claims as a signed token in compact form [RFC 7515].
    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.kid });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.pair.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn key_set(keys: &[&SigningKey]) -> String {
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| {
            json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": key.x })
        })
        .collect();
    format!("{:#}\n", json!({ "keys": keys }))
}

/// The thumbprint of an Ed25519 key [RFC 7638; RFC 8037, 2]: the members that matter, in alphabetical order.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_key_id_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert_eq!(super::thumbprint(x), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
