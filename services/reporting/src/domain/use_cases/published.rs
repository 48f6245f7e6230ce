//! All that others than the side whose cases they are were told.

use seamless_identity::AuthorityId;

use crate::domain::{
    DomainError, Rules,
    model::{PUBLISHED, Release, ReleaseCount},
    records::{RecordPage, RecordQuery, RecordReader, all_records, record},
};

/// All that was published of a side, and how often that was. Its authorities see nearly the same cases, each by its own feed: what one of
/// them tells is judged by what the others told.
#[derive(Clone, Debug)]
pub struct Published {
    /// In the order of time.
    pub before: Vec<Release>,
    count: Option<ReleaseCount>,
    /// The contact point of the side.
    side: AuthorityId,
}

impl Published {
    /// How often; 0 where nothing was.
    #[must_use]
    pub fn times(&self) -> i64 {
        self.count.as_ref().map_or(0, |count| count.revision)
    }

    /// The zone by whose days others were told so far; none where they were told nothing yet. Of the days of another zone the few would be
    /// told that lie between both.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        self.before.iter().flat_map(|release| &release.tables).map(|table| table.zone.as_str()).next()
    }

    /// What is wrong with a zone: what it wants. None where it may be.
    #[must_use]
    pub fn wrong_zone(&self, zone: &str) -> Option<String> {
        let known = self.zone().filter(|known| *known != zone)?;
        Some(format!(
            "wants {known}, by whose days others were told before: those between would be few; got {zone}"
        ))
    }

    /// The count with one more.
    #[must_use]
    pub fn once_more(&self) -> ReleaseCount {
        ReleaseCount { owner: self.side.clone(), revision: self.times() + 1 }
    }
}

/// All that was published of the side of an authority. How often is read first: what comes in between is found by it.
///
/// # Errors
/// Those of the store.
pub async fn published(
    records: &dyn RecordReader<RecordQuery>,
    rules: &Rules,
    owner: &AuthorityId,
) -> Result<Published, DomainError> {
    let side = rules.cooperation.contact_point_of(owner).clone();
    let count = record::<ReleaseCount, _>(records, &ReleaseCount::name_of(&side)).await?;
    let page = RecordPage { states: vec![PUBLISHED], ..RecordPage::default() };
    let mut owners = rules.cooperation.side_members(&side);
    // Also where it is not in the cooperation any more.
    if !owners.contains(owner) {
        owners.push(owner.clone());
    }
    let query = RecordQuery { owners, page, ..RecordQuery::default() };
    let mut before: Vec<Release> = all_records(records, query).await?;
    before.sort_by_key(|release| (release.create_time, release.id));
    Ok(Published { before, count, side })
}
