//! Signed receipts (JWS, EdDSA) that anyone can check offline with the public keys.
//!
//! A receipt is a compact JWS [RFC 7515] with an Ed25519 signature [RFC 8037] over the [`ReceiptClaims`] of one ledger
//! entry. A service signs with a [`Signer`] and publishes [`Signer::jwks`]; whoever kept a receipt and the key set
//! calls [`verify`], needs no network for it, and needs not trust the service again. Invariants: a receipt of which a
//! single bit was changed does not verify; the key decides the algorithm, never the receipt; a key that signs is in the
//! published set, and stays there after it was replaced; no private key is ever published or taken for a public one.

mod claims;
mod form;
mod key_folder;
mod key_set;
mod signer;
mod verify;

pub use claims::ReceiptClaims;
pub use key_folder::{KeyFolderError, generate, rotate};
pub use key_set::KeySetError;
pub use signer::{ReceiptSettings, Signer, SigningError, SigningUnavailable};
pub use verify::{ReceiptError, Verified, VerifiedReceipt, verify, verify_as};
