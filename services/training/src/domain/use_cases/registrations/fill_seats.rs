//! Goes on giving seats where more became free at once than one transaction gives.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityState, SeatPool},
    ports::ActivityReader,
    records::{RecordPage, RecordQuery, records},
    seating::Seating,
};

/// Seats that are free while somebody waits are rare: where the next group is too large for what is left, they stay so.
pub struct FillSeats<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
}

impl FillSeats<'_> {
    /// Seats that may be given.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64) -> Result<Vec<SeatPool>, DomainError> {
        let all = self.seating.rules.cooperation.authorities();
        let owners = all.map(|authority| authority.id.clone()).collect();
        let page = RecordPage { states: vec![1], limit, ..RecordPage::default() };
        Ok(records(self.seating.records, &RecordQuery { owners, page, ..RecordQuery::default() }).await?)
    }

    /// Gives them; nothing where there is nobody whom they suffice for.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &SeatPool, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let Some(activity) = self.activities.activity_get(due.pool.activity).await? else {
            return Ok(changes);
        };
        if activity.state != ActivityState::Published {
            return Ok(changes);
        }
        let mut work = self.seating.of(&due.pool).await?;
        if work.began(&activity, now).is_some() && work.pool.may_be_filled() {
            // It is looked at no more, unless the activity is moved.
            let closed = SeatPool { is_closed: true, revision: work.pool.revision + 1, ..work.pool };
            changes.put_seats(&closed)?;
            return Ok(changes);
        }
        self.seating.fill(&mut work, &activity, now).await?;
        if work.has_changes() {
            work.finish(self.seating.rules, &activity, now, &mut changes)?;
        }
        Ok(changes)
    }
}
