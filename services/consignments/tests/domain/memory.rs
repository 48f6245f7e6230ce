//! A store in memory, which holds what use cases decided as the real one does: each record at its next revision.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex},
};

use async_trait::async_trait;
use seamless_calendar::Calendars;
use seamless_consignments::domain::{
    ArrivalTimes, ChangeSet, DomainError, Rules,
    event::EventKind,
    model::{Examination, Inspection, InspectionBodyId, InspectionId, ProductAreaId, Selection},
    pilot::{Pilot, SAMPLE_PILOT},
    ports::{
        ExaminationCount, ExaminationQuery, ExaminationReader, InspectionQuery, InspectionReader, LotQuery,
    },
    records::{RecordQuery, RecordReader, StoredRecord},
};
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};

/// The rules of the samples, read once.
pub fn rules() -> Rules {
    static READ: LazyLock<Rules> = LazyLock::new(read);
    READ.clone()
}

fn read() -> Rules {
    let calendars = Calendars::embedded().unwrap();
    let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &calendars).unwrap();
    let pilot = Pilot::parse(SAMPLE_PILOT, &cooperation, &calendars).unwrap();
    let arrivals = ArrivalTimes { days_ahead: 60, days_back: 3_660, days_early: 30 };
    Rules {
        cooperation: Arc::new(cooperation),
        calendars: Arc::new(calendars),
        pilot: Arc::new(pilot),
        arrivals,
    }
}

/// What is stored, and what was told.
#[derive(Default)]
pub struct Memory(Mutex<Held>);

#[derive(Default)]
struct Held {
    records: BTreeMap<(&'static str, String), StoredRecord>,
    inspections: BTreeMap<InspectionId, Inspection>,
    /// By control.
    examinations: BTreeMap<String, Examination>,
    told: Vec<EventKind>,
}

impl Memory {
    /// Writes changes; each must follow what is stored.
    pub fn commit(&self, changes: ChangeSet) {
        let mut held = self.0.lock().unwrap();
        for write in changes.records {
            let key = (write.record.kind, write.record.name.clone());
            let former = held.records.insert(key, write.record.clone());
            assert_eq!(former.is_none(), write.is_new, "{:?}", write.record);
            assert_eq!(former.map_or(0, |former| former.revision) + 1, write.record.revision);
        }
        for write in changes.inspections {
            let former = held.inspections.insert(write.record.id, write.record.clone());
            assert_eq!(former.is_none(), write.is_new);
            assert_eq!(former.map_or(0, |former| former.version) + 1, write.record.version);
        }
        for examination in changes.examinations {
            held.examinations.insert(examination.control.clone(), examination);
        }
        held.told.extend(changes.events.into_iter().map(|event| event.kind));
    }

    /// How many events of a kind were told.
    pub fn told(&self, of_kind: fn(&EventKind) -> bool) -> usize {
        self.0.lock().unwrap().told.iter().filter(|kind| of_kind(kind)).count()
    }
}

#[async_trait]
impl RecordReader<RecordQuery> for Memory {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError> {
        let held = self.0.lock().unwrap();
        Ok(held.records.get(&(kind, name.to_owned())).map(|record| record.document.clone()))
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError> {
        let held = self.0.lock().unwrap();
        let of_kind = held.records.values().filter(|record| {
            record.kind == kind && query.group.as_ref().is_none_or(|group| record.place.group == *group)
        });
        Ok(of_kind.map(|record| record.document.clone()).collect())
    }
}

#[async_trait]
impl InspectionReader for Memory {
    async fn inspection_get(&self, id: InspectionId) -> Result<Option<Inspection>, DomainError> {
        Ok(self.0.lock().unwrap().inspections.get(&id).cloned())
    }

    async fn inspection_version(&self, _: InspectionId, _: u32) -> Result<Option<Inspection>, DomainError> {
        unreachable!("nobody here looks at former versions")
    }

    async fn inspection_by_certificate(
        &self,
        certificates: &[(InspectionBodyId, String)],
    ) -> Result<Vec<Inspection>, DomainError> {
        let held = self.0.lock().unwrap();
        let is_asked = |one: &&Inspection| {
            certificates.iter().any(|(body, certificate)| {
                one.content.body == *body && one.content.certificate == *certificate
            })
        };
        Ok(held.inspections.values().filter(is_asked).cloned().collect())
    }

    async fn inspection_list(&self, _: &InspectionQuery) -> Result<Vec<Inspection>, DomainError> {
        unreachable!("nobody here lists pre-inspections")
    }
}

#[async_trait]
impl ExaminationReader for Memory {
    async fn examination_list(&self, _: &ExaminationQuery) -> Result<Vec<Examination>, DomainError> {
        unreachable!("nobody here lists examinations")
    }

    async fn examination_counts(
        &self,
        side: &AuthorityId,
        area: &ProductAreaId,
    ) -> Result<Vec<ExaminationCount>, DomainError> {
        let held = self.0.lock().unwrap();
        let random = held.examinations.values().filter(|one| {
            one.selection == Selection::Random && one.side == *side && one.area.as_ref() == Some(area)
        });
        let count = |one: &Examination| ExaminationCount {
            entry_point: one.entry_point.clone(),
            body: one.body.clone(),
            passed: one.passed,
            is_unsafe: one.is_unsafe,
            count: 1,
        };
        Ok(random.map(count).collect())
    }

    async fn examination_lots(&self, query: &LotQuery, except: &str) -> Result<Vec<bool>, DomainError> {
        let held = self.0.lock().unwrap();
        let is_asked = |one: &&Examination| {
            one.selection == Selection::Random
                && one.passed
                && one.control != except
                && one.area.as_ref() == Some(&query.area)
                && one.body.as_ref() == Some(&query.body)
                && query.entry_point.as_ref().is_none_or(|place| one.entry_point == *place)
        };
        let mut lots: Vec<&Examination> = held.examinations.values().filter(is_asked).collect();
        lots.sort_by(|one, other| (other.known_time, &other.control).cmp(&(one.known_time, &one.control)));
        lots.truncate(usize::try_from(query.limit).unwrap());
        Ok(lots.into_iter().map(|one| one.is_unsafe).collect())
    }
}
