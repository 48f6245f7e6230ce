//! Certificates: issued to who was there, shown, taken back, verified by everybody.

mod certificate_access;
mod coverage;
mod issue_certificates;
mod revoke_certificate;

pub use certificate_access::CertificateAccess;
pub use issue_certificates::{CertificateDraft, Drafts, IssueCertificates};
pub use revoke_certificate::RevokeCertificate;

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, Rules,
    event::{DomainEvent, EventKind},
    model::{Activity, CertificateBook},
};

/// Tells how many there are.
fn tell_counts(
    rules: &Rules,
    activity: &Activity,
    book: &CertificateBook,
    now: Timestamp,
    changes: &mut ChangeSet,
) {
    changes.tell(DomainEvent {
        kind: EventKind::CertificatesCounted(Box::new(book.clone())),
        time: now,
        arrangement: activity.content.arrangement.clone(),
        readers: rules.counting_readers(activity, now),
    });
}
