//! What follows from counts of different days: a year without its published quarters is what is left of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use seamless_suppression::{CellId, Part, SuppressionError};

use super::{Key, named::Named};

/// A count of some days.
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) count: u64,
    pub(super) id: CellId,
}

/// Adds what is left of longer times without shorter ones within them: without each by itself, and without as many as go side by
/// side.
pub(super) fn within_days(named: &mut Named, known: &[Known]) -> Result<(), SuppressionError> {
    let mut groups: BTreeMap<(&str, &[String]), Vec<&Known>> = BTreeMap::new();
    for one in known {
        groups.entry(one.key.but_for_days()).or_default().push(one);
    }
    for mut group in groups.into_values() {
        // Shorter times first, so that those that go side by side are as many as can be.
        group.sort_by_key(|one| {
            let (first, last) = one.key.days();
            (last, std::cmp::Reverse(first))
        });
        for whole in &group {
            let within: Vec<&Known> =
                group.iter().filter(|part| is_within(part.key.days(), whole.key.days())).copied().collect();
            let mut beside: Vec<&Known> = Vec::new();
            for part in &within {
                left(named, whole, &[part])?;
                let (first, _) = part.key.days();
                if beside.last().is_none_or(|before| before.key.days().1 < first) {
                    beside.push(part);
                }
            }
            if beside.len() > 1 {
                left(named, whole, &beside)?;
            }
        }
    }
    Ok(())
}

/// Whether days lie within others, and are fewer.
fn is_within(part: (Date, Date), whole: (Date, Date)) -> bool {
    part != whole && whole.0 <= part.0 && part.1 <= whole.1
}

/// Adds what is left of a whole without these parts of it. Nothing where they were counted at times so different that it cannot be.
fn left(named: &mut Named, whole: &Known, parts: &[&Known]) -> Result<(), SuppressionError> {
    let sum: u64 = parts.iter().map(|part| part.count).sum();
    let Some(rest) = whole.count.checked_sub(sum) else { return Ok(()) };
    let mut name = format!("{} of {}", whole.count, whole.key);
    for part in parts {
        name.push_str(&format!(" without {} of {}", part.count, part.key));
    }
    let rest = named.cell(name, rest, Part::Implied);
    let parts: Vec<CellId> = parts.iter().map(|part| part.id).chain([rest]).collect();
    named.system.adds_up(whole.id, &parts)
}
