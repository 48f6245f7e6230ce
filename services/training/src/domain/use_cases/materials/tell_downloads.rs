//! Tells how often files were given on days that are over.

use jiff::{Timestamp, tz::TimeZone};

use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{DownloadsOfDay, MaterialDownloads},
    ports::RecordReader,
    records::{Record, RecordPage, RecordQuery, record, records},
};

/// Days are those of UTC.
#[derive(Clone, Copy)]
pub struct TellDownloads<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl TellDownloads<'_> {
    /// Materials with days that are over and not told, the earliest day first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<MaterialDownloads>, DomainError> {
        let owners = self.rules.cooperation.authorities_that(|_| true);
        let page = RecordPage { states: vec![MaterialDownloads::UNTOLD], limit, ..RecordPage::default() };
        let query = RecordQuery { owners, page, ..RecordQuery::default() };
        let found: Vec<MaterialDownloads> = records(self.records, &query).await?;
        let today = TimeZone::UTC.to_datetime(now).date();
        Ok(found
            .into_iter()
            .filter(|one| one.untold.first().is_some_and(|first| first.day < today))
            .collect())
    }

    /// Tells the days that are over; nothing where that was done meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, due: &MaterialDownloads, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present: Option<MaterialDownloads> = record(self.records, &due.name()).await?;
        let Some(mut downloads) = present else { return Ok(changes) };
        let today = TimeZone::UTC.to_datetime(now).date();
        let (over, open) = std::mem::take(&mut downloads.untold).into_iter().partition(|one| one.day < today);
        let over: Vec<_> = over;
        if over.is_empty() {
            return Ok(changes);
        }
        for of_day in over {
            let told = DownloadsOfDay { material: downloads.material, of_day };
            changes.tell(DomainEvent {
                kind: EventKind::MaterialDownloadsAggregated(Box::new(told)),
                time: now,
                arrangement: None,
                readers: self.rules.cooperation.own_side(&downloads.originator),
            });
        }
        downloads.untold = open;
        downloads.revision += 1;
        changes.put_record(&downloads, false)?;
        Ok(changes)
    }
}
