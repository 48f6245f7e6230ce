//! Finds a control that the caller may see, or change.

use jiff::Timestamp;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Control, ControlId, control_name},
    records::{RecordQuery, RecordReader, record},
};

/// Whoever may not see a control does not learn whether there is one.
pub struct ControlAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ControlAccess<'_> {
    /// The control, for its own side and for who shared the inspection of the goods.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        id: ControlId,
        now: Timestamp,
    ) -> Result<Control, DomainError> {
        let viewer = &caller.authority;
        let found: Option<Control> = record(self.records, &control_name(id)).await?;
        let seen = found.filter(|control| {
            let is_party = control.cover.as_ref().is_some_and(|cover| {
                cover.originator == *viewer
                    && self.rules.cooperation.is_open_to_side(&cover.arrangement, viewer, now)
            });
            is_party || self.rules.cooperation.sees_as_owner(&control.authority, viewer)
        });
        seen.ok_or(DomainError::Denied)
    }

    /// The caller's own control.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own(&self, caller: &Caller, id: ControlId) -> Result<Control, DomainError> {
        let found: Option<Control> = record(self.records, &control_name(id)).await?;
        found.filter(|control| control.authority == caller.authority).ok_or(DomainError::Denied)
    }
}
