//! Finds a pre-inspection that the caller may see.

use jiff::Timestamp;
use seamless_disclosure::Override;
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Inspection, InspectionBodyId, InspectionId},
    ports::InspectionReader,
};

/// A version of a pre-inspection, and what its originator decided by now on who sees its fields.
pub struct SeenInspection {
    pub inspection: Inspection,
    /// Those of the present version: what has been withheld since is withheld from former versions too.
    pub disclosures_now: Vec<Override>,
}

/// Whoever may not see a pre-inspection does not learn whether there is one.
pub struct InspectionAccess<'a> {
    pub rules: &'a Rules,
    pub inspections: &'a dyn InspectionReader,
}

impl InspectionAccess<'_> {
    /// The pre-inspection in its present version, or in the one that is named.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: InspectionId,
        version: Option<u32>,
        now: Timestamp,
    ) -> Result<SeenInspection, DomainError> {
        let present = self.inspections.inspection_get(id).await?;
        let present = present.filter(|found| self.is_seen(found, &caller.authority, now));
        let present = present.ok_or(DomainError::Denied)?;
        let disclosures_now = present.content.disclosures.clone();
        let inspection = match version {
            Some(version) if version != present.version => {
                self.inspections.inspection_version(id, version).await?.ok_or(DomainError::Denied)?
            }
            _ => present,
        };
        Ok(SeenInspection { inspection, disclosures_now })
    }

    /// The pre-inspection of this certificate.
    ///
    /// # Errors
    /// As [`InspectionAccess::execute`].
    pub async fn by_certificate(
        &self,
        caller: &Caller,
        body: &InspectionBodyId,
        certificate: &str,
        now: Timestamp,
    ) -> Result<SeenInspection, DomainError> {
        let found =
            self.inspections.inspection_by_certificate(&[(body.clone(), certificate.to_owned())]).await?;
        let seen = found.into_iter().find(|one| self.is_seen(one, &caller.authority, now));
        let inspection = seen.ok_or(DomainError::Denied)?;
        Ok(SeenInspection { disclosures_now: inspection.content.disclosures.clone(), inspection })
    }

    /// The caller's own pre-inspection.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, id: InspectionId) -> Result<Inspection, DomainError> {
        let present = self.inspections.inspection_get(id).await?;
        present.filter(|found| found.originator == caller.authority).ok_or(DomainError::Denied)
    }

    fn is_seen(&self, inspection: &Inspection, viewer: &AuthorityId, now: Timestamp) -> bool {
        self.rules.cooperation.sees_as_owner(&inspection.originator, viewer)
            || self.rules.cooperation.is_open_to_side(&inspection.content.arrangement, viewer, now)
    }
}
