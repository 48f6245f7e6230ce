//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::{ArrangementId, AuthorityId};

pub use super::records::RecordReader;

use super::{
    error::DomainError,
    model::{
        Examination, Inspection, InspectionBodyId, InspectionId, InspectionKey, InspectionState, ModelState,
        Plan, ProductAreaId, RiskModel, Screening, ScreeningId,
    },
};

/// Looks up pre-inspections.
#[async_trait]
pub trait InspectionReader: Send + Sync {
    /// The pre-inspection in its present version.
    async fn inspection_get(&self, id: InspectionId) -> Result<Option<Inspection>, DomainError>;

    /// The pre-inspection in a version of its own.
    async fn inspection_version(
        &self,
        id: InspectionId,
        version: u32,
    ) -> Result<Option<Inspection>, DomainError>;

    /// The pre-inspections with one of these certificates, in their present version.
    async fn inspection_by_certificate(
        &self,
        certificates: &[(InspectionBodyId, String)],
    ) -> Result<Vec<Inspection>, DomainError>;

    /// A page of what the viewer may see, the last created first.
    async fn inspection_list(&self, query: &InspectionQuery) -> Result<Vec<Inspection>, DomainError>;
}

/// Which pre-inspections.
#[derive(Clone, Debug, Default)]
pub struct InspectionQuery {
    /// Those of one of these originators …
    pub owners: Vec<AuthorityId>,
    /// … and those under one of these arrangements.
    pub arrangements: Vec<ArrangementId>,
    pub body: Option<InspectionBodyId>,
    pub state: Option<InspectionState>,
    pub originator: Option<AuthorityId>,
    /// Found by all of these.
    pub keys: Vec<InspectionKey>,
    /// Only those behind this one.
    pub before: Option<(i64, InspectionId)>,
    pub limit: u64,
}

/// Looks up screenings.
#[async_trait]
pub trait ScreeningReader: Send + Sync {
    /// The screening of this key.
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError>;
}

/// Looks up plans.
#[async_trait]
pub trait PlanReader: Send + Sync {
    /// The plan of a day, if one is stored.
    async fn plan_get(&self, entry_point: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError>;

    /// A page of an entry point's stored plans, the last day first, only those of days before `before`.
    async fn plan_list(
        &self,
        entry_point: &Unlocode,
        before: Option<Date>,
        limit: u64,
    ) -> Result<Vec<Plan>, DomainError>;
}

/// Looks up what examinations told.
#[async_trait]
pub trait ExaminationReader: Send + Sync {
    /// Examinations that meet the query, in the order in which their outcomes came to be known.
    async fn examination_list(&self, query: &ExaminationQuery) -> Result<Vec<Examination>, DomainError>;

    /// How many random examinations a side made in an area, by what tells them apart.
    async fn examination_counts(
        &self,
        side: &AuthorityId,
        area: &ProductAreaId,
    ) -> Result<Vec<ExaminationCount>, DomainError>;

    /// The last random examinations of goods that a body passed: their controls and whether the goods were unsafe, the
    /// last known first.
    async fn examination_lots(&self, query: &LotQuery) -> Result<Vec<(String, bool)>, DomainError>;
}

/// Random examinations of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ExaminationCount {
    pub entry_point: Unlocode,
    /// The body whose pre-inspection covered the goods; none where nobody checked them.
    pub body: Option<InspectionBodyId>,
    pub passed: bool,
    pub is_unsafe: bool,
    pub count: i64,
}

/// Which random examinations of passed goods.
#[derive(Clone, Debug)]
pub struct LotQuery {
    pub side: AuthorityId,
    pub area: ProductAreaId,
    pub body: InspectionBodyId,
    /// None for all.
    pub entry_point: Option<Unlocode>,
    pub limit: u64,
}

/// Which examinations.
#[derive(Clone, Debug, Default)]
pub struct ExaminationQuery {
    /// Of this side; every side where none is named.
    pub side: Option<AuthorityId>,
    pub entry_point: Option<Unlocode>,
    pub area: Option<ProductAreaId>,
    pub body: Option<InspectionBodyId>,
    /// From this day to that one, both included.
    pub dates: Option<(Date, Date)>,
    /// Only those behind this place: when the outcome came to be known, and the control.
    pub after: Option<(Timestamp, String)>,
    pub limit: u64,
}

/// Looks up the pre-inspections that arriving goods may be covered by.
#[async_trait]
pub trait InspectionMatcher: Send + Sync {
    /// The pre-inspections behind each of these keys, in their present version; keys without any are left out.
    async fn inspection_by_key(
        &self,
        keys: &[InspectionKey],
    ) -> Result<HashMap<String, Vec<Arc<Inspection>>>, DomainError>;
}

/// Looks up risk models.
#[async_trait]
pub trait ModelReader: Send + Sync {
    /// What is known of the model of this side and number.
    async fn model_get(&self, side: &AuthorityId, number: u32) -> Result<Option<RiskModel>, DomainError>;

    /// What it learned, as it was exported.
    async fn model_content(&self, side: &AuthorityId, number: u32) -> Result<Option<Vec<u8>>, DomainError>;

    /// A page of models, the last number of a side first.
    async fn model_list(&self, query: &ModelQuery) -> Result<Vec<RiskModel>, DomainError>;
}

/// Which risk models.
#[derive(Clone, Debug, Default)]
pub struct ModelQuery {
    /// Of this side; of every side where none is named.
    pub side: Option<AuthorityId>,
    /// Only those in one of these states; empty for all.
    pub states: Vec<ModelState>,
    /// Only those with a lower number.
    pub before: Option<u32>,
    pub limit: u64,
}
