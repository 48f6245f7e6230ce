//! Whether fewer cells would do: all small sets are tried, where there are not too many.

use crate::{
    budget::{Ended, Purse},
    component::{Component, set},
};

/// The most sets that are tried for what hangs together.
const MOST_TRIES: usize = 400;

/// Puts a smaller set in the place of the protecting cells, if there is one among the sets that are tried, as far
/// as the budget goes.
pub(crate) fn fewer(
    component: &Component<'_>,
    is_hidden: &mut Vec<bool>,
    budget: Purse<'_>,
) -> Result<(), Ended> {
    let protecting = component.protecting(is_hidden);
    let mut without = is_hidden.clone();
    protecting.iter().for_each(|cell| set(&mut without, *cell, false));
    let candidates = component.candidates(&without);
    let mut tries = 0;
    for size in 1..protecting.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            tries += 1;
            if tries > MOST_TRIES {
                return Ok(());
            }
            let mut tried = without.clone();
            for cell in chosen.iter().filter_map(|at| candidates.get(*at)) {
                set(&mut tried, *cell, true);
            }
            if component.exposed(&component.targets(&tried), &tried, budget)?.is_none() {
                *is_hidden = tried;
                return Ok(());
            }
            if !next(&mut chosen, candidates.len()) {
                break;
            }
        }
    }
    Ok(())
}

/// The next set of as many of `of`, in their order; false after the last.
fn next(chosen: &mut [usize], of: usize) -> bool {
    let size = chosen.len();
    for at in (0..size).rev() {
        let Some(&here) = chosen.get(at) else { return false };
        if here + size - at < of {
            for (step, entry) in chosen.iter_mut().skip(at).enumerate() {
                *entry = here + 1 + step;
            }
            return true;
        }
    }
    false
}
