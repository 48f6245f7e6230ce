//! The form of what is signed and verified.

/// The `typ` of a receipt: it is no token [RFC 8725, 3.11], and a token is no receipt.
pub(crate) const TYPE: &str = "seamless-receipt+jwt";
/// The most octets of what is signed: what is longer is refused unread, and so not signed either.
pub(crate) const MAX_SIGNED_BYTES: usize = 16 * 1024;
