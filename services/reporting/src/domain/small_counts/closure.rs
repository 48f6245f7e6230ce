//! What follows from counts of different days: a quarter is its months, and a year without its published quarters is what is left of it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::Date;

use super::Key;
use crate::domain::model::{PublishedCount, PublishedSum};

/// A count of some days.
pub(super) struct Known {
    pub(super) key: Key,
    /// As it was counted last.
    pub(super) count: u64,
    /// As it was counted before.
    pub(super) earlier: Vec<u64>,
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
pub(super) fn within_days(known: &[Known]) -> BTreeSet<PublishedSum> {
    let mut sums = BTreeSet::new();
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
                close(&mut sums, &mut open);
            }
            // What lies across the end of another time is no part of it; no such days are published.
            if open.last().is_none_or(|whole| last <= whole.days.1) {
                let days = (first, last);
                open.push(Whole { days, known: group.get(&days).copied(), within: Vec::new() });
            }
        }
        while !open.is_empty() {
            close(&mut sums, &mut open);
        }
    }
    sums
}

/// By which properties it is told apart. What a measure counts is asked for by itself, so that it says nothing of another one.
fn properties(conditions: &[String]) -> Vec<&str> {
    let property = |condition: &String| condition.find(['=', '!']).unwrap_or(condition.len());
    let of =
        |condition: &String| if condition.starts_with("HAS") { condition.len() } else { property(condition) };
    conditions.iter().filter_map(|condition| condition.get(..of(condition))).collect()
}

/// All within the last of these is known: says what makes it up, and gives it to what contains it.
fn close(sums: &mut BTreeSet<PublishedSum>, open: &mut Vec<Whole<'_>>) {
    let Some(Whole { days, known, within }) = open.pop() else { return };
    let parts: Vec<&Known> = within.iter().filter_map(|(_, known)| *known).collect();
    if let Some(whole) = known.filter(|_| !parts.is_empty()) {
        let are_all = covers(days, within.iter().map(|(days, _)| *days));
        let counts = whole.earlier.iter().chain([&whole.count]);
        sums.extend(counts.flat_map(|count| left(&whole.key, *count, &parts, are_all)));
    }
    if let Some(above) = open.last_mut() {
        match known {
            // Counted at another time there was none; what is within it is within what contains it.
            None if !parts.is_empty() => above.within.extend(within),
            known => above.within.push((days, known)),
        }
    }
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

/// A whole with these parts of it and what is left of it; nothing is where they have all of its days, unless they were counted at
/// different times. Where they have all of them and are more than the whole, what went since is what both differ by. Nothing where they
/// are more than a whole of which they have some days: how much is left of it nobody knows then.
fn left(whole: &Key, count: u64, parts: &[&Known], are_all: bool) -> Vec<PublishedSum> {
    let of = |key: String, count: u64| PublishedCount { key, count };
    let mut all: Vec<PublishedCount> =
        parts.iter().map(|part| of(part.key.to_string(), part.count)).collect();
    let named = |joined: &str| {
        let all: Vec<String> =
            all.iter().map(|PublishedCount { key, count }| format!("{count} of {key}")).collect();
        all.join(joined)
    };
    let sum: u64 = parts.iter().map(|part| part.count).sum();
    let is = of(whole.to_string(), count);
    match count.checked_sub(sum) {
        Some(0) if are_all => vec![PublishedSum { whole: is, parts: all }],
        Some(rest) => {
            let key = format!("{count} of {whole} without {}", named(" without "));
            all.push(of(key, rest));
            vec![PublishedSum { whole: is, parts: all }]
        }
        None if are_all => {
            let together = of(format!("{} together", named(" and ")), sum);
            let went = of(format!("{} less {count} of {whole}", together.key), sum - count);
            let by_parts = PublishedSum { whole: together.clone(), parts: all };
            vec![by_parts, PublishedSum { whole: together, parts: vec![is, went] }]
        }
        None => Vec::new(),
    }
}
