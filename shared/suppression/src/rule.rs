//! What a small count is, and how wide it is kept.

/// What may be reckoned to within this is as good as reckoned: the arithmetic of the bounds is exact to far less.
const EXACT: f64 = 1e-6;

/// Between which ends a count lies, for whoever knows everything that was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// It is not less.
    pub lower: f64,
    /// It is not more; infinite where nothing says so.
    pub upper: f64,
}

/// Ends that are no further apart are the same: the arithmetic is exact to less.
const SAME: f64 = 0.001;

/// Whether more is known of a count now than was before. Where the arithmetic failed (none) it may be.
#[must_use]
pub fn tells_more(before: Option<Bounds>, now: Option<Bounds>) -> bool {
    let Some((before, now)) = before.zip(now) else { return true };
    now.lower > before.lower + SAME || now.upper < before.upper - SAME
}

/// Counts from one up to one less than `least` are small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    least: u64,
}

impl Rule {
    /// A rule by which counts of one up to one less than `least` are small. With 0 or 1 none is.
    #[must_use]
    pub fn of_least(least: u64) -> Self {
        Self { least }
    }

    /// The least count that is not small.
    #[must_use]
    pub fn least(self) -> u64 {
        self.least
    }

    /// Whether a count is small. Zero is not: it is of nobody.
    #[must_use]
    pub fn is_small(self, count: u64) -> bool {
        count > 0 && count < self.least
    }

    /// How far apart the ends of what can be reckoned have to be: as far as one is from `least`.
    #[must_use]
    pub fn width(self) -> f64 {
        self.least.saturating_sub(1) as f64
    }

    /// Whether a withheld count is kept: it cannot be reckoned to less than [`Self::width`], and a small one may as well not be
    /// small, as far as anybody can reckon.
    #[must_use]
    pub fn keeps(self, count: u64, bounds: Bounds) -> bool {
        let is_wide = bounds.upper - bounds.lower >= self.width() - EXACT;
        is_wide && (!self.is_small(count) || bounds.upper >= self.least as f64 - EXACT)
    }
}
