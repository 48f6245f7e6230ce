//! An answer as others than the side whose cases it counts may have it.

use std::collections::BTreeMap;

use seamless_suppression::{Rule, SuppressionError};

use super::{
    Draft, Key, Settled, Verdict,
    query::{MOST_TOGETHER, include, told_apart_by},
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

/// A row of counts: its place among the cells, and those of what is counted of it.
struct Placed {
    cell: usize,
    counted: Vec<usize>,
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
/// If it is too large to be judged: then nothing may be published.
pub fn release(
    question: &Question<'_>,
    query: &StatisticsQuery,
    facts: &Facts,
    world: World<'_>,
    (before, rule): (&[Release], Rule),
) -> Result<Option<ReleasedStatistics>, SuppressionError> {
    let mut answer = statistics(question, query, facts, world);
    let release = Drafting { question, query, facts, world, counted: counted(query) };
    let (mut draft, places) = release.draft(before);
    let asked = all_of(query.dimensions.len());
    let of_rows = places.iter().filter(|((mask, _), _)| *mask == asked && asked > 0);
    let rows: Vec<usize> = of_rows.flat_map(|(_, placed)| placed.cells()).collect();
    let Some(Settled { verdict, left_out }) = settle(&mut draft, &[rows], before, rule)? else {
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
            Of::Withdrawn | Of::Acknowledged | Of::Reactions | Of::Measured | Of::Open => *measure,
            Of::MedianDays | Of::MedianDaysNet => Of::Reactions,
            Of::Alerts | Of::Cases | Of::ShareOfAll | Of::ShareOnTime | Of::ShareWithin21Days => continue,
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
}

impl Drafting<'_> {
    /// All counts of the answer with those that follow from them: sums over each set of dimensions, the single values of conditions
    /// with several, what a condition leaves out; and what links them with tables of other properties that were published before.
    fn draft(&self, before: &[Release]) -> (Draft, Places) {
        let query = self.query;
        let mut draft = Draft::new();
        let dimensions = told_apart_by(query);
        let asked = all_of(query.dimensions.len());
        let cut = Cut { dimensions, filter: &query.filter, counted: &self.counted, asked: Some(asked) };
        let places = self.tables(&mut draft, &cut);
        for condition in 0..query.filter.len() {
            for mask in [0, asked] {
                self.leave_out(&mut draft, &places, mask, condition);
                self.split(&mut draft, &places, mask, condition);
            }
        }
        let (together, counted) = self.together(before);
        if !together.is_empty() {
            let cut = Cut { dimensions: together, filter: &[], counted: &counted, asked: None };
            self.tables(&mut draft, &cut);
        }
        let mut of_table = query.dimensions.clone();
        query.filter.iter().for_each(|condition| include(&mut of_table, condition.dimension));
        draft.tables.push(PublishedTable {
            population: self.population(),
            dimensions: of_table,
            counted: self.counted.clone(),
        });
        (draft, places)
    }

    /// Of what the counts are.
    fn population(&self) -> String {
        let (subject, status): (&str, &str) = (self.query.subject.into(), self.query.status.into());
        format!("{subject} {status}")
    }

    /// The properties and counts that are looked at together: those of the query, and those of tables of several that were published
    /// before. Tables of one property each tell of each other by their total alone.
    fn together(&self, before: &[Release]) -> (Vec<StatisticsDimension>, Vec<StatisticsMeasure>) {
        let mut dimensions = self.query.dimensions.clone();
        self.query.filter.iter().for_each(|condition| include(&mut dimensions, condition.dimension));
        let (own, mut counted) = (dimensions.clone(), self.counted.clone());
        // What was withdrawn before the cut is a part of what stands as withdrawn.
        if self.query.subject == StatisticsSubject::Alerts && own.contains(&StatisticsDimension::AlertState) {
            include(&mut counted, StatisticsMeasure::Withdrawn);
        }
        let own_counted = counted.clone();
        if own.len() + counted.len() > 1 {
            let population = self.population();
            let tables = before.iter().flat_map(|one| &one.tables);
            let several = tables.filter(|table| {
                table.population == population && table.dimensions.len() + table.counted.len() > 1
            });
            for table in several {
                table.dimensions.iter().for_each(|one| include(&mut dimensions, *one));
                table.counted.iter().for_each(|one| include(&mut counted, *one));
            }
        }
        if dimensions.len() > MOST_TOGETHER { (own, own_counted) } else { (dimensions, counted) }
    }

    /// Adds the counts of a cut, told apart by each set of its dimensions, and how they make up each other.
    fn tables(&self, draft: &mut Draft, cut: &Cut<'_>) -> Places {
        let mut places = Places::new();
        let sets = all_of(cut.dimensions.len());
        let values: Vec<Vec<String>> =
            cut.dimensions.iter().map(|dimension| self.values(*dimension, cut.filter)).collect();
        for mask in 0..=sets {
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
                make_up(draft, &places, (&cut.dimensions, mask), index);
            }
        }
        places
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
        let mut counted = Vec::new();
        for (at, measure) in cut.counted.iter().enumerate() {
            let word: &str = (*measure).into();
            let holds = add(draft, &key.clone().with("HAS", [word]), count(at));
            let rest = row.cases.saturating_sub(count(at));
            let lacks = draft.implied(&key.clone().without("HAS", [word]), rest);
            draft.adds_up(cell, vec![holds, lacks]);
            counted.push(holds);
        }
        Placed { cell, counted }
    }

    /// Adds the counts without a condition, and what the condition leaves out of them.
    fn leave_out(&self, draft: &mut Draft, places: &Places, mask: u32, left_out: usize) {
        let Some(condition) = self.query.filter.get(left_out) else { return };
        let mut filter = self.query.filter.clone();
        filter.remove(left_out);
        let of = chosen(&self.query.dimensions, mask);
        for row in self.rows(&of, &filter, &[]) {
            let Some(placed) = places.get(&(mask, ids(&row))) else { continue };
            let inside = draft.cells.get(placed.cell).map_or(0, |cell| cell.count);
            let Some(rest) = row.cases.checked_sub(inside) else { continue };
            let key = self.key(&of, &filter, &row);
            let whole = draft.implied(&key, row.cases);
            let values = condition.values.iter().map(String::as_str);
            let outside = draft.implied(&key.without(condition.dimension.into(), values), rest);
            draft.adds_up(whole, vec![placed.cell, outside]);
        }
    }

    /// Says that the counts under a condition with several values, of which a case may have several, are made up of those of each value.
    fn split(&self, draft: &mut Draft, places: &Places, mask: u32, at: usize) {
        let several = |one: &&Condition| one.values.len() > 1 && has_several(one.dimension);
        let Some(condition) = self.query.filter.get(at).filter(several) else { return };
        let of = chosen(&self.query.dimensions, mask);
        let mut parts: BTreeMap<Vec<String>, Vec<Vec<usize>>> = BTreeMap::new();
        for value in &condition.values {
            let mut filter = self.query.filter.clone();
            if let Some(condition) = filter.get_mut(at) {
                condition.values = vec![value.clone()];
            }
            for row in self.rows(&of, &filter, &self.counted) {
                let key = self.key(&of, &filter, &row);
                let counted = self.counted.iter().zip(&row.values).filter_map(|(measure, value)| {
                    let word: &str = (*measure).into();
                    let Value::Count(count) = value else { return None };
                    Some((key.clone().with("HAS", [word]), *count))
                });
                let keys: Vec<(Key, u64)> =
                    std::iter::once((key.clone(), row.cases)).chain(counted).collect();
                let cells = keys.iter().map(|(key, count)| draft.implied(key, *count)).collect();
                parts.entry(ids(&row)).or_default().push(cells);
            }
        }
        for (ids, parts) in parts {
            let Some(placed) = places.get(&(mask, ids)) else { continue };
            for (column, whole) in
                std::iter::once(placed.cell).chain(placed.counted.iter().copied()).enumerate()
            {
                let parts = parts.iter().filter_map(|cells| cells.get(column).copied());
                draft.is_covered(whole, parts.collect());
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
            Of::Withdrawn | Of::Acknowledged | Of::Reactions | Of::Measured | Of::Open => of(measure),
            Of::ShareOfAll => cell && is_total_told,
            Of::ShareOnTime | Of::ShareWithin21Days => false,
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
fn make_up(
    draft: &mut Draft,
    places: &Places,
    (dimensions, mask): (&[StatisticsDimension], u32),
    index: usize,
) {
    let without = mask & !(1 << index);
    // At which place among the coordinates the dimension stands.
    let at = (mask & all_of(index)).count_ones() as usize;
    let mut parts: BTreeMap<Vec<String>, Vec<&Placed>> = BTreeMap::new();
    for ((_, ids), placed) in places.iter().filter(|((of, _), _)| *of == mask) {
        let mut whole = ids.clone();
        if at < whole.len() {
            whole.remove(at);
        }
        parts.entry(whole).or_default().push(placed);
    }
    let several = dimensions.get(index).is_some_and(|dimension| has_several(*dimension));
    let say = if several { Draft::is_covered } else { Draft::adds_up };
    for (whole, parts) in parts {
        let Some(whole) = places.get(&(without, whole)) else { continue };
        say(draft, whole.cell, parts.iter().map(|part| part.cell).collect());
        for (counted, cell) in whole.counted.iter().enumerate() {
            let of_parts = parts.iter().filter_map(|part| part.counted.get(counted).copied());
            say(draft, *cell, of_parts.collect());
        }
    }
}
