//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use async_trait::async_trait;
use seamless_identity::{ArrangementId, AuthorityId};

pub use super::records::RecordReader;

use super::{
    error::DomainError,
    model::{Inspection, InspectionBodyId, InspectionId, InspectionKey, InspectionState},
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
