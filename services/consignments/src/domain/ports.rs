//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use async_trait::async_trait;
use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use seamless_identity::{ArrangementId, AuthorityId};

pub use super::records::RecordReader;

use super::{
    error::DomainError,
    model::{
        Examination, Inspection, InspectionBodyId, InspectionId, InspectionKey, InspectionState, Plan,
        ProductAreaId, Screening, ScreeningId,
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
