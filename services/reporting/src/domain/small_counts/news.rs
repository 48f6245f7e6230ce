//! What of a release the ledger does not have yet: with each publication all is said again that hangs together.

use std::collections::HashSet;

use crate::domain::model::{PublishedCell, PublishedRelation, Release};

/// A count of something.
type Counted<'r> = (&'r str, u64);

/// The release without sums, days and properties that were kept before, and without counts that only these needed.
#[must_use]
pub fn news(release: Release, before: &[Release]) -> Release {
    let known: HashSet<(Counted<'_>, Vec<Counted<'_>>)> = before.iter().flat_map(sums).collect();
    let is_new: Vec<bool> =
        sums_of(&release).map(|sum| sum.is_none_or(|sum| !known.contains(&sum))).collect();
    let relations: Vec<&PublishedRelation> =
        release.relations.iter().zip(&is_new).filter(|(_, is_new)| **is_new).map(|(one, _)| one).collect();
    let needed: HashSet<usize> =
        relations.iter().flat_map(|one| one.parts.iter().chain([&one.whole])).copied().collect();
    let kept: Vec<usize> = (0..release.cells.len())
        .filter(|at| needed.contains(at) || release.cells.get(*at).is_some_and(|cell| cell.told.is_some()))
        .collect();
    // In the order of their places, so that each is found among those that are kept.
    let place = |at: &usize| kept.binary_search(at).ok();
    let relations = relations.into_iter().filter_map(|PublishedRelation { whole, parts }| {
        let parts = parts.iter().map(place).collect::<Option<Vec<usize>>>()?;
        Some(PublishedRelation { whole: place(whole)?, parts })
    });
    let relations = relations.collect();
    let cells = kept.iter().filter_map(|at| release.cells.get(*at)).cloned().collect();
    let has = |table| before.iter().any(|one| one.tables.contains(table));
    let tables = release.tables.iter().filter(|table| !has(table)).cloned().collect();
    Release { cells, relations, tables, ..release }
}

/// Whether a release tells anything that the ledger does not have: a count, how counts make up each other, of which days, or by what.
#[must_use]
pub fn tells_news(news: &Release, before: &[Release]) -> bool {
    let cells: HashSet<&PublishedCell> = before.iter().flat_map(|one| &one.cells).collect();
    let is_new = |cell: &PublishedCell| cell.told.is_some() && !cells.contains(cell);
    !news.relations.is_empty() || !news.tables.is_empty() || news.cells.iter().any(is_new)
}

fn sums(release: &Release) -> impl Iterator<Item = (Counted<'_>, Vec<Counted<'_>>)> {
    sums_of(release).flatten()
}

/// How its counts make up each other; none where one is not there.
fn sums_of(release: &Release) -> impl Iterator<Item = Option<(Counted<'_>, Vec<Counted<'_>>)>> {
    let of = |at: &usize| release.cells.get(*at).map(|cell| (cell.key.as_str(), cell.count));
    release.relations.iter().map(move |PublishedRelation { whole, parts }| {
        let mut parts = parts.iter().map(of).collect::<Option<Vec<Counted<'_>>>>()?;
        parts.sort_unstable();
        Some((of(whole)?, parts))
    })
}
