//! Alerts by their properties as others than the side that notified them may have them.

use seamless_suppression::SuppressionError;

use super::{
    Days, Draft, JudgedBy, Settled, Verdict,
    key::is_of_time,
    known_by_name::KnownByName,
    related::{Counted, relate},
    settle,
};
use crate::domain::{
    figures::statistics::{Coordinate, Notified},
    model::{EventStatus, PublishedTable, StatisticsDimension},
};

/// What others are told, and how it is kept.
#[derive(Clone, Debug)]
pub struct Released {
    /// One for each property, in their order.
    pub tables: Vec<ReleasedTable>,
    /// How many alerts there are in all.
    pub total: Option<u64>,
    pub draft: Draft,
    pub verdict: Verdict,
}

/// A count is none where it is withheld.
#[derive(Clone, Debug)]
pub struct ReleasedTable {
    pub property: StatisticsDimension,
    /// None where that there are such rows would tell too much.
    pub rows: Option<Vec<(Coordinate, Option<u64>)>>,
}

/// A row: how many alerts have a value, and where those of them stand that no bulletin named.
struct Row {
    value: Coordinate,
    all: u64,
    cell: usize,
}

/// What others are told of the alerts of some days by each of these properties alone, judged by all that was published before. None where
/// it would tell of few whatever is withheld of it.
///
/// By one property at a time, each alert in one row: whatever two such tables of the same days say together of those that have a value of
/// each lies between ends as far apart as the smallest of these rows, or of what they leave, is large. Few are those that no bulletin named.
///
/// # Errors
/// If it cannot be judged: then nothing may be published.
pub fn release(
    alerts: &Notified<'_>,
    status: EventStatus,
    days: Days,
    properties: &[StatisticsDimension],
    by: JudgedBy<'_>,
) -> Result<Option<Released>, SuppressionError> {
    let mut draft = Draft::new();
    let known = KnownByName::of(by.before, status);
    let counted = Counted { status, alerts, known: &known, budget: by.budget };
    let all = counted.tally(days);
    let total = draft.open(&counted.key(days), all.unnamed);
    let table = |days, property| PublishedTable { status, days, zone: alerts.zone().to_owned(), property };
    draft.tables.push(table(days, None));
    let mut tables = Vec::new();
    for property in properties {
        let mut rows: Vec<Row> = Vec::new();
        for (value, tally) in counted.by(*property, days) {
            let key = counted.key_of(*property, &value.id, days);
            if is_of_time(*property) {
                draft.tables.push(table(key.days(), None));
            }
            rows.push(Row { value, all: tally.all, cell: draft.open(&key, tally.unnamed) });
        }
        if !is_of_time(*property) {
            draft.tables.push(table(days, Some(*property)));
        }
        draft.adds_up(total, rows.iter().map(|row| row.cell).collect());
        tables.push((*property, rows));
    }
    let told: Vec<PublishedTable> =
        by.before.iter().flat_map(|release| &release.tables).chain(&draft.tables).cloned().collect();
    relate(&mut draft, days, told.iter(), &known.months(), &counted)?;
    let groups: Vec<Vec<usize>> =
        tables.iter().map(|(_, rows)| rows.iter().map(|row| row.cell).collect()).collect();
    let Some(Settled { verdict, left_out }) = settle(&mut draft, &groups, by)? else { return Ok(None) };
    let told = |all: u64, cell: usize| (verdict.withheld.get(cell) == Some(&false)).then_some(all);
    let of_table = |((property, rows), is_left_out): ((StatisticsDimension, Vec<Row>), bool)| {
        let rows = rows.into_iter().map(|Row { value, all, cell }| (value, told(all, cell))).collect();
        ReleasedTable { property, rows: (!is_left_out).then_some(rows) }
    };
    let tables = tables.into_iter().zip(left_out).map(of_table).collect();
    Ok(Some(Released { tables, total: told(all.all, total), draft, verdict }))
}
