//! All that others than the side whose cases they are were told.

use seamless_identity::AuthorityId;

use crate::domain::{
    DomainError,
    model::{PUBLISHED, Release, ReleaseCount},
    records::{RecordPage, RecordQuery, RecordReader, all_records, record},
};

/// All that was published of an authority, and how often that was.
#[derive(Clone, Debug)]
pub struct Published {
    pub before: Vec<Release>,
    pub count: Option<ReleaseCount>,
}

impl Published {
    /// How often; 0 where nothing was.
    #[must_use]
    pub fn times(&self) -> i64 {
        self.count.as_ref().map_or(0, |count| count.revision)
    }

    /// The count with one more.
    #[must_use]
    pub fn once_more(&self, owner: &AuthorityId) -> ReleaseCount {
        ReleaseCount { owner: owner.clone(), revision: self.times() + 1 }
    }
}

/// All that was published of an authority. How often is read first: what comes in between is found by it.
///
/// # Errors
/// Those of the store.
pub async fn published(
    records: &dyn RecordReader<RecordQuery>,
    owner: &AuthorityId,
) -> Result<Published, DomainError> {
    let count = record::<ReleaseCount, _>(records, &ReleaseCount::name_of(owner)).await?;
    let page = RecordPage { states: vec![PUBLISHED], ..RecordPage::default() };
    let query = RecordQuery { owners: vec![owner.clone()], page, ..RecordQuery::default() };
    Ok(Published { before: all_records(records, query).await?, count })
}
