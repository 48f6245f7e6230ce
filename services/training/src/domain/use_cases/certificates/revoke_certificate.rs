//! Takes a certificate back.

use jiff::Timestamp;

use super::tell_counts;
use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    model::{Activity, Certificate, CertificateBook, CertificateState, book_name},
    ports::RecordReader,
    records::{Record, RecordQuery, record},
    use_cases::require_revision,
};

/// The organiser takes back what it issued; the person may get another one then.
#[derive(Clone, Copy)]
pub struct RevokeCertificate<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl RevokeCertificate<'_> {
    /// Takes it back, with the reason that everybody reads who verifies it.
    ///
    /// # Errors
    /// `IllegalTransition` where it was taken back before; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        activity: &Activity,
        present: Certificate,
        reason: String,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Certificate>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        if present.state != CertificateState::Issued {
            return Err(DomainError::illegal(present.name(), present.state, "revoking"));
        }
        let revision = present.revision + 1;
        let certificate = Certificate {
            state: CertificateState::Revoked,
            revoke_time: Some(now),
            revoke_reason: reason,
            revision,
            ..present
        };
        let mut changes = ChangeSet::default();
        changes.put_record(&certificate, false)?;
        let book: Option<CertificateBook> = record(self.records, &book_name(activity.id)).await?;
        if let Some(mut book) = book {
            let own = book.entries.iter_mut().filter(|entry| entry.code == certificate.code);
            own.for_each(|entry| entry.is_revoked = true);
            book.revision += 1;
            changes.put_record(&book, false)?;
            tell_counts(self.rules, activity, &book, now, &mut changes);
        }
        Ok(Decision { outcome: certificate, changes })
    }
}
