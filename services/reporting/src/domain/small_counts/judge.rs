//! What is withheld of a draft, for whoever knows everything that was published before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use seamless_suppression::{CellId, Part, Rule, SuppressionError, System, choose, exposed};

use super::{
    Draft, Key,
    closure::{Known, within_days},
    draft::DraftCell,
    named::{Named, name_of},
};
use crate::domain::model::Release;

/// What is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of each count of the draft, in its order.
    pub withheld: Vec<bool>,
    /// Of each count of the draft: that it can be reckoned whatever is withheld.
    pub lost: Vec<bool>,
    /// Of everything: what can be reckoned so, by its name.
    pub exposed: BTreeSet<String>,
}

/// What is known of a count, the most telling last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Implied,
    Open,
    Withheld,
    Told,
}

/// What a count is of, and how many they are: the same count of the same thing is one cell, whenever it was published.
type Counted = (String, u64);

/// Counts with what is known of them.
type Cells = BTreeMap<Counted, Standing>;

/// Judges a draft. Everything that was published before of the same authority is known, whether it was a report or an answer.
///
/// # Errors
/// If it is too large to be judged: then nothing may be published.
pub fn judge(draft: &Draft, before: &[Release], rule: Rule) -> Result<Verdict, SuppressionError> {
    let known = Everything::of(draft, before)?;
    let choice = choose(&known.named.system, rule)?;
    let withheld = draft.cells.iter().map(|cell| {
        let is_chosen = known.id(cell).is_some_and(|id| choice.withheld.contains(&id));
        // What stands nowhere is not told.
        is_chosen || cell.implied || known.cells.get(&counted(cell)) == Some(&Standing::Withheld)
    });
    let (withheld, lost) = (withheld.collect(), known.lost(draft, &choice.exposed));
    Ok(Verdict { withheld, lost, exposed: known.named.names(&choice.exposed) })
}

/// Everything that can be reckoned whatever is withheld of a draft.
///
/// # Errors
/// As [`judge`].
pub(super) fn exposed_by(draft: &Draft, before: &[Release], rule: Rule) -> Result<Exposed, SuppressionError> {
    let known = Everything::of(draft, before)?;
    let cells = exposed(&known.named.system, rule)?;
    Ok(Exposed { lost: known.lost(draft, &cells), names: known.named.names(&cells) })
}

/// What can be reckoned whatever is withheld.
pub(super) struct Exposed {
    /// Of each count of the draft.
    pub lost: Vec<bool>,
    /// Of everything, what stands nowhere included: what has come since an earlier count, what is left of a year.
    pub names: BTreeSet<String>,
}

/// How many small or withheld counts can be reckoned from what was published.
///
/// # Errors
/// As [`judge`].
pub fn reckoned(published: &[Release], rule: Rule) -> Result<usize, SuppressionError> {
    Ok(exposed(&Everything::of(&Draft::new(), published)?.named.system, rule)?.len())
}

/// A draft with everything that was published before.
struct Everything {
    cells: Cells,
    named: Named,
    ids: HashMap<Counted, CellId>,
}

impl Everything {
    fn of(draft: &Draft, before: &[Release]) -> Result<Self, SuppressionError> {
        let cells = cells(draft, before);
        let mut named = Named::default();
        let mut ids: HashMap<Counted, CellId> = HashMap::new();
        for (counted, standing) in &cells {
            let part = match standing {
                Standing::Told => Part::Told,
                Standing::Withheld => Part::Withheld,
                Standing::Open => Part::Open,
                Standing::Implied => Part::Implied,
            };
            let (key, count) = counted;
            ids.insert(counted.clone(), named.cell(name_of(key, *count), *count, part));
        }
        for release in before {
            let of = |at: &usize| {
                let cell = release.cells.get(*at)?;
                ids.get(&(cell.key.clone(), cell.count)).copied()
            };
            for relation in &release.relations {
                relate(
                    &mut named.system,
                    of(&relation.whole),
                    relation.parts.iter().map(of),
                    relation.overlapping,
                )?;
            }
        }
        let of = |at: &usize| ids.get(&counted(draft.cells.get(*at)?)).copied();
        for relation in &draft.relations {
            relate(
                &mut named.system,
                of(&relation.whole),
                relation.parts.iter().map(of),
                relation.overlapping,
            )?;
        }
        changes(&mut named, &cells, &ids)?;
        // Of each thing the count that it has now.
        let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
        for release in before {
            newest.extend(release.cells.iter().map(|cell| (cell.key.as_str(), cell.count)));
        }
        newest.extend(draft.cells.iter().map(|cell| (cell.key.as_str(), cell.count)));
        let known = newest.into_iter().filter_map(|(key, count)| {
            Some(Known { key: Key::parse(key)?, count, id: ids.get(&(key.to_owned(), count)).copied()? })
        });
        within_days(&mut named, &known.collect::<Vec<_>>())?;
        Ok(Self { cells, named, ids })
    }

    fn id(&self, cell: &DraftCell) -> Option<CellId> {
        self.ids.get(&counted(cell)).copied()
    }

    fn lost(&self, draft: &Draft, exposed: &[CellId]) -> Vec<bool> {
        let is_lost = |cell| self.id(cell).is_some_and(|id| exposed.contains(&id));
        draft.cells.iter().map(is_lost).collect()
    }
}

fn counted(cell: &DraftCell) -> Counted {
    (cell.key.clone(), cell.count)
}

/// What is known of each count.
fn cells(draft: &Draft, before: &[Release]) -> Cells {
    let mut cells = Cells::new();
    let mut note = |key: &str, count: u64, standing: Standing| {
        let known = cells.entry((key.to_owned(), count)).or_insert(standing);
        *known = (*known).max(standing);
    };
    for release in before {
        for cell in &release.cells {
            let standing = match cell.told {
                Some(true) => Standing::Told,
                Some(false) => Standing::Withheld,
                None => Standing::Implied,
            };
            note(&cell.key, cell.count, standing);
        }
    }
    for cell in &draft.cells {
        note(&cell.key, cell.count, if cell.implied { Standing::Implied } else { Standing::Open });
    }
    cells
}

/// Says how cells make up another one; the same cell twice says nothing.
fn relate(
    system: &mut System,
    whole: Option<CellId>,
    parts: impl Iterator<Item = Option<CellId>>,
    overlapping: bool,
) -> Result<(), SuppressionError> {
    let (Some(whole), Some(parts)) = (whole, parts.collect::<Option<Vec<CellId>>>()) else { return Ok(()) };
    let mut once = parts.clone();
    once.sort_unstable();
    once.dedup();
    match (once.len() == parts.len() && !parts.contains(&whole), overlapping) {
        (false, _) => Ok(()),
        (true, false) => system.adds_up(whole, &parts),
        (true, true) => system.is_covered(whole, &parts),
    }
}

/// Of one thing that was counted differently at different times the greater count is the smaller one and what came or went in between.
fn changes(named: &mut Named, cells: &Cells, ids: &HashMap<Counted, CellId>) -> Result<(), SuppressionError> {
    let mut cells = cells.keys().peekable();
    while let Some((key, count)) = cells.next() {
        let Some((_, more)) = cells.peek().filter(|(other, _)| other == key) else { continue };
        let (one, other) = (ids.get(&(key.clone(), *count)), ids.get(&(key.clone(), *more)));
        if let (Some(one), Some(other)) = (one, other) {
            let change = named.cell(format!("{count} to {more} of {key}"), more - count, Part::Implied);
            named.system.adds_up(*other, &[*one, change])?;
        }
    }
    Ok(())
}
