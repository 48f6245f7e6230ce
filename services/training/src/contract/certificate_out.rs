//! Certificates for the wire.

use seamless_api::{
    etag_out,
    violations::{localized_out, timestamp_out},
};
use seamless_proto::seamless::training::v1 as wire;

use super::{attendance_out::person_out, proceedings_out::day_out, session_out::count_out};
use crate::domain::{
    model::{
        ActivityId, Certificate, CertificateBook, CertificateDocument, CertificateFacts, RegisteredPerson,
        activity_name,
    },
    records::Record,
};

/// The whole certificate.
#[must_use]
pub fn certificate_out(certificate: &Certificate) -> wire::Certificate {
    wire::Certificate {
        name: certificate.name(),
        code: certificate.code.grouped(),
        person: Some(person_out(certificate.activity, &certificate.who)),
        printed_name: certificate.holder.as_ref().map(|one| one.printed_name.clone()).unwrap_or_default(),
        state: certificate.state as i32,
        facts: Some(facts_out(&certificate.facts)),
        documents: documents_out(&certificate.documents),
        signature: certificate.signature.clone(),
        revoke_time: certificate.revoke_time.map(timestamp_out),
        revoke_reason: certificate.revoke_reason.clone(),
        erase_time: certificate.erase_time.map(timestamp_out),
        etag: etag_out(certificate.revision),
    }
}

/// What a certificate says, but for the name.
#[must_use]
pub fn facts_out(facts: &CertificateFacts) -> wire::CertificateFacts {
    wire::CertificateFacts {
        title: localized_out(&facts.title),
        kind: facts.kind as i32,
        start_date: Some(day_out(facts.start)),
        end_date: Some(day_out(facts.end)),
        minutes: count_out(facts.minutes),
        languages: facts.languages.iter().map(ToString::to_string).collect(),
        issuer: facts.issuer.to_string(),
        issuer_name: localized_out(&facts.issuer_name),
        issue_time: Some(timestamp_out(facts.issue_time)),
        status: facts.status as i32,
    }
}

/// What was issued, to compare a file with.
#[must_use]
pub fn documents_out(documents: &[CertificateDocument]) -> Vec<wire::CertificateDocument> {
    let document_out = |one: &CertificateDocument| wire::CertificateDocument {
        language: one.language.to_string(),
        sha256: one.sha256.clone(),
        size_bytes: count_out(one.size),
    };
    documents.iter().map(document_out).collect()
}

/// Why somebody got none.
#[must_use]
pub fn certificate_refusal_out(
    activity: ActivityId,
    who: &RegisteredPerson,
    reason: String,
) -> wire::CertificateRefusal {
    wire::CertificateRefusal { person: Some(person_out(activity, who)), reason }
}

/// What an event tells of them.
#[must_use]
pub fn certificates_counted_out(book: &CertificateBook) -> wire::CertificatesCounted {
    let counts = book.counts().into_iter();
    wire::CertificatesCounted {
        activity: activity_name(book.activity),
        counts: counts
            .map(|one| wire::CertificateCount {
                country: one.country.to_string(),
                audience: one.audience as i32,
                issued: count_out(one.issued),
                revoked: count_out(one.revoked),
            })
            .collect(),
    }
}
