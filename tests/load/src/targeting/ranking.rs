//! How good a ranking and its probabilities are.

/// A score, and whether the item was bad.
pub type Scored = (f64, bool);

/// Bins of the expected calibration error, of equal width.
const BINS: usize = 10;

/// The highest `share` of the scores, at least one; of equal ones the first.
fn top(scored: &[Scored], share: f64) -> Vec<Scored> {
    let mut order = scored.to_vec();
    order.sort_by(|one, other| other.0.total_cmp(&one.0));
    order.truncate(((share * scored.len() as f64).round() as usize).max(1));
    order
}

fn bad(scored: &[Scored]) -> f64 {
    scored.iter().filter(|(_, is_bad)| *is_bad).count() as f64
}

/// Which share of the highest `share` of the scores was bad.
pub fn precision(scored: &[Scored], share: f64) -> f64 {
    let top = top(scored, share);
    bad(&top) / top.len().max(1) as f64
}

/// Which share of the bad ones is among the highest `share` of the scores.
pub fn recall(scored: &[Scored], share: f64) -> f64 {
    bad(&top(scored, share)) / bad(scored).max(1.0)
}

/// How far the probabilities lie from what came true, on average over ten bins of equal width, weighed by their items.
pub fn calibration_error(scored: &[Scored]) -> f64 {
    let mut bins = [0.0; BINS];
    for (score, is_bad) in scored {
        let bin = ((score * BINS as f64) as usize).min(BINS - 1);
        bins[bin] += score - if *is_bad { 1.0 } else { 0.0 };
    }
    bins.iter().map(|bin: &f64| bin.abs()).sum::<f64>() / scored.len().max(1) as f64
}
