//! An answer as others than the side whose cases it counts may have it.

use std::collections::BTreeMap;

use seamless_suppression::{Budget, SuppressionError};

use super::{
    Draft, JudgedBy, Key, Settled, Verdict,
    query::{MOST_TOGETHER, include, properties_of, told_apart_by},
    settle,
};
use crate::domain::{
    content::{Text, Value, WITHHELD_CASES},
    figures::{
        Facts, Question,
        statistics::{
            Condition, Coordinate, Statistics, StatisticsQuery, StatisticsRow, World, has_several, statistics,
        },
    },
    model::{PublishedTable, Release, StatisticsDimension, StatisticsMeasure, StatisticsSubject},
};

/// The most combinations of values that are looked at where no case has them.
const MOST_COMBINATIONS: usize = 400;

/// An answer of which small counts are withheld.
#[derive(Clone, Debug)]
pub struct ReleasedStatistics {
    pub statistics: Statistics,
    pub draft: Draft,
    pub verdict: Verdict,
}

/// Why an answer cannot be judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Unjudged {
    /// It hangs together with what others were told by too many properties.
    #[error(
        "it hangs together with what others were told by {0} properties; at most {MOST_TOGETHER} are looked at together"
    )]
    Properties(usize),
    /// Its counts are too many, or do not fit together.
    #[error(transparent)]
    Counts(#[from] SuppressionError),
}

/// A row of counts: what it is of, its place among the cells, and those of what is counted of it.
struct Placed {
    key: Key,
    cell: usize,
    counted: Vec<usize>,
    /// Of each of these, those that it does not count.
    lacking: Vec<usize>,
}

impl Placed {
    /// All of its cells.
    fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.cell).chain(self.counted.iter().copied())
    }
}

/// Rows by their coordinates, for each set of dimensions.
type Places = BTreeMap<(u32, Vec<String>), Placed>;

/// What some counts are told apart by, of what, and what is counted of each.
struct Cut<'c> {
    dimensions: Vec<StatisticsDimension>,
    filter: &'c [Condition],
    counted: &'c [StatisticsMeasure],
    /// Which sets of the dimensions are to be published: that of all rows, and that of the total; none where all is implied.
    asked: Option<u32>,
}

/// The answer for others, judged by all that was published before. None where it would tell of few cases whatever is withheld of it.
///
/// # Errors
/// If it cannot be judged: then nothing may be published.
pub fn release(
    question: &Question<'_>,
    query: &StatisticsQuery,
    facts: &Facts,
    world: World<'_>,
    by: JudgedBy<'_>,
) -> Result<Option<ReleasedStatistics>, Unjudged> {
    let mut answer = statistics(question, query, facts, world);
    // Whether some cases stand in several rows would tell of these.
    answer.overlapping = query.dimensions.iter().any(|dimension| has_several(*dimension));
    let release = Drafting { question, query, facts, world, counted: counted(query), budget: by.budget };
    let (mut draft, places) = release.draft(by.before)?;
    let asked = all_of(query.dimensions.len());
    let of_rows = places.iter().filter(|((mask, _), _)| *mask == asked && asked > 0);
    let rows: Vec<usize> = of_rows.flat_map(|(_, placed)| placed.cells()).collect();
    let Some(Settled { verdict, left_out }) = settle(&mut draft, &[rows], by)? else {
        return Ok(None);
    };
    let is_told = |cell: usize| !verdict.withheld.get(cell).copied().unwrap_or(true);
    let is_total_told = places.get(&(0, Vec::new())).is_some_and(|total| is_told(total.cell));
    let withhold = |row: &mut StatisticsRow, mask: u32| {
        let placed = places.get(&(mask, ids(row)));
        for (measure, value) in query.measures.iter().zip(&mut row.values) {
            let is_kept =
                placed.is_some_and(|placed| release.is_told(*measure, placed, &is_told, is_total_told));
            if !is_kept {
                *value = Value::Withheld;
            }
        }
        if placed.is_none_or(|placed| !is_told(placed.cell)) {
            row.cases = WITHHELD_CASES;
        }
    };
    answer.rows.iter_mut().for_each(|row| withhold(row, asked));
    withhold(&mut answer.total, 0);
    if left_out.contains(&true) && !answer.rows.is_empty() {
        // That there are such rows would tell too much.
        answer.rows.clear();
        answer.rest = Some((StatisticsRow { coordinates: Vec::new(), ..answer.total.clone() }, 0));
    }
    if let Some((rest, _)) = &mut answer.rest {
        // Made up of rows that stand nowhere.
        rest.values.iter_mut().for_each(|value| *value = Value::Withheld);
        rest.cases = WITHHELD_CASES;
    }
    Ok(Some(ReleasedStatistics { statistics: answer, draft, verdict }))
}

/// What is counted of each row besides its cases: what the query asks for, and what its other measures rest on.
fn counted(query: &StatisticsQuery) -> Vec<StatisticsMeasure> {
    use StatisticsMeasure as Of;
    let mut counted = Vec::new();
    for measure in &query.measures {
        let rests_on = match measure {
            Of::Withdrawn | Of::Reactions => *measure,
            Of::MedianDays | Of::MedianDaysNet => Of::Reactions,
            Of::Alerts
            | Of::Cases
            | Of::ShareOfAll
            | Of::Acknowledged
            | Of::Measured
            | Of::Open
            | Of::ShareOnTime
            | Of::ShareWithin21Days => continue,
        };
        include(&mut counted, rests_on);
    }
    counted
}

struct Drafting<'a> {
    question: &'a Question<'a>,
    query: &'a StatisticsQuery,
    facts: &'a Facts,
    world: World<'a>,
    counted: Vec<StatisticsMeasure>,
    budget: &'a Budget<'a>,
}

impl Drafting<'_> {
    /// All counts of the answer with those that follow from them: sums over each set of dimensions, what a condition leaves
    /// out; and what links them with tables of other properties that were published before.
    fn draft(&self, before: &[Release]) -> Result<(Draft, Places), Unjudged> {
        let query = self.query;
        let mut draft = Draft::new();
        let dimensions = told_apart_by(query);
        let asked = all_of(query.dimensions.len());
        let cut = Cut { dimensions, filter: &query.filter, counted: &self.counted, asked: Some(asked) };
        let places = self.tables(&mut draft, &cut)?;
        for condition in 0..query.filter.len() {
            for mask in [0, asked] {
                self.leave_out(&mut draft, &places, mask, condition);
            }
        }
        let (together, counted) = self.together(before);
        if together.len() > MOST_TOGETHER {
            return Err(Unjudged::Properties(together.len()));
        }
        if !together.is_empty() {
            let cut = Cut { dimensions: together, filter: &[], counted: &counted, asked: None };
            self.tables(&mut draft, &cut)?;
        }
        draft.tables.push(PublishedTable {
            population: self.population(),
            days: Some((query.period.first, query.period.last)),
            dimensions: properties_of(query),
            counted: self.counted.clone(),
        });
        Ok((draft, places))
    }

    /// Of what the counts are.
    fn population(&self) -> String {
        let (subject, status): (&str, &str) = (self.query.subject.into(), self.query.status.into());
        format!("{subject} {status}")
    }

    /// The properties and counts that are looked at together: those of the query, and those of tables of several that were published
    /// before of its days and hang together with it: by a property that both have, or by others of such tables. Tables of one property
    /// each tell of each other by their total alone.
    fn together(&self, before: &[Release]) -> (Vec<StatisticsDimension>, Vec<StatisticsMeasure>) {
        let mut dimensions = properties_of(self.query);
        let mut counted = self.counted.clone();
        // What was withdrawn before the cut is a part of what stands as withdrawn.
        let is_of_states = dimensions.contains(&StatisticsDimension::AlertState);
        if self.query.subject == StatisticsSubject::Alerts && is_of_states {
            include(&mut counted, StatisticsMeasure::Withdrawn);
        }
        if dimensions.len() + counted.len() < 2 {
            return (dimensions, counted);
        }
        let (population, period) = (self.population(), &self.query.period);
        let mut left: Vec<&PublishedTable> = before
            .iter()
            .flat_map(|one| &one.tables)
            .filter(|table| {
                let is_of_these_days =
                    table.days.is_none_or(|(first, last)| first <= period.last && period.first <= last);
                let has_several = table.dimensions.len() + table.counted.len() > 1;
                table.population == population && is_of_these_days && has_several
            })
            .collect();
        loop {
            let (hanging, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|table| {
                table.dimensions.iter().any(|one| dimensions.contains(one))
                    || table.counted.iter().any(|one| counted.contains(one))
            });
            for table in &hanging {
                table.dimensions.iter().for_each(|one| include(&mut dimensions, *one));
                table.counted.iter().for_each(|one| include(&mut counted, *one));
            }
            if hanging.is_empty() {
                return (dimensions, counted);
            }
            left = others;
        }
    }

    /// Adds the counts of a cut, told apart by each set of its dimensions, and how they make up each other.
    ///
    /// # Errors
    /// [`SuppressionError::Stopped`] once nobody waits for it.
    fn tables(&self, draft: &mut Draft, cut: &Cut<'_>) -> Result<Places, SuppressionError> {
        let mut places = Places::new();
        let sets = all_of(cut.dimensions.len());
        let values: Vec<Vec<String>> =
            cut.dimensions.iter().map(|dimension| self.values(*dimension, cut.filter)).collect();
        for mask in 0..=sets {
            if self.budget.is_stopped() {
                return Err(SuppressionError::Stopped);
            }
            let of = chosen(&cut.dimensions, mask);
            let is_open = cut.asked.is_some_and(|asked| mask == asked || mask == 0);
            let rows = self.rows(&of, cut.filter, cut.counted);
            for row in rows.iter().chain(&none_of(&rows, &chosen(&values, mask), cut.counted.len())) {
                let placed = self.place(draft, &of, cut, row, is_open);
                places.insert((mask, ids(row)), placed);
            }
        }
        for mask in 1..=sets {
            for index in (0..cut.dimensions.len()).filter(|index| mask & (1 << index) != 0) {
                make_up(draft, &places, cut, mask, index);
            }
        }
        Ok(places)
    }

    /// The values that cases have of a property.
    fn values(&self, dimension: StatisticsDimension, filter: &[Condition]) -> Vec<String> {
        let rows = self.rows(&[dimension], filter, &[]);
        rows.iter().flat_map(ids).collect()
    }

    /// Rows of the counts, told apart by these dimensions.
    fn rows(
        &self,
        dimensions: &[StatisticsDimension],
        filter: &[Condition],
        counted: &[StatisticsMeasure],
    ) -> Vec<StatisticsRow> {
        let query = StatisticsQuery {
            dimensions: dimensions.to_vec(),
            filter: filter.to_vec(),
            measures: counted.to_vec(),
            order_by: None,
            limit: usize::MAX,
            ..self.query.clone()
        };
        let counts = statistics(self.question, &query, self.facts, self.world);
        if dimensions.is_empty() { vec![counts.total] } else { counts.rows }
    }

    /// What a row is of.
    fn key(&self, dimensions: &[StatisticsDimension], filter: &[Condition], row: &StatisticsRow) -> Key {
        let subject: &str = self.query.subject.into();
        let mut key = Key::of(subject, self.query.status, &self.query.period);
        for condition in filter {
            // The value of a row says more than a condition of which a case has one value alone.
            if has_several(condition.dimension) || !dimensions.contains(&condition.dimension) {
                key = key.with(condition.dimension.into(), condition.values.iter().map(String::as_str));
            }
        }
        for (dimension, value) in dimensions.iter().zip(&row.coordinates) {
            key = key.with((*dimension).into(), [value.id.as_str()]);
        }
        key
    }

    /// Adds the counts of a row.
    fn place(
        &self,
        draft: &mut Draft,
        dimensions: &[StatisticsDimension],
        cut: &Cut<'_>,
        row: &StatisticsRow,
        is_open: bool,
    ) -> Placed {
        let key = self.key(dimensions, cut.filter, row);
        let add = |draft: &mut Draft, key: &Key, count: u64| match is_open {
            true => draft.open(key, count),
            false => draft.implied(key, count),
        };
        let cell = add(draft, &key, row.cases);
        let count = |at: usize| match row.values.get(at) {
            Some(Value::Count(count)) => *count,
            _ => 0,
        };
        let (mut counted, mut lacking) = (Vec::new(), Vec::new());
        for (at, measure) in cut.counted.iter().enumerate() {
            let word: &str = (*measure).into();
            let holds = add(draft, &key.clone().with("HAS", [word]), count(at));
            let rest = row.cases.saturating_sub(count(at));
            let lacks = draft.implied(&key.clone().without("HAS", [word]), rest);
            draft.adds_up(cell, vec![holds, lacks]);
            counted.push(holds);
            lacking.push(lacks);
        }
        Placed { key, cell, counted, lacking }
    }

    /// Adds the counts without a condition, and what the condition leaves out of them.
    fn leave_out(&self, draft: &mut Draft, places: &Places, mask: u32, left_out: usize) {
        let Some(condition) = self.query.filter.get(left_out) else { return };
        let mut filter = self.query.filter.clone();
        filter.remove(left_out);
        let of = chosen(&self.query.dimensions, mask);
        let values = || condition.values.iter().map(String::as_str);
        for row in self.rows(&of, &filter, &self.counted) {
            let Some(placed) = places.get(&(mask, ids(&row))) else { continue };
            let key = self.key(&of, &filter, &row);
            let inside = |draft: &Draft, at: usize| draft.cells.get(at).map_or(0, |cell| cell.count);
            let Some(rest) = row.cases.checked_sub(inside(draft, placed.cell)) else { continue };
            let whole = draft.implied(&key, row.cases);
            let outside_key = key.clone().without(condition.dimension.into(), values());
            let outside = draft.implied(&outside_key, rest);
            draft.adds_up(whole, vec![placed.cell, outside]);
            for ((measure, value), holds) in self.counted.iter().zip(&row.values).zip(&placed.counted) {
                let Value::Count(count) = value else { continue };
                let Some(other) = count.checked_sub(inside(draft, *holds)) else { continue };
                let word: &str = (*measure).into();
                let all = draft.implied(&key.clone().with("HAS", [word]), *count);
                let held = draft.implied(&outside_key.clone().with("HAS", [word]), other);
                draft.adds_up(all, vec![*holds, held]);
                let lacks =
                    draft.implied(&outside_key.clone().without("HAS", [word]), rest.saturating_sub(other));
                draft.adds_up(outside, vec![held, lacks]);
            }
        }
    }

    /// Whether a value may be told: with all counts that it rests on.
    fn is_told(
        &self,
        measure: StatisticsMeasure,
        placed: &Placed,
        is_told: &dyn Fn(usize) -> bool,
        is_total_told: bool,
    ) -> bool {
        use StatisticsMeasure as Of;
        let of = |measure: StatisticsMeasure| {
            let at = self.counted.iter().position(|one| *one == measure);
            at.and_then(|at| placed.counted.get(at)).is_some_and(|cell| is_told(*cell))
        };
        let cell = is_told(placed.cell);
        match measure {
            // Of alerts; of cases others are not told how many alerts they are of.
            Of::Alerts => cell && self.query.subject == StatisticsSubject::Alerts,
            Of::Cases => cell,
            Of::Withdrawn | Of::Reactions => of(measure),
            Of::ShareOfAll => cell && is_total_told,
            // Not asked for others.
            Of::Acknowledged | Of::Measured | Of::Open | Of::ShareOnTime | Of::ShareWithin21Days => false,
            Of::MedianDays | Of::MedianDaysNet => cell && of(Of::Reactions),
        }
    }
}

/// Of a row what it is of.
fn ids(row: &StatisticsRow) -> Vec<String> {
    row.coordinates.iter().map(|one| one.id.clone()).collect()
}

/// The set of all of so many.
fn all_of(count: usize) -> u32 {
    (1_u32 << count) - 1
}

/// Those that are in a set.
fn chosen<T: Clone>(all: &[T], mask: u32) -> Vec<T> {
    let is_in = |index: &usize| mask & (1 << index) != 0;
    all.iter().enumerate().filter(|(index, _)| is_in(index)).map(|(_, one)| one.clone()).collect()
}

/// Rows of combinations that no case has, where there are not too many: who sees a table sees that they are not in it.
fn none_of(rows: &[StatisticsRow], values: &[Vec<String>], counted: usize) -> Vec<StatisticsRow> {
    if values.len() < 2 || values.iter().map(Vec::len).product::<usize>() > MOST_COMBINATIONS {
        return Vec::new();
    }
    let mut combinations: Vec<Vec<String>> = vec![Vec::new()];
    for values in values {
        let with_each = |one: Vec<String>| {
            let with = |value: &String| one.iter().chain([value]).cloned().collect::<Vec<_>>();
            values.iter().map(with).collect::<Vec<_>>()
        };
        combinations = combinations.into_iter().flat_map(with_each).collect();
    }
    let known: Vec<Vec<String>> = rows.iter().map(ids).collect();
    combinations.retain(|combination| !known.contains(combination));
    let row = |ids: Vec<String>| StatisticsRow {
        coordinates: ids.into_iter().map(|id| Coordinate { id, title: Text::same("") }).collect(),
        values: vec![Value::Count(0); counted],
        cases: 0,
    };
    combinations.into_iter().map(row).collect()
}

/// Says of each row without a dimension of the set that the rows with it make it up.
fn make_up(draft: &mut Draft, places: &Places, cut: &Cut<'_>, mask: u32, index: usize) {
    let Some(dimension) = cut.dimensions.get(index).copied() else { return };
    let without = mask & !(1 << index);
    // At which place among the coordinates the dimension stands.
    let at = (mask & all_of(index)).count_ones() as usize;
    let mut parts: BTreeMap<Vec<String>, Vec<(String, &Placed)>> = BTreeMap::new();
    for ((_, ids), placed) in places.iter().filter(|((of, _), _)| *of == mask) {
        let mut whole = ids.clone();
        if at < whole.len() {
            let value = whole.remove(at);
            parts.entry(whole).or_default().push((value, placed));
        }
    }
    for (whole, parts) in parts {
        let Some(whole) = places.get(&(without, whole)) else { continue };
        if has_several(dimension) {
            cover(draft, whole, dimension, &parts, cut.counted);
            continue;
        }
        draft.adds_up(whole.cell, parts.iter().map(|(_, part)| part.cell).collect());
        for (counted, cell) in whole.counted.iter().enumerate() {
            let of_parts = parts.iter().filter_map(|(_, part)| part.counted.get(counted).copied());
            draft.adds_up(*cell, of_parts.collect());
        }
    }
}

/// Says that rows make up another one by the values of a property, of which a case may have several; and so does what is counted of them.
fn cover(
    draft: &mut Draft,
    whole: &Placed,
    dimension: StatisticsDimension,
    parts: &[(String, &Placed)],
    counted: &[StatisticsMeasure],
) {
    let property: &str = dimension.into();
    let cells: Vec<(String, usize)> = parts.iter().map(|(value, part)| (value.clone(), part.cell)).collect();
    draft.is_covered(&whole.key, whole.cell, property, &cells);
    for (at, measure) in counted.iter().enumerate() {
        let word: &str = (*measure).into();
        let mut covered = |key: Key, of: fn(&Placed) -> &[usize]| {
            let cell = |placed: &Placed| of(placed).get(at).copied();
            let of_parts = parts.iter().filter_map(|(value, part)| Some((value.clone(), cell(part)?)));
            let of_parts: Vec<(String, usize)> = of_parts.collect();
            if let Some(of_whole) = cell(whole).filter(|_| of_parts.len() == parts.len()) {
                draft.is_covered(&key, of_whole, property, &of_parts);
            }
        };
        covered(whole.key.clone().with("HAS", [word]), |placed| &placed.counted);
        covered(whole.key.clone().without("HAS", [word]), |placed| &placed.lacking);
        // What lacks a value is what is counted of it, and the rest.
        for value in parts.iter().map(|(value, _)| value.as_str()) {
            let lacks = whole.key.clone().without(property, [value]);
            draft.rest(&lacks, &lacks.clone().with("HAS", [word]), &lacks.clone().without("HAS", [word]));
        }
    }
}
