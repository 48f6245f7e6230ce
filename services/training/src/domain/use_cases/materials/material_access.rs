//! Finds materials that the caller may see.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Material, MaterialState, ProductAreaId, material_name},
    ports::RecordReader,
    records::{Record, RecordPage, RecordQuery, record, records},
};

/// Materials read at once.
const READ_AT_ONCE: u64 = 200;

/// Whoever may not see a material does not learn whether there is one.
#[derive(Clone, Copy)]
pub struct MaterialAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

/// Which materials: those that meet all that is set.
#[derive(Clone, Debug, Default)]
pub struct MaterialFilter {
    /// In the form of a search.
    pub words: Vec<String>,
    pub product_area: Option<ProductAreaId>,
    pub language: Option<seamless_identifiers::LanguageTag>,
}

impl MaterialAccess<'_> {
    /// The material, if the caller may see it.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(&self, caller: &Caller, id: Uuid, now: Timestamp) -> Result<Material, DomainError> {
        let found: Option<Material> = record(self.records, &material_name(id)).await?;
        let is_seen = |one: &Material| self.rules.material_clearance(one, &caller.authority, now).is_some();
        found.filter(is_seen).ok_or(DomainError::DENIED)
    }

    /// The caller's own material.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, id: Uuid) -> Result<Material, DomainError> {
        let found: Option<Material> = record(self.records, &material_name(id)).await?;
        found.filter(|one| one.originator == caller.authority).ok_or(DomainError::DENIED)
    }

    /// A page of those that the caller may see, the last created first; at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &MaterialFilter,
        after: Option<(i64, String)>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Material>, DomainError> {
        let all = self.rules.cooperation.authorities();
        let page = RecordPage { descending: true, after, limit: READ_AT_ONCE, ..RecordPage::default() };
        let owners = all.map(|authority| authority.id.clone()).collect();
        let mut query = RecordQuery { owners, page, ..RecordQuery::default() };
        let mut found = Vec::new();
        loop {
            let page: Vec<Material> = records(self.records, &query).await?;
            let is_last = (page.len() as u64) < READ_AT_ONCE;
            query.page.after = page.last().map(Record::in_order);
            found.extend(page.into_iter().filter(|one| {
                self.rules.material_clearance(one, &caller.authority, now).is_some() && meets(one, filter)
            }));
            if is_last || found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
        }
    }
}

fn meets(material: &Material, filter: &MaterialFilter) -> bool {
    let area = filter.product_area.as_ref();
    let language = filter.language.as_ref();
    material.state != MaterialState::Withdrawn
        && area.is_none_or(|area| material.content.product_areas.contains(area))
        && language.is_none_or(|language| material.last(language).is_some())
        && material.has_words(&filter.words)
}
