//! A certificate: that somebody took part, as it was when it was issued.
//!
//! Invariant: what it says is never changed; it is taken back, or its name and documents are erased.

use jiff::{Timestamp, civil::Date};
use seamless_attendance::comparable;
use seamless_identifiers::{CountryCode, LanguageTag, LocalizedText};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    ActivityId, RegisteredPerson, activity_name,
    certificate_code::CertificateCode,
    vocabulary::{ActivityKind, CertificateState, EventStatus, TargetAudience},
};
use crate::domain::records::{Place, Record};

/// A certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub code: CertificateCode,
    pub activity: ActivityId,
    pub who: RegisteredPerson,
    pub organiser: AuthorityId,
    /// Who registered the person.
    pub registrar: AuthorityId,
    pub state: CertificateState,
    /// None once it was erased. Personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    pub facts: CertificateFacts,
    /// None once they were erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<CertificateDocument>,
    /// A compact JWS over all of it but the name, of which it has a salted digest.
    pub signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_time: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revoke_reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erase_time: Option<Timestamp>,
    /// Its place in lists: when it was issued, in microseconds, and later ones of its activity behind it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub order: i64,
    pub revision: i64,
}

/// Whose it is. Personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    pub printed_name: String,
    /// In the form in which addresses are compared; empty where there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// What a certificate says, but for the name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateFacts {
    pub title: LocalizedText,
    pub kind: ActivityKind,
    pub start: Date,
    pub end: Date,
    pub minutes: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<LanguageTag>,
    pub issuer: AuthorityId,
    pub issuer_name: LocalizedText,
    pub issue_time: Timestamp,
    pub status: EventStatus,
}

/// A document that was issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateDocument {
    pub language: LanguageTag,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
    pub size: u32,
}

/// What is signed: everything but the name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateClaims {
    /// The name of the certificate.
    pub sub: String,
    pub facts: CertificateFacts,
    pub documents: Vec<CertificateDocument>,
    pub name: NameDigest,
}

/// The printed name as a digest: whoever knows the name can compare it, and nobody reads it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NameDigest {
    pub salt: String,
    /// SHA-256 over the salt and the name in the form in which names are compared, lower-case hexadecimal.
    pub sha256: String,
}

/// Who has a certificate of an activity, so that nobody gets two that count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateBook {
    pub activity: ActivityId,
    pub organiser: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    pub status: EventStatus,
    pub entries: Vec<BookEntry>,
    pub revision: i64,
}

/// That somebody has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BookEntry {
    pub code: CertificateCode,
    pub who: RegisteredPerson,
    pub country: CountryCode,
    pub audience: TargetAudience,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_revoked: bool,
    /// As the certificate has it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub order: i64,
}

/// How many certificates those of one country and audience have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateCount {
    pub country: CountryCode,
    pub audience: TargetAudience,
    pub issued: u32,
    pub revoked: u32,
}

impl NameDigest {
    /// That of a name, with a salt that nobody guesses.
    #[must_use]
    pub fn of(name: &str, salt: String) -> Self {
        let sha256 = Self::digest(name, &salt);
        Self { salt, sha256 }
    }

    /// Whether it is that of this name; capitals and the order of its parts do not matter.
    #[must_use]
    pub fn is_of(&self, name: &str) -> bool {
        Self::digest(name, &self.salt) == self.sha256
    }

    fn digest(name: &str, salt: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(salt.as_bytes());
        hash.update([0]);
        hash.update(comparable(name).as_bytes());
        hex::encode(hash.finalize())
    }
}

impl Certificate {
    /// Takes name and documents out of it; what it says besides stays, and verifies as before.
    #[must_use]
    pub fn erased(self, now: Timestamp) -> Self {
        let revision = self.revision + 1;
        Self { holder: None, documents: Vec::new(), erase_time: Some(now), revision, ..self }
    }
}

impl CertificateBook {
    /// The certificate of a person that counts.
    #[must_use]
    pub fn of(&self, who: &RegisteredPerson) -> Option<&BookEntry> {
        self.entries.iter().find(|entry| entry.who == *who && !entry.is_revoked)
    }

    /// The place of one that is issued now.
    #[must_use]
    pub fn next_order(&self, now: Timestamp) -> i64 {
        let last = self.entries.iter().map(|entry| entry.order).max().unwrap_or_default();
        now.as_microsecond().max(last + 1)
    }

    /// All of them, by country and audience.
    #[must_use]
    pub fn counts(&self) -> Vec<CertificateCount> {
        let mut counts: Vec<CertificateCount> = Vec::new();
        for BookEntry { country, audience, is_revoked, .. } in &self.entries {
            let known = counts.iter_mut().find(|one| (&one.country, one.audience) == (country, *audience));
            let (issued, revoked) = if *is_revoked { (0, 1) } else { (1, 0) };
            match known {
                Some(known) => {
                    known.issued += issued;
                    known.revoked += revoked;
                }
                None => {
                    let (country, audience) = (*country, *audience);
                    counts.push(CertificateCount { country, audience, issued, revoked });
                }
            }
        }
        counts.sort_by_key(|one| (one.country.to_string(), one.audience as i32));
        counts
    }
}

/// The name of a certificate.
#[must_use]
pub fn certificate_name(code: &CertificateCode) -> String {
    format!("certificates/{code}")
}

/// The name of the record of who has one.
#[must_use]
pub fn book_name(activity: ActivityId) -> String {
    format!("{}/certificates", activity_name(activity))
}

impl Record for Certificate {
    const KIND: &'static str = "certificate";
    type Place = Place;

    fn name(&self) -> String {
        certificate_name(&self.code)
    }

    /// It is who registered that is the owner, and the organiser that is the party: both see it.
    fn place(&self) -> Place {
        Place {
            owner: self.registrar.clone(),
            party: Some(self.organiser.clone()),
            arrangement: None,
            group: activity_name(self.activity),
            state: self.state as i32,
            order: if self.order == 0 { self.facts.issue_time.as_microsecond() } else { self.order },
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for CertificateBook {
    const KIND: &'static str = "certificate-book";
    type Place = Place;

    fn name(&self) -> String {
        book_name(self.activity)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.organiser.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
