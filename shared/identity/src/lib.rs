//! Who works with whom, who calls, and what they may do: the cooperation's authorities and arrangements, principals,
//! authentication by client certificate or bearer token, and the authorization table.
//!
//! Invariant: the cooperation and the ids know nothing of transport; a [`Principal`] exists only for a credential that
//! was verified and an authority that the cooperation knows.

mod authorization;
mod certificate;
mod cooperation;
mod gatekeeper;
#[cfg(feature = "issuer")]
pub mod issuer;
mod jwt;
mod principal;
mod revocation;
mod settings;

pub use authorization::{Access, AuthorizationTable, Requirement, Row, TableError};
pub use certificate::{CertificateRefusal, certificate_holder};
pub use cooperation::{
    Arrangement, Authority, CertificateHolder, Commitment, CommitmentKind, Cooperation, CooperationErrors,
    Criterion, Deadline, Exchange, FieldGroup, Per, Problem, SAMPLE_COOPERATION, Terms,
};
pub use gatekeeper::IdentityGate;
pub use jwt::{JwtVerifier, KeySourceError, TokenRefusal, VerifiedToken};
pub use principal::{Caller, Credential, Principal, ScopeSet, is_scope};
pub use revocation::{RevocationError, Revocations};
pub use seamless_identifiers::{ArrangementId, AuthorityId, InvalidId};
pub use settings::{IdentitySettings, JwtSettings};
