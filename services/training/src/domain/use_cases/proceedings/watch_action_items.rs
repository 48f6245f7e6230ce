//! Warns of action items, and marks those that are overdue. Any number of replicas look; the revision lets one of them through.

use jiff::{SignedDuration, Timestamp};

use super::action_items::changed;
use crate::domain::{
    ChangeSet, DomainError, Rules,
    model::{ActionItem, ActionItemState},
    ports::{ActivityReader, RecordReader},
    records::{Record, RecordPage, RecordQuery, record, records},
};

/// The longest time before the end at which it is warned.
const LONGEST_WARNING: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Clocks of action items.
pub struct WatchActionItems<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl WatchActionItems<'_> {
    /// Those that are to be warned of, or overdue, by now.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<ActionItem>, DomainError> {
        let all = self.rules.cooperation.authorities();
        let owners = all.map(|authority| authority.id.clone()).collect();
        let states = vec![ActionItemState::Open as i32, ActionItemState::DueSoon as i32];
        let page = RecordPage { states, limit, ..RecordPage::default() };
        let mut query = RecordQuery { owners, page, ..RecordQuery::default() };
        let mut due = Vec::new();
        loop {
            let found: Vec<ActionItem> = records(self.records, &query).await?;
            let is_last = (found.len() as u64) < limit;
            let later = now.checked_add(LONGEST_WARNING).unwrap_or(Timestamp::MAX);
            let beyond = found.last().is_none_or(|last| last.due > later);
            query.page.after = found.last().map(Record::in_order);
            due.extend(found.into_iter().filter(|item| item.state_at(now) != item.state));
            if is_last || beyond || due.len() as u64 >= limit {
                return Ok(due);
            }
        }
    }

    /// Marks one; nothing where it was changed meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &ActionItem, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let present: Option<ActionItem> = record(self.records, &due.name()).await?;
        let is_due = |item: &ActionItem| item.state_at(now) != item.state;
        let Some(present) = present.filter(is_due) else { return Ok(ChangeSet::default()) };
        let Some(activity) = self.activities.activity_get(present.activity).await? else {
            return Ok(ChangeSet::default());
        };
        let (previous, state) = (present.state, present.state_at(now));
        let item = ActionItem { state, update_time: now, revision: present.revision + 1, ..present };
        Ok(changed(self.rules, &activity, item, Some(previous), now)?.changes)
    }
}
