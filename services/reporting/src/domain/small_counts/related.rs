//! How what is to be published hangs together with all that was told of the same days: as everything counts now.
//!
//! A quarter is its months, and all alerts of a month are those of each value of a property. Whatever days and properties others were told
//! of, these sums hold at every moment of telling; said each time, they relate counts of different moments as well: what has not changed
//! since is one count, and what has changed differs by what came or went.

use std::collections::{BTreeMap, BTreeSet};

use seamless_suppression::{Budget, SuppressionError};

use super::{Days, Draft, Key, known_by_name::KnownByName};
use crate::domain::{
    figures::statistics::{Coordinate, Notified, Tally},
    model::{EventStatus, PublishedTable, StatisticsDimension},
};

/// Of which days something is told of a property; of none of all alerts.
type Told = BTreeMap<Option<StatisticsDimension>, BTreeSet<Days>>;

/// Says of all that was told of days which hang together with these how it adds up now; of origins month by month where bulletins of these
/// months name all from one.
///
/// # Errors
/// [`SuppressionError::Stopped`] once nobody waits for it.
pub(super) fn relate<'t>(
    draft: &mut Draft,
    days: Days,
    told: impl Iterator<Item = &'t PublishedTable>,
    bulletins: &[Days],
    counted: &Counted<'_>,
) -> Result<Shortest, SuppressionError> {
    let mut told = hanging_together(days, told, counted.status);
    if let Some(of_origins) = told.get_mut(&Some(StatisticsDimension::Origin)) {
        let is_of = |month: &&Days| of_origins.iter().any(|one| one.0 <= month.0 && month.1 <= one.1);
        let months: Vec<Days> = bulletins.iter().filter(is_of).copied().collect();
        of_origins.extend(months);
    }
    let mut all_shortest = Shortest::new();
    // Of each property its shortest times: no other one begins or ends within them.
    let mut totals: BTreeSet<Days> = BTreeSet::new();
    for (property, of_property) in &told {
        let shortest = shortest(of_property);
        totals.extend(of_property.iter().chain(&shortest));
        let Some(property) = *property else { continue };
        all_shortest.extend(shortest.iter().map(|days| (Some(property), *days)));
        let mut parts: BTreeMap<Days, Values> = BTreeMap::new();
        for days in &shortest {
            let values = counted.values(draft, property, *days)?;
            let all = counted.all(draft, *days);
            draft.adds_up(all, values.values().copied().collect());
            parts.insert(*days, values);
        }
        for days in of_property.difference(&shortest) {
            for (value, whole) in counted.values(draft, property, *days)? {
                let of_value =
                    within(&shortest, *days).filter_map(|part| parts.get(&part)?.get(&value).copied());
                draft.adds_up(whole, of_value.collect());
            }
        }
    }
    let shortest = shortest(&totals);
    for days in totals.difference(&shortest) {
        let whole = counted.all(draft, *days);
        let parts = within(&shortest, *days).map(|part| counted.all(draft, part)).collect();
        draft.adds_up(whole, parts);
    }
    all_shortest.extend(shortest.into_iter().map(|days| (None, days)));
    Ok(all_shortest)
}

/// Of which days all that was told of a property is made up, or of all alerts.
pub(super) type Shortest = Vec<(Option<StatisticsDimension>, Days)>;

/// Where the alerts with each value of a property stand in a draft.
pub(super) type Values = BTreeMap<String, usize>;

/// Alerts as they count now, without those that others know by name.
pub(super) struct Counted<'c> {
    pub(super) status: EventStatus,
    pub(super) alerts: &'c Notified<'c>,
    pub(super) known: &'c KnownByName<'c>,
    pub(super) budget: &'c Budget<'c>,
}

impl Counted<'_> {
    /// What is counted of some days.
    pub(super) fn key(&self, days: Days) -> Key {
        self.known.left_of(Key::of(self.status, days))
    }

    /// What is counted of those that have a value.
    pub(super) fn key_of(&self, property: StatisticsDimension, value: &str, days: Days) -> Key {
        self.known.left_of(Key::of(self.status, days).with(property, value))
    }

    pub(super) fn all(&self, draft: &mut Draft, days: Days) -> usize {
        draft.implied(&self.key(days), self.tally(days).unnamed)
    }

    pub(super) fn tally(&self, days: Days) -> Tally {
        self.alerts.tally(days, |name| self.known.has(name))
    }

    pub(super) fn by(&self, property: StatisticsDimension, days: Days) -> Vec<(Coordinate, Tally)> {
        self.alerts.by(property, days, |name| self.known.has(name))
    }

    pub(super) fn values(
        &self,
        draft: &mut Draft,
        property: StatisticsDimension,
        days: Days,
    ) -> Result<Values, SuppressionError> {
        if self.budget.is_stopped() {
            return Err(SuppressionError::Stopped);
        }
        let rows = self.by(property, days).into_iter().map(|(value, Tally { unnamed, .. })| {
            let key = self.key_of(property, &value.id, days);
            let is_said = property == StatisticsDimension::Origin && self.known.names_all(&value.id, days);
            let cell = match unnamed == 0 && is_said {
                true => draft.public(&key, 0),
                false => draft.implied(&key, unnamed),
            };
            (value.id, cell)
        });
        Ok(rows.collect())
    }
}

/// What was told of days that have some in common with these, or with others that do.
fn hanging_together<'t>(
    days: Days,
    told: impl Iterator<Item = &'t PublishedTable>,
    status: EventStatus,
) -> Told {
    let mut left: Vec<&PublishedTable> = told.filter(|table| table.status == status).collect();
    let (mut first, mut last) = days;
    let mut hanging = Told::new();
    loop {
        let (near, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|table| table.days.0 <= last && first <= table.days.1);
        for table in &near {
            first = first.min(table.days.0);
            last = last.max(table.days.1);
            hanging.entry(table.property).or_default().insert(table.days);
        }
        if near.is_empty() {
            return hanging;
        }
        left = others;
    }
}

/// The longest times within which none of these begins or ends.
fn shortest(all: &BTreeSet<Days>) -> BTreeSet<Days> {
    let begins = all.iter().map(|(first, _)| *first);
    let ends = all.iter().filter_map(|(_, last)| last.tomorrow().ok());
    let bounds: Vec<_> = begins.chain(ends).collect::<BTreeSet<_>>().into_iter().collect();
    let between = bounds.windows(2).filter_map(|pair| {
        let [first, next] = pair else { return None };
        Some((*first, next.yesterday().ok()?))
    });
    between.filter(|part| all.iter().any(|one| one.0 <= part.0 && part.1 <= one.1)).collect()
}

/// Those of the shortest times that make up these days.
fn within(shortest: &BTreeSet<Days>, days: Days) -> impl Iterator<Item = Days> {
    shortest.iter().copied().filter(move |part| days.0 <= part.0 && part.1 <= days.1)
}
