//! What is withheld of a draft, for whoever knows everything that was published before.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use seamless_suppression::{
    Bounds, Budget, CellId, Judgement, Part, Rule, SuppressionError, System, bounds_of, tells_more,
};

use super::{
    Draft,
    draft::DraftCell,
    key::is_named,
    named::{Named, key_of, name_of},
};
use crate::domain::model::{PublishedRelation, Release};

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

/// What a draft is judged by.
#[derive(Clone, Copy)]
pub struct JudgedBy<'a> {
    /// Everything that was published before by its side, whether it was a report or an answer.
    pub before: &'a [Release],
    pub rule: Rule,
    /// How much may be reckoned for all of it.
    pub budget: &'a Budget<'a>,
}

/// Judges a draft. None where something new can be reckoned by it whatever is withheld.
///
/// # Errors
/// If it is too large to be judged: then nothing may be published.
pub(super) fn judge(
    draft: &Draft,
    before: &Before<'_>,
) -> Result<(Option<Verdict>, Exposed), SuppressionError> {
    let known = before.with(draft)?;
    let JudgedBy { rule, budget, .. } = before.by;
    let judgement = Judgement::of(&known.named.system, rule, budget)?;
    let open = known.named.system.cells().filter(|(_, cell)| cell.part == Part::Open && cell.count > 0);
    let open: Vec<CellId> = open.map(|(id, _)| id).collect();
    let exposed = before.exposed(draft, &known, &open, &judgement.exposed())?;
    if exposed.is_any {
        return Ok((None, exposed));
    }
    let choice = judgement.choose()?;
    let withheld = draft.cells.iter().map(|cell| {
        let is_chosen = known.id(cell).is_some_and(|id| choice.withheld.contains(&id));
        // What stands nowhere is not told.
        is_chosen || cell.implied || known.cells.get(&counted(cell)) == Some(&Standing::Withheld)
    });
    let verdict = Verdict { withheld: withheld.collect() };
    Ok((Some(verdict), before.exposed(draft, &known, &choice.withheld, &choice.exposed)?))
}

/// What can be reckoned by a draft, and could not before, or not as narrowly.
pub(super) struct Exposed {
    /// Which counts of the draft, by their places.
    pub of_draft: Vec<usize>,
    /// Whether anything can, what stands nowhere included: what has come since an earlier count, what is left of a year.
    pub is_any: bool,
    /// What they are of, by their keys.
    pub keys: BTreeSet<String>,
}

/// Everything that was published before.
pub(super) struct Before<'a> {
    by: JudgedBy<'a>,
    known: Everything,
    /// What could be reckoned of it, by name, as far as it was asked for; none where the arithmetic failed.
    bounds: RefCell<HashMap<String, Option<Bounds>>>,
}

impl<'a> Before<'a> {
    pub(super) fn of(by: JudgedBy<'a>) -> Result<Self, SuppressionError> {
        Ok(Self { by, known: Everything::of(&Draft::new(), by.before)?, bounds: RefCell::default() })
    }

    /// With a draft, of which alone something new can be reckoned.
    fn with(&self, draft: &Draft) -> Result<Everything, SuppressionError> {
        draft.check()?;
        let mut all = Everything::of(draft, self.by.before)?;
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
            return Ok(Exposed { of_draft: Vec::new(), is_any: false, keys: BTreeSet::new() });
        }
        let after = bounds_of(&known.named.system, withheld, exposed, self.by.budget)?;
        let names: HashSet<&str> = exposed.iter().filter_map(|cell| known.named.name(*cell)).collect();
        let mut before = self.bounds.borrow_mut();
        let earlier = &self.known.named;
        let of_before = earlier.system.cells().map(|(id, _)| id).filter(|id| {
            earlier.name(*id).is_some_and(|name| names.contains(name) && !before.contains_key(name))
        });
        let of_before: Vec<CellId> = of_before.collect();
        for (cell, bounds) in bounds_of(&earlier.system, &[], &of_before, self.by.budget)? {
            before.extend(earlier.name(cell).map(|name| (name.to_owned(), bounds)));
        }
        let is_new = |(cell, after): &(CellId, Option<Bounds>)| {
            let before = known.named.name(*cell).and_then(|name| before.get(name));
            tells_more(before.copied().flatten(), *after)
        };
        let new: HashSet<CellId> = after.into_iter().filter(is_new).map(|(cell, _)| cell).collect();
        let is_lost = |cell: &DraftCell| known.id(cell).is_some_and(|id| new.contains(&id));
        let of_draft = draft.cells.iter().enumerate().filter(|(_, cell)| is_lost(cell)).map(|(at, _)| at);
        let keys = new.iter().filter_map(|cell| known.named.name(*cell)).map(|name| key_of(name).to_owned());
        Ok(Exposed { of_draft: of_draft.collect(), is_any: !new.is_empty(), keys: keys.collect() })
    }
}

/// How many small or withheld counts can be reckoned from what was published.
///
/// # Errors
/// As [`judge`].
pub fn reckoned(published: &[Release], rule: Rule) -> Result<usize, SuppressionError> {
    let known = Everything::of(&Draft::new(), published)?;
    Ok(Judgement::of(&known.named.system, rule, &Budget::default())?.exposed().len())
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
        let named_of = named(draft, before);
        let mut named = Named::default();
        let mut ids: HashMap<Counted, CellId> = HashMap::new();
        for (counted, standing) in &cells {
            let part = match standing {
                Standing::Told => Part::Told,
                Standing::Withheld => Part::Withheld,
                Standing::Open => Part::Open,
                Standing::Implied if named_of.get(counted) == Some(&counted.1) => Part::Free,
                Standing::Implied => Part::Implied,
            };
            let (key, count) = counted;
            ids.insert(counted.clone(), named.cell(name_of(key, *count), *count, part));
        }
        // What was said before is said again with each publication: as often as it is said, it is one sum.
        let mut said = Said::new();
        let of_draft = |at: &usize| ids.get(&counted(draft.cells.get(*at)?)).copied();
        for release in before {
            let of = |at: &usize| {
                let cell = release.cells.get(*at)?;
                ids.get(&(cell.key.clone(), cell.count)).copied()
            };
            relate_all(&mut named.system, &mut said, &release.relations, of)?;
        }
        relate_all(&mut named.system, &mut said, &draft.relations, of_draft)?;
        changes(&mut named, &cells, &ids, &named_of)?;
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
        let standing = match (cell.public, cell.implied) {
            (true, _) => Standing::Told,
            (false, true) => Standing::Implied,
            (false, false) => Standing::Open,
        };
        note(&cell.key, cell.count, standing);
    }
    cells
}

/// Of counts how much of each a bulletin names, that nobody before did: whatever is known of these alerts is known with their names.
fn named(draft: &Draft, before: &[Release]) -> NamedOf {
    let of_draft = |at: &usize| draft.cells.get(*at).map(counted);
    let drafted = draft.relations.iter().filter_map(|one| named_of(one, &of_draft));
    let kept = before.iter().flat_map(|release| {
        let of = |at: &usize| release.cells.get(*at).map(|cell| (cell.key.clone(), cell.count));
        release.relations.iter().filter_map(move |one| named_of(one, &of))
    });
    let mut named = NamedOf::new();
    for (whole, count) in kept.chain(drafted) {
        let known = named.entry(whole).or_default();
        *known = count.max(*known);
    }
    named
}

type NamedOf = HashMap<Counted, u64>;

fn named_of(
    PublishedRelation { whole, parts }: &PublishedRelation,
    of: &dyn Fn(&usize) -> Option<Counted>,
) -> Option<(Counted, u64)> {
    let named: u64 =
        parts.iter().filter_map(of).filter(|(key, _)| is_named(key)).map(|(_, count)| count).sum();
    (named > 0).then(|| Some((of(whole)?, named))).flatten()
}

/// Sums that were said: the whole, and its parts in their order.
type Said = HashSet<(CellId, Vec<CellId>)>;

/// Says how cells make up others, each found by its place; the same cell twice says nothing.
fn relate_all(
    system: &mut System,
    said: &mut Said,
    relations: &[PublishedRelation],
    of: impl Fn(&usize) -> Option<CellId>,
) -> Result<(), SuppressionError> {
    for PublishedRelation { whole, parts } in relations {
        let parts = parts.iter().map(&of).collect::<Option<Vec<CellId>>>();
        let (Some(whole), Some(parts)) = (of(whole), parts) else { continue };
        let mut once = parts.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() == parts.len() && !parts.contains(&whole) && said.insert((whole, once)) {
            system.adds_up(whole, &parts)?;
        }
    }
    Ok(())
}

/// Of one thing that was counted differently at different times the greater count is the smaller one and what came or went in between.
fn changes(
    named: &mut Named,
    cells: &Cells,
    ids: &HashMap<Counted, CellId>,
    named_of: &NamedOf,
) -> Result<(), SuppressionError> {
    let mut cells = cells.keys().peekable();
    while let Some((key, count)) = cells.next() {
        let Some((_, more)) = cells.peek().filter(|(other, _)| other == key) else { continue };
        let (one, other) = (ids.get(&(key.clone(), *count)), ids.get(&(key.clone(), *more)));
        if let (Some(one), Some(other)) = (one, other) {
            // As many as came may be among those that are known by name.
            let by_name = named_of.get(&(key.clone(), *more)).is_some_and(|known| *known >= more - count);
            let part = if by_name { Part::Free } else { Part::Implied };
            let change = named.cell(format!("{count} to {more} of {key}"), more - count, part);
            named.system.adds_up(*other, &[*one, change])?;
        }
    }
    Ok(())
}
