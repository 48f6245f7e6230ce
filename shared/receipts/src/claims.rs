//! What a receipt says.
//!
//! Invariant: a digest is 32 octets here and 64 lowercase hexadecimal digits in the receipt; nothing else is read.

use serde::{Deserialize, Serialize};

/// The payload of a receipt: one entry of a ledger, and who recorded it. Claims that are not listed here are passed
/// over when a receipt is read, so that later versions may say more [RFC 7519, 4].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptClaims {
    /// The service that recorded the entry, such as `seamless.notifications`.
    pub iss: String,
    /// When the receipt was made, in seconds since 1970.
    pub iat: i64,
    /// The resource name of the ledger entry.
    pub sub: String,
    /// The unique id of the receipt; one that is made anew after a failure keeps it.
    pub jti: String,
    /// What happened, such as `sent`, `delivered`, `unreadable`, `opened`, `acknowledged` or `acted`; the service that
    /// keeps the ledger decides on the words.
    pub kind: String,
    /// The id of the authority that the entry is about.
    pub authority: String,
    /// The id of the principal that acted, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// When the entry was recorded, in microseconds since 1970.
    pub recorded: i64,
    /// The SHA-256 of what was sent, opened or answered; lowercase hexadecimal in the receipt.
    #[serde(with = "hex_digest")]
    pub content_sha256: [u8; 32],
    /// The version of the notification that the entry is about.
    pub version: i32,
    /// The SHA-256 of the entry before it in the ledger, whose hash chain this continues; absent in the first entry.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_hex_digest")]
    pub previous: Option<[u8; 32]>,
}

mod hex_digest {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(digest))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        parse(&String::deserialize(deserializer)?)
    }

    pub(super) fn parse<E: Error>(text: &str) -> Result<[u8; 32], E> {
        let mut digest = [0; 32];
        let is_lowercase = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut digest) {
            Ok(()) if is_lowercase => Ok(digest),
            _ => Err(E::custom("a sha-256 is 64 lowercase hexadecimal digits")),
        }
    }
}

mod optional_hex_digest {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        digest: &Option<[u8; 32]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match digest {
            Some(digest) => super::hex_digest::serialize(digest, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        Option::<String>::deserialize(deserializer)?.as_deref().map(super::hex_digest::parse).transpose()
    }
}
