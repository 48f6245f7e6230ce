//! Counts that the file of an edition was given.

use jiff::{Timestamp, tz::TimeZone};
use seamless_identifiers::LanguageTag;

use crate::domain::{
    ChangeSet, Decision, DomainError,
    model::{Material, MaterialDownloads, downloads_name},
    ports::RecordReader,
    records::{RecordQuery, record},
};

/// Counts, and nobody who downloaded.
#[derive(Clone, Copy)]
pub struct CountDownload<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl CountDownload<'_> {
    /// Counts one more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        material: &Material,
        language: &LanguageTag,
        number: u32,
        now: Timestamp,
    ) -> Result<Decision<()>, DomainError> {
        let found: Option<MaterialDownloads> = record(self.records, &downloads_name(material.id)).await?;
        let is_new = found.is_none();
        let mut downloads = found.unwrap_or_else(|| MaterialDownloads {
            material: material.id,
            originator: material.originator.clone(),
            counts: Vec::new(),
            untold: Vec::new(),
            revision: 0,
        });
        downloads.revision += 1;
        downloads.count(language, number, TimeZone::UTC.to_datetime(now).date());
        let mut changes = ChangeSet::default();
        changes.put_record(&downloads, is_new)?;
        Ok(Decision { outcome: (), changes })
    }
}
