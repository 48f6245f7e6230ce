//! Of what is published for others hardly more is withheld than must be: not twice as much as the fewest that would do.

use std::collections::BTreeSet;

use seamless_reporting::domain::{
    model::{PublishedCell, Release},
    small_counts::{Draft, Verdict, reckoned},
};
use seamless_suppression::Rule;

use crate::published;

/// How many sets are looked at for one publication at most.
const SETS: usize = 12;

/// What is counted, and how many there are.
type Counted = (String, u64);

/// # Panics
/// If less than half as many withheld counts would have kept what was kept.
pub fn hardly_more_than_must_be(draft: &Draft, verdict: &Verdict, before: &[Release], rule: Rule) {
    let cells = published(draft.clone(), &verdict.withheld).cells;
    let earlier = |told: bool| {
        let cells = before.iter().flat_map(|release| &release.cells);
        cells.filter(|cell| cell.told == Some(told)).map(counted).collect::<BTreeSet<Counted>>()
    };
    let (told, hidden) = (earlier(true), earlier(false));
    let is_new = |cell: &&PublishedCell| {
        cell.told.is_some() && !told.contains(&counted(cell)) && !hidden.contains(&counted(cell))
    };
    let withheld: BTreeSet<Counted> =
        cells.iter().filter(is_new).filter(|cell| cell.told == Some(false)).map(counted).collect();
    let (small, others): (BTreeSet<Counted>, BTreeSet<Counted>) = cells
        .iter()
        .filter(is_new)
        .filter(|cell| cell.count > 0)
        .map(counted)
        .partition(|(_, count)| rule.is_small(*count));
    let others: Vec<&Counted> = others.iter().collect();
    if 2 * small.len() >= withheld.len() {
        return;
    }
    let is_withheld =
        |cell: &PublishedCell| withheld.contains(&counted(cell)) || hidden.contains(&counted(cell));
    let by_all = exposed(draft, |cell| !is_withheld(cell), before, rule);
    let mut sets = 0;
    for size in (0..=others.len()).take_while(|size| 2 * (small.len() + size) < withheld.len()) {
        for chosen in combinations(others.len(), size) {
            sets += 1;
            if sets > SETS {
                return;
            }
            let chosen: BTreeSet<&Counted> =
                small.iter().chain(chosen.iter().map(|at| others[*at])).collect();
            let is_told =
                |cell: &PublishedCell| !chosen.contains(&counted(cell)) && !hidden.contains(&counted(cell));
            assert!(
                exposed(draft, is_told, before, rule) > by_all,
                "{withheld:?} were withheld, {chosen:?} would have done"
            );
        }
    }
}

fn counted(cell: &PublishedCell) -> Counted {
    (cell.key.clone(), cell.count)
}

/// How many counts can be reckoned where these are withheld.
fn exposed(draft: &Draft, told: impl Fn(&PublishedCell) -> bool, before: &[Release], rule: Rule) -> usize {
    let mut tried = published(draft.clone(), &[]);
    for cell in tried.cells.iter_mut().filter(|cell| cell.told.is_some()) {
        cell.told = Some(told(cell));
    }
    let all: Vec<Release> = before.iter().cloned().chain([tried]).collect();
    reckoned(&all, rule).unwrap()
}

/// All choices of so many out of as many.
fn combinations(of: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let with_last = |last: usize| {
        combinations(last, size - 1).into_iter().map(move |mut chosen| {
            chosen.push(last);
            chosen
        })
    };
    (0..of).flat_map(with_last).collect()
}
