//! Which alerts others know by name, since bulletins named them: whatever is counted of them is known with them.
//!
//! What is judged counts none of them therefore: few are those that are left. So each count is one of what no bulletin before named, and
//! is another one after the next bulletin about the same days.

use std::collections::HashSet;

use super::{Days, Key};
use crate::domain::model::{EventStatus, PublishedBulletin, Release};

/// Alerts that others know by name.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownByName<'r> {
    names: HashSet<&'r str>,
    /// In the order in which they were published.
    bulletins: Vec<&'r PublishedBulletin>,
}

impl<'r> KnownByName<'r> {
    /// Those that were published before, of what is meant so.
    pub(super) fn of(before: &'r [Release], status: EventStatus) -> Self {
        let bulletins = before.iter().filter_map(|release| release.bulletin.as_ref());
        bulletins.filter(|bulletin| bulletin.status == status).fold(Self::default(), Self::and)
    }

    /// With one more.
    pub(super) fn and(mut self, bulletin: &'r PublishedBulletin) -> Self {
        self.names.extend(bulletin.alerts.iter().map(String::as_str));
        self.bulletins.push(bulletin);
        self
    }

    pub(super) fn has(&self, alert: &str) -> bool {
        self.names.contains(alert)
    }

    /// The months of the bulletins.
    pub(super) fn months(&self) -> Vec<Days> {
        self.bulletins.iter().map(|one| (one.month.first_of_month(), one.month.last_of_month())).collect()
    }

    /// The key of what no bulletin names.
    pub(super) fn left_of(&self, key: Key) -> Key {
        let (first, last) = key.days();
        let is_about = |one: &&&PublishedBulletin| one.days.0 <= last && first <= one.days.1;
        let bulletins = self.bulletins.iter().filter(is_about).count();
        key.after(bulletins)
    }

    /// Whether bulletins say of all months of these days that they name every alert from this origin.
    pub(super) fn names_all(&self, origin: &str, (first, last): Days) -> bool {
        let is_said =
            |month| self.bulletins.iter().any(|one| one.month == month && one.origin.as_str() == origin);
        let mut month = first.first_of_month();
        while month <= last {
            if !is_said(month) {
                return false;
            }
            let Ok(next) = month.last_of_month().tomorrow() else { return false };
            month = next;
        }
        true
    }
}
