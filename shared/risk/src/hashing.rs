//! Hashes that are the same on every machine and in every version, since stored models name their cells by them.
//!
//! Invariant: a change here makes stored models unreadable in meaning, so it goes with a new format number.

/// The hash of nothing.
pub(crate) const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over the bytes, its bits then spread as in MurmurHash3.
pub(crate) fn bytes(start: u64, bytes: &[u8]) -> u64 {
    let hash =
        bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    spread(hash)
}

/// A hash that depends on both and on their order.
pub(crate) fn join(one: u64, other: u64) -> u64 {
    spread(one.rotate_left(23) ^ other.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The finalizer of MurmurHash3 [Appleby 2011].
fn spread(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
