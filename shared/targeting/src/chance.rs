//! Chance that can be replayed: a hash of the seed and the candidate, of its own for each purpose.
//!
//! SHA-256 stays the same across versions and machines, and without the seed nobody can tell a draw beforehand.

use sha2::{Digest, Sha256};

/// What is drawn for; draws for different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Which of several with the same expected harm come first.
    Ties,
    /// Who is examined at random.
    Lot,
    /// Which scores are kept to learn the threshold from.
    Sample,
    /// Which of several with the same expected harm get the lesser checks.
    Checks,
}

/// The number that `id` draws under `seed`, uniform over all numbers; lower is drawn first.
pub(crate) fn number(seed: &[u8; 32], purpose: Purpose, id: &[u8; 16]) -> u128 {
    let purpose: &[u8] = match purpose {
        Purpose::Ties => b"seamless targeting ties",
        Purpose::Lot => b"seamless targeting lot",
        Purpose::Sample => b"seamless targeting sample",
        Purpose::Checks => b"seamless targeting checks",
    };
    let digest = Sha256::new().chain_update(seed).chain_update(id).chain_update(purpose).finalize();
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}

/// The same as a number from 0 (included) to 1 (excluded), of 53 bits.
pub(crate) fn unit(seed: &[u8; 32], purpose: Purpose, id: &[u8; 16]) -> f64 {
    (number(seed, purpose, id) >> 75) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation: a day that was decided is replayed: each draw must come out as it did.
    #[test]
    fn a_draw_never_changes() {
        let drawn = [Purpose::Ties, Purpose::Lot, Purpose::Sample, Purpose::Checks]
            .map(|purpose| number(&[7; 32], purpose, &[9; 16]));
        assert_eq!(
            drawn,
            [
                140_540_577_017_574_307_752_194_007_642_986_548_332,
                117_609_288_546_759_653_203_550_858_788_527_581_676,
                194_918_299_072_947_266_249_494_075_794_978_145_016,
                61_509_031_405_142_612_049_681_003_609_987_073_390,
            ]
        );
        assert_eq!(unit(&[7; 32], Purpose::Lot, &[9; 16]), 0.34562263572736074);
    }
}
