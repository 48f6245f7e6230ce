//! What is withheld of a draft, for whoever knows everything that was published before.

use std::collections::{BTreeMap, HashMap, HashSet};

use seamless_suppression::{
    Bounds, CellId, Part, Rule, SuppressionError, System, bounds_of, choose, exposed,
};

use super::{
    Draft, Key,
    closure::{Known, within_days},
    draft::DraftCell,
    named::{Named, name_of},
};
use crate::domain::model::Release;

/// Ends that are no further apart are the same: the arithmetic is exact to less.
const SAME: f64 = 0.001;

/// What is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Of each count of the draft, in its order.
    pub withheld: Vec<bool>,
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
pub(super) fn judge(
    draft: &Draft,
    before: &Before<'_>,
    rule: Rule,
) -> Result<(Verdict, Exposed), SuppressionError> {
    let known = before.with(draft)?;
    let choice = choose(&known.named.system, rule)?;
    let withheld = draft.cells.iter().map(|cell| {
        let is_chosen = known.id(cell).is_some_and(|id| choice.withheld.contains(&id));
        // What stands nowhere is not told.
        is_chosen || cell.implied || known.cells.get(&counted(cell)) == Some(&Standing::Withheld)
    });
    let withheld = withheld.collect();
    Ok((Verdict { withheld }, before.exposed(draft, &known, &choice.withheld, &choice.exposed)?))
}

/// What can be reckoned by a draft, whatever is withheld of it.
///
/// # Errors
/// As [`judge`].
pub(super) fn exposed_by(
    draft: &Draft,
    before: &Before<'_>,
    rule: Rule,
) -> Result<Exposed, SuppressionError> {
    let known = before.with(draft)?;
    let cells = exposed(&known.named.system, rule)?;
    let open = known.named.system.cells().filter(|(_, cell)| cell.part == Part::Open && cell.count > 0);
    let open: Vec<CellId> = open.map(|(id, _)| id).collect();
    before.exposed(draft, &known, &open, &cells)
}

/// What can be reckoned by a draft, and could not before, or not as narrowly.
pub(super) struct Exposed {
    /// Which counts of the draft, by their places.
    pub of_draft: Vec<usize>,
    /// Whether anything can, what stands nowhere included: what has come since an earlier count, what is left of a year.
    pub is_any: bool,
}

/// Everything that was published before.
pub(super) struct Before<'a> {
    releases: &'a [Release],
    known: Everything,
}

impl<'a> Before<'a> {
    pub(super) fn of(releases: &'a [Release]) -> Result<Self, SuppressionError> {
        Ok(Self { releases, known: Everything::of(&Draft::new(), releases)? })
    }

    /// With a draft, of which alone something new can be reckoned.
    fn with(&self, draft: &Draft) -> Result<Everything, SuppressionError> {
        draft.check()?;
        let mut all = Everything::of(draft, self.releases)?;
        all.named.was_known(&self.known.named);
        Ok(all)
    }

    /// Of what can be reckoned, where these are withheld, that which the draft is the reason for.
    fn exposed(
        &self,
        draft: &Draft,
        known: &Everything,
        withheld: &[CellId],
        exposed: &[CellId],
    ) -> Result<Exposed, SuppressionError> {
        if exposed.is_empty() {
            return Ok(Exposed { of_draft: Vec::new(), is_any: false });
        }
        let by_name = |named: &Named, bounds: Vec<(CellId, Bounds)>| {
            let of = |(cell, bounds)| Some((named.name(cell)?.to_owned(), bounds));
            bounds.into_iter().filter_map(of).collect::<HashMap<String, Bounds>>()
        };
        let after = bounds_of(&known.named.system, withheld, exposed)?;
        let names: HashSet<&str> = exposed.iter().filter_map(|cell| known.named.name(*cell)).collect();
        let earlier = &self.known.named;
        let of_before = earlier.system.cells().map(|(id, _)| id);
        let of_before: Vec<CellId> =
            of_before.filter(|id| earlier.name(*id).is_some_and(|name| names.contains(name))).collect();
        let before = by_name(earlier, bounds_of(&earlier.system, &[], &of_before)?);
        let is_new = |(cell, after): &(CellId, Bounds)| {
            let before = known.named.name(*cell).and_then(|name| before.get(name));
            before.is_none_or(|before| after.lower > before.lower + SAME || after.upper < before.upper - SAME)
        };
        let new: HashSet<CellId> = after.into_iter().filter(is_new).map(|(cell, _)| cell).collect();
        let is_lost = |cell: &DraftCell| known.id(cell).is_some_and(|id| new.contains(&id));
        let of_draft = draft.cells.iter().enumerate().filter(|(_, cell)| is_lost(cell)).map(|(at, _)| at);
        Ok(Exposed { of_draft: of_draft.collect(), is_any: !new.is_empty() })
    }
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
            let counted = (key.to_owned(), count);
            let stands = cells.get(&counted).is_some_and(|standing| *standing != Standing::Implied);
            Some(Known { key: Key::parse(key)?, count, id: ids.get(&counted).copied()?, stands })
        });
        within_days(&mut named, &known.collect::<Vec<_>>())?;
        Ok(Self { cells, named, ids })
    }

    fn id(&self, cell: &DraftCell) -> Option<CellId> {
        self.ids.get(&counted(cell)).copied()
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
