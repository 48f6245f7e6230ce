//! The public keys of a service: a JWKS [RFC 7517] of Ed25519 keys [RFC 8037].
//!
//! Invariant: a set never holds a private key, nor two keys with one key id, nor a key that is not 32 octets long. Keys
//! of other kinds are passed over, so no algorithm but Ed25519 can be asked for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::signature::{ED25519, UnparsedPublicKey};
use seamless_identifiers::json_fault;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// A text that is no usable set of public keys.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not JSON, or no `keys` in it.
    #[error("not a json web key set, an object with a list of keys: {}", json_fault(.0))]
    NotAKeySet(#[from] serde_json::Error),
    /// A key has a private member; it must be taken for known to others.
    #[error("the key set holds a private key")]
    PrivateKey,
    /// Two keys with the same key id.
    #[error("two keys have the key id {0:?}")]
    DuplicateKeyId(String),
    /// `x` is absent or no 32 octets in base64url.
    #[error("the key {0:?} is malformed: expected x of 32 octets in base64url")]
    MalformedKey(String),
    /// No key in it can verify a receipt.
    #[error("no ed25519 key with a key id")]
    NoUsableKey,
}

/// An Ed25519 key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) kid: String,
    point: [u8; 32],
}

impl PublicKey {
    /// The key with its thumbprint [RFC 7638; RFC 8037, 2] as key id; none if `point` has another length.
    pub(crate) fn with_thumbprint(point: &[u8]) -> Option<Self> {
        let point = point.try_into().ok()?;
        Some(Self { kid: thumbprint(&URL_SAFE_NO_PAD.encode(point)), point })
    }

    /// Whether `algorithm` is a name of the one algorithm of this key. RFC 9864 calls Ed25519 by its own name.
    pub(crate) fn is_for(&self, algorithm: &str) -> bool {
        matches!(algorithm, "EdDSA" | "Ed25519")
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.point).verify(message, signature).is_ok()
    }
}

/// The thumbprint of an Ed25519 key: SHA-256 of the members that matter, in alphabetical order.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

/// Public keys, the present one first where it was composed here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct KeySet {
    keys: Vec<PublicKey>,
}

#[derive(Deserialize)]
struct Document {
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
    /// The private half of a key pair, and a symmetric key [RFC 7518, 6.2.2.1, 6.3.2.1, 6.4.1].
    d: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
}

impl KeySet {
    pub(crate) fn parse(text: &str) -> Result<Self, KeySetError> {
        let document: Document = serde_json::from_str(text)?;
        let mut set = Self::default();
        for jwk in document.keys {
            if jwk.d.is_some() || jwk.k.is_some() {
                return Err(KeySetError::PrivateKey);
            }
            let Some(key) = public_key(jwk)? else { continue };
            if set.get(&key.kid).is_some() {
                return Err(KeySetError::DuplicateKeyId(key.kid));
            }
            set.keys.push(key);
        }
        if set.keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(set) }
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The set with `key` as its first.
    pub(crate) fn led_by(mut self, key: PublicKey) -> Self {
        self.keys.retain(|other| other.kid != key.kid);
        self.keys.insert(0, key);
        self
    }

    /// The set as a JWKS of public members only.
    pub(crate) fn to_json(&self) -> String {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| {
                let x = URL_SAFE_NO_PAD.encode(key.point);
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": x })
            })
            .collect();
        format!("{:#}\n", json!({ "keys": keys }))
    }
}

/// The key of a JWK; none if it is of a kind, or for a purpose, that is not ours.
fn public_key(jwk: Jwk) -> Result<Option<PublicKey>, KeySetError> {
    let is_ours = jwk.kty == "OKP"
        && jwk.crv.as_deref() == Some("Ed25519")
        && jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
    let Some(kid) = jwk.kid.filter(|_| is_ours) else { return Ok(None) };
    let point = jwk.x.and_then(|x| URL_SAFE_NO_PAD.decode(x).ok()).and_then(|x| x.try_into().ok());
    let Some(point) = point else { return Err(KeySetError::MalformedKey(kid)) };
    let key = PublicKey { kid, point };
    Ok(jwk.alg.is_none_or(|alg| key.is_for(&alg)).then_some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn set_of(members: &str) -> Result<KeySet, KeySetError> {
        KeySet::parse(&format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"a",{members}}}]}}"#))
    }

    #[test]
    fn the_key_id_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        assert_eq!(thumbprint(X), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_signature_of_rfc_8037_appendix_a_5_verifies_with_the_key_of_a_2() {
        let set = set_of(&format!(r#""x":"{X}""#)).unwrap();
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = URL_SAFE_NO_PAD
            .decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
            .unwrap();
        assert!(set.get("a").unwrap().verifies(message, &signature));
    }

    #[test]
    fn a_file_that_is_no_key_set_is_told_in_plain_words() {
        for (file, told) in [
            (r#"{"keys": [{"#, "it ends in the middle of a value, at column 11"),
            (r#"{"key": []}"#, "a value is missing or of another kind than is wanted there"),
            ("{\n\"keys\": 5}", "of another kind than is wanted there, at line 2, column 9"),
            ("-----BEGIN PUBLIC KEY-----", "or a value is none, at column 2"),
        ] {
            let refusal = KeySet::parse(file).unwrap_err().to_string();
            assert!(refusal.contains("an object with a list of keys") && refusal.contains(told), "{refusal}");
            let of_parsers = ["invalid", "missing field", "EOF", "expected"];
            assert_eq!(of_parsers.iter().find(|word| refusal.contains(**word)), None, "{refusal}");
        }
    }

    #[test]
    fn a_private_or_symmetric_key_spoils_the_set() {
        for private in [r#""d":"nWGxne""#, r#""k":"c2VjcmV0""#] {
            let refusal = set_of(&format!(r#""x":"{X}",{private}"#)).unwrap_err();
            assert!(matches!(refusal, KeySetError::PrivateKey), "{private}: {refusal}");
        }
    }

    #[test]
    fn what_cannot_verify_a_receipt_is_no_key() {
        for other in [r#""use":"enc""#, r#""alg":"HS256""#] {
            let refusal = set_of(&format!(r#""x":"{X}",{other}"#)).unwrap_err();
            assert!(matches!(refusal, KeySetError::NoUsableKey), "{other}: {refusal}");
        }
        assert!(matches!(set_of(r#""x":"AAAA""#).unwrap_err(), KeySetError::MalformedKey(kid) if kid == "a"));
        let one = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}"}}"#);
        let twice = KeySet::parse(&format!(r#"{{"keys":[{one},{one}]}}"#)).unwrap_err();
        assert!(matches!(twice, KeySetError::DuplicateKeyId(kid) if kid == "a"));
    }
}
