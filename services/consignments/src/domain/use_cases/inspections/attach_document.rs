//! Notes that the content of a document has come.

use jiff::Timestamp;

use super::share_inspections::inspection_changed;
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{Inspection, InspectionDocument, InspectionState},
};

/// What has come is noted as a version, so that every reader hears of it.
pub struct AttachDocument<'a> {
    pub rules: &'a Rules,
}

impl AttachDocument<'_> {
    /// Notes it; what was noted before changes nothing.
    ///
    /// # Errors
    /// `IllegalTransition` after a revocation; `Denied` if the inspection names the document no more.
    pub fn execute(
        &self,
        present: Inspection,
        document: &InspectionDocument,
        now: Timestamp,
    ) -> Result<Decision<Inspection>, DomainError> {
        if present.state == InspectionState::Revoked {
            return Err(DomainError::illegal(present.name(), present.state, "uploading a document"));
        }
        let mut changed = present.clone();
        let named = changed.content.documents.iter_mut().filter(|one| one.sha256 == document.sha256);
        let mut is_named = false;
        for one in named {
            is_named = true;
            one.size_bytes = document.size_bytes;
            one.media_type.clone_from(&document.media_type);
        }
        let mut changes = ChangeSet::default();
        if !is_named {
            return Err(DomainError::Denied);
        }
        if changed != present {
            changed.version += 1;
            changed.update_time = now;
            changes.put_inspection(&changed);
            changes.tell(inspection_changed(self.rules, &changed, now));
        }
        Ok(Decision { outcome: changed, changes })
    }
}
