//! What a bulletin tells others: the alerts that it names, and whatever is counted of them with it.
//!
//! A list of alerts by name tells every count over them, by each property that it shows or that is found by their names. So no count of it
//! is withheld; what it leaves of what others were told is judged instead: of twelve alerts of which it names nine, three are left.

use std::collections::BTreeSet;

use seamless_suppression::SuppressionError;
use uuid::Uuid;

use super::{
    Days, Draft, JudgedBy, Key,
    judge::{Before, judge},
    known_by_name::KnownByName,
    related::{Counted, Shortest, relate},
};
use crate::domain::{
    figures::statistics::Notified,
    model::{EventStatus, PublishedBulletin, PublishedTable, StatisticsDimension},
};

/// What naming these alerts comes to.
#[derive(Clone, Debug)]
pub enum Naming {
    /// Nothing that is kept from others can be reckoned by it. What of the ledger hangs together with it.
    Kept(Box<Draft>),
    /// Few could be reckoned by it, or what was withheld: of these tables that others were told.
    Undoes(Vec<PublishedTable>),
}

/// Judges what others know once they have a bulletin, with all that they were told before.
///
/// # Errors
/// If it cannot be judged: then it must not be published.
pub fn name_alerts(
    alerts: &Notified<'_>,
    bulletin: &PublishedBulletin,
    id: Uuid,
    by: JudgedBy<'_>,
) -> Result<Naming, SuppressionError> {
    let status = bulletin.status;
    let told: Vec<PublishedTable> = by
        .before
        .iter()
        .flat_map(|release| &release.tables)
        .filter(|one| one.status == status)
        .cloned()
        .collect();
    let mut draft = Draft::new();
    let (before, after) =
        (KnownByName::of(by.before, status), KnownByName::of(by.before, status).and(bulletin));
    let months = after.months();
    let counted = |known| Counted { status, alerts, known, budget: by.budget };
    let (before, after) = (counted(&before), counted(&after));
    relate(&mut draft, bulletin.days, told.iter(), &months, &before)?;
    let shortest = relate(&mut draft, bulletin.days, told.iter(), &months, &after)?;
    bridge(&mut draft, &shortest, (&before, &after), id)?;
    let (verdict, exposed) = judge(&draft, &Before::of(by)?)?;
    if verdict.is_some() && !exposed.is_any {
        return Ok(Naming::Kept(Box::new(draft)));
    }
    Ok(Naming::Undoes(undone(&exposed.keys, told, &shortest, &after)))
}

/// Says of each count that what was not named before is what is not named now, and what this bulletin names.
fn bridge(
    draft: &mut Draft,
    shortest: &Shortest,
    (before, after): (&Counted<'_>, &Counted<'_>),
    id: Uuid,
) -> Result<(), SuppressionError> {
    for (property, days) in shortest {
        let Some(property) = *property else {
            let whole = before.all(draft, *days);
            let left = after.all(draft, *days);
            part(draft, (whole, left), after.key(*days).named_by(id));
            continue;
        };
        let (wholes, lefts) = (before.values(draft, property, *days)?, after.values(draft, property, *days)?);
        for (value, whole) in wholes {
            let Some(left) = lefts.get(&value).copied() else { continue };
            let key = after.key_of(property, &value, *days).named_by(id);
            part(draft, (whole, left), key);
        }
    }
    Ok(())
}

/// A count is what is left of it, and what has this key.
fn part(draft: &mut Draft, (whole, left): (usize, usize), named: Key) {
    let named = match draft.less(whole, left) {
        0 => None,
        count => Some(draft.public(&named, count)),
    };
    draft.adds_up(whole, [left].into_iter().chain(named).collect());
}

/// The tables of which the counts with these keys are.
fn undone(
    keys: &BTreeSet<String>,
    told: Vec<PublishedTable>,
    shortest: &Shortest,
    counted: &Counted<'_>,
) -> Vec<PublishedTable> {
    let is_of = |days: Days, property: Option<StatisticsDimension>, key: &String| {
        let start = Key::of(counted.status, days).to_string();
        let property = property.map(<&'static str>::from);
        let rest = key.strip_prefix(&start).map(str::trim_start);
        rest.is_some_and(|rest| match property {
            Some(property) => rest.strip_prefix(property).is_some_and(|rest| rest.starts_with('=')),
            None => rest.is_empty() || rest.starts_with("after "),
        })
    };
    let near: Vec<(Option<StatisticsDimension>, Days)> = shortest
        .iter()
        .filter(|(property, days)| keys.iter().any(|key| is_of(*days, *property, key)))
        .copied()
        .collect();
    let overlap = |one: Days, other: Days| one.0 <= other.1 && other.0 <= one.1;
    let is_near = |table: &&PublishedTable| {
        let is_exact = keys.iter().any(|key| is_of(table.days, table.property, key));
        is_exact
            || near.iter().any(|(property, days)| *property == table.property && overlap(*days, table.days))
    };
    let mut undone: Vec<PublishedTable> = Vec::new();
    for table in told.iter().filter(is_near) {
        if !undone.contains(table) {
            undone.push(table.clone());
        }
    }
    undone
}

/// The whole months of these days and of others.
#[must_use]
pub fn months_of((first, last): Days, others: Option<Days>) -> Days {
    let (first, last) = others.map_or((first, last), |others| (first.min(others.0), last.max(others.1)));
    (first.first_of_month(), last.last_of_month())
}

/// What others were told by this table, in words.
#[must_use]
pub fn described(PublishedTable { days: (first, last), property, status, .. }: &PublishedTable) -> String {
    let by = property.map(|property| format!(" by {}", <&'static str>::from(property))).unwrap_or_default();
    let drill = if *status == EventStatus::Actual { "" } else { " of a drill" };
    format!("the numbers of alerts{drill}{by} of {first} to {last}")
}
