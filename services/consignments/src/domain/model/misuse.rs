//! What is told of a certificate that was used for goods that it does not cover.

use jiff::Timestamp;
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;

use super::{
    CertificateFinding, Doubt, InspectionBodyId, InspectionId, ScreeningId, inspection_name,
    vocabulary::EventStatus,
};

/// A certificate that does not count for the goods that it was used for.
#[derive(Clone, Debug, PartialEq)]
pub struct Misuse {
    /// The pre-inspection with its version; none where the certificate is unknown.
    pub inspection: Option<(InspectionId, u32)>,
    pub body: InspectionBodyId,
    pub certificate: String,
    /// None where none was said.
    pub invoked_version: Option<u32>,
    pub doubt: Doubt,
    pub findings: Vec<CertificateFinding>,
    pub screening: ScreeningId,
    /// Who screened.
    pub authority: AuthorityId,
    pub entry_point: Unlocode,
    pub time: Timestamp,
    pub status: EventStatus,
}

impl Misuse {
    /// `inspections/{inspection}`, or `inspectionBodies/{body}` where the certificate is unknown.
    #[must_use]
    pub fn subject(&self) -> String {
        match self.inspection {
            Some((id, _)) => inspection_name(id),
            None => format!("inspectionBodies/{}", self.body),
        }
    }
}
