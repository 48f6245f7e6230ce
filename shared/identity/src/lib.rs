//! Authorities, arrangements, principals, authentication and the authorization table.

mod authorization;
mod cooperation;
mod ids;
mod jwt;
mod principal;
mod settings;

pub use authorization::{Access, AuthorizationTable, Requirement, Row, TableError};
pub use cooperation::{
    Arrangement, Authority, CertificateHolder, Commitment, CommitmentKind, Cooperation, CooperationErrors,
    Criterion, Deadline, Exchange, FieldGroup, Per, Problem, SAMPLE_COOPERATION,
};
pub use ids::{ArrangementId, AuthorityId, InvalidId};
pub use jwt::{JwtVerifier, KeySourceError, TokenRefusal, VerifiedToken};
pub use principal::{Credential, Principal, ScopeSet, is_scope};
pub use settings::{IdentitySettings, JwtSettings};
