//! What follows from counts of different days: a quarter is its months, and a year without its published quarters is what is left of it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::Date;
use seamless_suppression::{CellId, Part, SuppressionError};

use super::{Key, named::Named};

/// A count of some days.
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) count: u64,
    pub(super) id: CellId,
    /// It stood in something that was published, or is to stand there, told or withheld.
    pub(super) stands: bool,
}

/// The first of some days and the last.
type Days = (Date, Date);

/// Days of one thing, with the longest times within them.
struct Whole<'k> {
    days: Days,
    /// None where nothing was of that kind: it was in no row.
    known: Option<&'k Known>,
    within: Vec<(Days, Option<&'k Known>)>,
}

/// Says what longer times are made up of: the longest times within them, and what is left of them. Nothing is left where these are all
/// of its days.
pub(super) fn within_days(named: &mut Named, known: &[Known]) -> Result<(), SuppressionError> {
    let mut groups: BTreeMap<(&str, &[String]), BTreeMap<Days, &Known>> = BTreeMap::new();
    // Of which days something told apart by the same properties was published: what was in none of its rows is known to be nothing.
    let mut told_of: BTreeMap<(&str, Vec<&str>), BTreeSet<Days>> = BTreeMap::new();
    for one in known {
        let (days, (population, conditions)) = (one.key.days(), one.key.but_for_days());
        if days.0 > days.1 {
            continue;
        }
        groups.entry((population, conditions)).or_default().insert(days, one);
        if one.stands {
            told_of.entry((population, properties(conditions))).or_default().insert(days);
        }
    }
    for ((population, conditions), group) in groups {
        if group.len() < 2 {
            continue;
        }
        let told = told_of.get(&(population, properties(conditions)));
        let told = told.into_iter().flatten().copied();
        // What contains others stands before them.
        let days: BTreeSet<(Date, Reverse<Date>)> =
            told.chain(group.keys().copied()).map(|(first, last)| (first, Reverse(last))).collect();
        let mut open: Vec<Whole<'_>> = Vec::new();
        for (first, Reverse(last)) in days {
            while open.last().is_some_and(|whole| whole.days.1 < first) {
                close(named, &mut open)?;
            }
            // What lies across the end of another time is no part of it; no such days are published.
            if open.last().is_none_or(|whole| last <= whole.days.1) {
                let days = (first, last);
                open.push(Whole { days, known: group.get(&days).copied(), within: Vec::new() });
            }
        }
        while !open.is_empty() {
            close(named, &mut open)?;
        }
    }
    Ok(())
}

/// By which properties it is told apart. What a measure counts is asked for by itself, so that it says nothing of another one.
fn properties(conditions: &[String]) -> Vec<&str> {
    let property = |condition: &String| condition.find(['=', '!']).unwrap_or(condition.len());
    let of =
        |condition: &String| if condition.starts_with("HAS") { condition.len() } else { property(condition) };
    conditions.iter().filter_map(|condition| condition.get(..of(condition))).collect()
}

/// All within the last of these is known: says what makes it up, and gives it to what contains it.
fn close(named: &mut Named, open: &mut Vec<Whole<'_>>) -> Result<(), SuppressionError> {
    let Some(Whole { days, known, within }) = open.pop() else { return Ok(()) };
    let parts: Vec<&Known> = within.iter().filter_map(|(_, known)| *known).collect();
    if let Some(whole) = known.filter(|_| !parts.is_empty()) {
        left(named, whole, &parts, covers(days, within.iter().map(|(days, _)| *days)))?;
    }
    if let Some(above) = open.last_mut() {
        match known {
            // Counted at another time there was none; what is within it is within what contains it.
            None if !parts.is_empty() => above.within.extend(within),
            known => above.within.push((days, known)),
        }
    }
    Ok(())
}

/// Whether times that follow each other have all of the days.
fn covers((first, last): Days, within: impl Iterator<Item = Days>) -> bool {
    let mut next = Some(first);
    for (first, last) in within {
        if next != Some(first) {
            return false;
        }
        next = last.tomorrow().ok();
    }
    next == last.tomorrow().ok()
}

/// Adds what is left of a whole without these parts of it; nothing is where they have all of its days, unless they were counted at
/// different times. Says nothing where they were counted at times so different that they are more than the whole.
fn left(named: &mut Named, whole: &Known, parts: &[&Known], are_all: bool) -> Result<(), SuppressionError> {
    let sum: u64 = parts.iter().map(|part| part.count).sum();
    let Some(rest) = whole.count.checked_sub(sum) else { return Ok(()) };
    let mut cells: Vec<CellId> = parts.iter().map(|part| part.id).collect();
    if !are_all || rest > 0 {
        let mut name = format!("{} of {}", whole.count, whole.key);
        for part in parts {
            name.push_str(&format!(" without {} of {}", part.count, part.key));
        }
        cells.push(named.cell(name, rest, Part::Implied));
    }
    named.system.adds_up(whole.id, &cells)
}
