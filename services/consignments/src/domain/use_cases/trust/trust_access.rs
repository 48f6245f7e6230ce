//! Finds reliabilities and approvals that the caller may see: those of its side, and those of its own bodies.

use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Approval, Trust},
    records::{RecordQuery, RecordReader, record},
};

/// Whoever may not see one does not learn whether it is there.
pub struct TrustAccess<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl TrustAccess<'_> {
    /// The reliability of this name.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn trust(&self, caller: &Caller, name: &str) -> Result<Trust, DomainError> {
        let found: Option<Trust> = record(self.records, name).await?;
        let seen = found.filter(|trust| self.is_seen(caller, &trust.side, &trust.body_authority));
        seen.ok_or(DomainError::Denied)
    }

    /// The approval of this name.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn approval(&self, caller: &Caller, name: &str) -> Result<Approval, DomainError> {
        let found: Option<Approval> = record(self.records, name).await?;
        let seen =
            found.filter(|approval| self.is_seen(caller, &approval.authority, &approval.body_authority));
        seen.ok_or(DomainError::Denied)
    }

    /// The caller's own approval, to decide on.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn own_approval(&self, caller: &Caller, name: &str) -> Result<Approval, DomainError> {
        let found: Option<Approval> = record(self.records, name).await?;
        found.filter(|approval| approval.authority == caller.authority).ok_or(DomainError::Denied)
    }

    fn is_seen(&self, caller: &Caller, side: &AuthorityId, body_authority: &AuthorityId) -> bool {
        self.rules.cooperation.contact_point_of(&caller.authority) == side
            || caller.authority == *body_authority
    }
}
