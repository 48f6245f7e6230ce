//! What a weighted sample is worth.

/// Kish's effective sample size (Σw)² / Σw² [L. Kish, Survey Sampling (1965) 11.7]: how many equally weighted
/// examinations carry as much information as these weighted ones. 0 without weights; weights must not be negative.
pub fn kish(weights: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.into_iter().fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}
