//! Takes a pre-inspection back.

use jiff::Timestamp;

use super::share_inspections::inspection_changed;
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{Inspection, InspectionState},
    use_cases::require_revision,
};

/// A revocation is a version of its own, and the last.
pub struct RevokeInspection<'a> {
    pub rules: &'a Rules,
}

impl RevokeInspection<'_> {
    /// Revokes it.
    ///
    /// # Errors
    /// `IllegalTransition` if it was revoked before; `EtagMismatch`.
    pub fn execute(
        &self,
        present: Inspection,
        reason: &str,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Inspection>, DomainError> {
        require_revision(revision, i64::from(present.version), || present.name())?;
        if present.state == InspectionState::Revoked {
            return Err(DomainError::illegal(present.name(), present.state, "revoking"));
        }
        let revoked = Inspection {
            state: InspectionState::Revoked,
            version: present.version + 1,
            revoke_reason: reason.to_owned(),
            update_time: now,
            ..present
        };
        let mut changes = ChangeSet::default();
        changes.put_inspection(&revoked);
        changes.tell(inspection_changed(self.rules, &revoked, now));
        Ok(Decision { outcome: revoked, changes })
    }
}
