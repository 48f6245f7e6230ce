//! What several controls ask of the store one by one, read for all of them at once; and what was decided on those before,
//! read as if it were stored.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use seamless_commit::own_records;
use seamless_identity::AuthorityId;

use super::{Store, examinations::most};
use crate::domain::{
    ChangeSet, DomainError,
    model::{
        Control, Examination, Inspection, InspectionBodyId, InspectionId, ProductAreaId, Screening,
        ScreeningId, Selection, control_name,
    },
    ports::{
        DecidedBefore, ExaminationCount, ExaminationQuery, ExaminationReader, InspectionQuery,
        InspectionReader, LotQuery, ScreeningReader,
    },
    records::{Record, RecordQuery, RecordReader},
};

/// The store, with what was read ahead and what was decided since.
pub struct ReadAhead {
    store: Store,
    screenings: HashMap<ScreeningId, Screening>,
    inspections: HashMap<InspectionId, Inspection>,
    since: Mutex<Since>,
}

/// What is known beside: as it was read, with what was decided since.
#[derive(Default)]
struct Since {
    /// Documents by kind and name; none where there is no such record.
    records: HashMap<(&'static str, String), Option<String>>,
    /// New ones, the first decided first.
    examinations: Vec<Examination>,
    counts: HashMap<(AuthorityId, ProductAreaId), Vec<ExaminationCount>>,
    lots: HashMap<LotQuery, Arc<Vec<(String, bool)>>>,
}

impl Store {
    /// The store with these screenings, their controls and the pre-inspections that covered the goods in memory.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read_ahead(&self, screenings: &[ScreeningId]) -> Result<ReadAhead, DomainError> {
        let stored = self.screenings_stored(screenings).await?;
        let stored: HashMap<ScreeningId, Screening> =
            stored.into_iter().map(|(id, (_, screening))| (id, screening)).collect();
        let names: Vec<String> = screenings.iter().map(|id| control_name(*id)).collect();
        let mut controls = own_records::all_named(self.database.read(), Control::KIND, &names).await?;
        let records = names.into_iter().map(|name| {
            let document = controls.remove(&name);
            ((Control::KIND, name), document)
        });
        let since = Since { records: records.collect(), ..Since::default() };
        let covering = stored.values().filter_map(Screening::covering_inspection).map(|matched| matched.id);
        let covering: HashSet<InspectionId> = covering.collect();
        let covering: Vec<InspectionId> = covering.into_iter().collect();
        let found = self.inspections_at(&covering).await?;
        let since = Mutex::new(since);
        Ok(ReadAhead { store: self.clone(), screenings: stored, inspections: found, since })
    }
}

impl ReadAhead {
    /// What is in memory is whole at every moment, so a panic elsewhere leaves nothing half done.
    fn since(&self) -> MutexGuard<'_, Since> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DecidedBefore for ReadAhead {
    fn take_in(&self, changes: &ChangeSet) {
        let mut since = self.since();
        for write in &changes.records {
            let record = &write.record;
            since.records.insert((record.kind, record.name.clone()), Some(record.document.clone()));
        }
        since.examinations.extend(changes.examinations.iter().cloned());
    }
}

#[async_trait]
impl ExaminationReader for ReadAhead {
    async fn examination_list(&self, query: &ExaminationQuery) -> Result<Vec<Examination>, DomainError> {
        self.store.examination_list(query).await
    }

    async fn examination_counts(
        &self,
        side: &AuthorityId,
        area: &ProductAreaId,
    ) -> Result<Vec<ExaminationCount>, DomainError> {
        let key = (side.clone(), area.clone());
        let known = self.since().counts.get(&key).cloned();
        let mut counts = match known {
            Some(counts) => counts,
            None => self.store.examination_counts(side, area).await?,
        };
        let mut since = self.since();
        since.counts.insert(key, counts.clone());
        let random = since.examinations.iter().filter(|one| {
            one.selection == Selection::Random && one.side == *side && one.area.as_ref() == Some(area)
        });
        counts.extend(random.map(|one| ExaminationCount {
            entry_point: one.entry_point.clone(),
            body: one.body.clone(),
            passed: one.passed,
            is_unsafe: one.is_unsafe,
            count: 1,
        }));
        Ok(counts)
    }

    async fn examination_lots(&self, query: &LotQuery, except: &str) -> Result<Vec<bool>, DomainError> {
        let known = self.since().lots.get(query).cloned();
        let stored = match known {
            Some(lots) => lots,
            None => Arc::new(self.store.lots(query).await?),
        };
        let mut since = self.since();
        since.lots.entry(query.clone()).or_insert_with(|| Arc::clone(&stored));
        let is_lot = |one: &&Examination| {
            one.selection == Selection::Random
                && one.passed
                && one.side == query.side
                && one.area.as_ref() == Some(&query.area)
                && one.body.as_ref() == Some(&query.body)
                && query.entry_point.as_ref().is_none_or(|place| one.entry_point == *place)
        };
        let added = since.examinations.iter().rev().filter(is_lot).map(|one| (&one.control, one.is_unsafe));
        let stored = stored.iter().map(|(control, is_unsafe)| (control, *is_unsafe));
        let others = added.chain(stored).filter(|(control, _)| *control != except);
        Ok(others.map(|(_, is_unsafe)| is_unsafe).take(most(query.limit)).collect())
    }
}

#[async_trait]
impl ScreeningReader for ReadAhead {
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError> {
        match self.screenings.get(&id) {
            Some(screening) => Ok(Some(screening.clone())),
            None => self.store.screening_get(id).await,
        }
    }

    async fn screening_of(
        &self,
        id: ScreeningId,
        authorities: &[AuthorityId],
    ) -> Result<Option<Screening>, DomainError> {
        self.store.screening_of(id, authorities).await
    }
}

#[async_trait]
impl InspectionReader for ReadAhead {
    async fn inspection_get(&self, id: InspectionId) -> Result<Option<Inspection>, DomainError> {
        match self.inspections.get(&id) {
            Some(inspection) => Ok(Some(inspection.clone())),
            None => self.store.inspection_get(id).await,
        }
    }

    async fn inspection_version(
        &self,
        id: InspectionId,
        version: u32,
    ) -> Result<Option<Inspection>, DomainError> {
        self.store.inspection_version(id, version).await
    }

    async fn inspection_by_certificate(
        &self,
        certificates: &[(InspectionBodyId, String)],
    ) -> Result<Vec<Inspection>, DomainError> {
        self.store.inspection_by_certificate(certificates).await
    }

    async fn inspection_list(&self, query: &InspectionQuery) -> Result<Vec<Inspection>, DomainError> {
        self.store.inspection_list(query).await
    }
}

#[async_trait]
impl RecordReader<RecordQuery> for ReadAhead {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        let key = (kind, name.to_owned());
        let known = self.since().records.get(&key).cloned();
        if let Some(document) = known {
            return Ok(document);
        }
        let document = self.store.record_document(kind, name).await?;
        self.since().records.insert(key, document.clone());
        Ok(document)
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError> {
        self.store.record_documents(kind, query).await
    }
}
