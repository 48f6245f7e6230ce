//! Chance that can be had again: the same seed gives the same choices.

/// A stream of choices (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5ea3_1e55)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// One of those who play.
    pub fn anybody(&mut self) -> &'static str {
        super::AUTHORITIES[self.below(super::AUTHORITIES.len())]
    }

    /// A word that hardly another has.
    pub fn word(&mut self) -> String {
        (0..4)
            .map(|_| {
                format!("{}{}", self.of(b"bdfgklmnprstvz").to_owned() as char, *self.of(b"aeiou") as char)
            })
            .collect()
    }

    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
