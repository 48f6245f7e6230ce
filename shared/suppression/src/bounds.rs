//! What can be reckoned of withheld counts.

use crate::{
    Bounds, Rule,
    problem::{End, Unknowns},
};

/// The ends for one unknown.
pub(crate) fn of(unknowns: &Unknowns<'_>, cell: usize) -> Bounds {
    let lower = unknowns.extreme(cell, End::Least).map_or(0.0, |(value, _)| value);
    let upper = unknowns.extreme(cell, End::Most).map_or(f64::INFINITY, |(value, _)| value);
    Bounds { lower, upper }
}

/// The first of these withheld cells that the rule does not keep, with its ends. What was found possible for one target is possible for
/// the others at the same time, so that few of them need a programme of their own.
pub(crate) fn first_exposed(
    unknowns: &Unknowns<'_>,
    targets: &[usize],
    rule: Rule,
) -> Option<(usize, Bounds)> {
    let mut seen: Vec<Bounds> = targets
        .iter()
        .map(|target| {
            let count = unknowns.count(*target) as f64;
            Bounds { lower: count, upper: count }
        })
        .collect();
    for at in 0..targets.len() {
        let Some(&target) = targets.get(at) else { break };
        let count = unknowns.count(target);
        for end in [End::Most, End::Least] {
            if seen.get(at).is_some_and(|bounds| rule.keeps(count, *bounds)) {
                break;
            }
            let extreme = unknowns.extreme(target, end);
            let is_upper = end == End::Most;
            match extreme {
                None => {
                    if let Some(bounds) = seen.get_mut(at) {
                        bounds.upper = f64::INFINITY;
                    }
                }
                Some((value, point)) => {
                    for (bounds, other) in seen.iter_mut().zip(targets) {
                        if let Some(possible) = point.of(*other) {
                            bounds.lower = bounds.lower.min(possible);
                            bounds.upper = bounds.upper.max(possible);
                        }
                    }
                    if let Some(bounds) = seen.get_mut(at) {
                        if is_upper {
                            bounds.upper = bounds.upper.max(value);
                        } else {
                            bounds.lower = bounds.lower.min(value);
                        }
                    }
                }
            }
        }
        if let Some(bounds) = seen.get(at).filter(|bounds| !rule.keeps(count, **bounds)) {
            return Some((target, *bounds));
        }
    }
    None
}
