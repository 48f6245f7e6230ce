//! A holder says that it has removed what was ordered. It may do so when it may read nothing else.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    model::Removal,
    ports::RecordReader,
    records::{Record, record},
    rules::Rules,
    use_cases::require_revision,
};

/// Confirms a removal that the caller was ordered to make.
pub struct ConfirmRemoval<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader,
}

impl ConfirmRemoval<'_> {
    /// ORDERED to CONFIRMED.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`, `IllegalTransition`.
    pub async fn execute(
        &self,
        caller: &Caller,
        name: &str,
        revision: Option<i64>,
        note: &str,
        now: Timestamp,
    ) -> Result<Decision<Removal>, DomainError> {
        let found: Option<Removal> = record(self.records, name).await?;
        let mut removal = found.filter(|one| one.authority == caller.authority).ok_or(Refusal::Denied)?;
        require_revision(revision, removal.revision, || removal.name())?;
        removal.confirm(note, &caller.principal, now)?;
        removal.revision += 1;
        let mut changes = ChangeSet::default();
        changes.put_removal(self.rules, &removal, false, now)?;
        Ok(Decision { outcome: removal, changes })
    }
}
