//! The levels of the guidelines, by severity and probability.

use seamless_notifications::domain::model::{
    RiskLevel::{High, Low, Medium, Serious},
    Severity, level_of,
};

#[test]
fn the_guidelines_corners_hold() {
    assert_eq!(level_of(Severity::Minor, 0.9), High);
    assert_eq!(level_of(Severity::Minor, 0.5), Medium, "the bound itself belongs to the band below");
    assert_eq!(level_of(Severity::Fatal, 0.000_2), Serious);
    assert_eq!(level_of(Severity::Fatal, 0.000_02), High);
    assert_eq!(level_of(Severity::Fatal, 0.000_000_5), Low);
}

#[test]
fn more_severe_or_more_likely_is_never_less_risky() {
    let probabilities = [1e-7, 1e-6, 2e-6, 1e-5, 2e-4, 0.005, 0.05, 0.3, 0.5, 0.8, 1.0];
    for pair in probabilities.windows(2) {
        for severity in 1..=4 {
            let this = Severity::from_repr(severity).unwrap();
            assert!(level_of(this, pair[0]) <= level_of(this, pair[1]));
            if let Some(worse) = Severity::from_repr(severity + 1) {
                assert!(level_of(this, pair[0]) <= level_of(worse, pair[0]));
            }
        }
    }
}
