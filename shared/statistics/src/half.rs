//! The product-limit estimate as a number, and compared with one half without rounding.

use core::cmp::Ordering;

/// Π remaining/at risk over the times at which something ended. Where none left unseen in between, what remained at the
/// one time is at risk at the next and the two factors are one: without censoring the product is remaining/all, exactly.
#[derive(Debug)]
pub(crate) struct Product {
    /// The runs that are over: at risk at their begin, remaining at their end.
    closed: Vec<(u64, u64)>,
    /// The product of those, rounded.
    before: f64,
    /// The run that goes on.
    open: (u64, u64),
}

impl Product {
    /// The empty product, 1.
    pub(crate) fn new() -> Self {
        Self { closed: Vec::new(), before: 1.0, open: (1, 1) }
    }

    /// One more factor, of `at_risk` (above 0) `remaining`.
    pub(crate) fn times(&mut self, at_risk: u64, remaining: u64) {
        if at_risk == self.open.1 {
            self.open.1 = remaining;
            return;
        }
        if self.open.0 != self.open.1 {
            self.before = self.value();
            self.closed.push(self.open);
        }
        self.open = (at_risk, remaining);
    }

    /// The product; rounded once where it is a single run.
    pub(crate) fn value(&self) -> f64 {
        self.before * (self.open.1 as f64 / self.open.0 as f64)
    }

    /// Whether the product is at most 1/2: exact.
    pub(crate) fn at_most_half(&self) -> bool {
        // Each run rounds at most four times (two counts, a quotient, a product), each time by at most 2^-53 of the value;
        // the margin is twice that. Successive estimates lie further apart than the margin, so whole numbers are
        // needed for one time or two of a curve.
        let margin = (self.closed.len() as f64 + 1.0) * 4.0 * f64::EPSILON;
        let twice = 2.0 * self.value();
        if (twice - 1.0).abs() > margin {
            return twice < 1.0;
        }
        let runs = || self.closed.iter().copied().chain([self.open]);
        let remaining = whole_product(runs().map(|(_, remaining)| remaining).chain([2]));
        let at_risk = whole_product(runs().map(|(at_risk, _)| at_risk));
        compare(&remaining, &at_risk) != Ordering::Greater
    }
}

/// The product of whole numbers, in base 2^64 with the least digit first.
fn whole_product(factors: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut digits = vec![1];
    let mut pending = 1_u64;
    for factor in factors {
        pending = pending.checked_mul(factor).unwrap_or_else(|| {
            multiply(&mut digits, pending);
            factor
        });
    }
    multiply(&mut digits, pending);
    digits
}

fn multiply(digits: &mut Vec<u64>, factor: u64) {
    let mut carry = 0;
    for digit in digits.iter_mut() {
        // (2^64 − 1)² + 2^64 − 1 is below 2^128.
        let sum = u128::from(*digit) * u128::from(factor) + carry;
        *digit = sum as u64;
        carry = sum >> 64;
    }
    if carry > 0 {
        digits.push(carry as u64);
    }
}

/// Compares numbers without leading zeros, or that are 0.
fn compare(left: &[u64], right: &[u64]) -> Ordering {
    let by_digits = || left.iter().rev().cmp(right.iter().rev());
    left.len().cmp(&right.len()).then_with(by_digits)
}
