//! Resource names and etags.

use seamless_api::violations::{Violations, excerpt};
use uuid::Uuid;

use crate::domain::{
    DomainError,
    model::{InspectionBodyId, InspectionId},
};

/// What a request names a pre-inspection by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InspectionName {
    /// `inspections/{inspection}`, or `inspections/{inspection}/versions/{version}`.
    Id(InspectionId, Option<u32>),
    /// `inspectionBodies/{body}/certificates/{certificate}`.
    Certificate(InspectionBodyId, String),
}

impl InspectionName {
    /// Parses the name in the field.
    ///
    /// # Errors
    /// `Invalid`, with the form that is wanted.
    pub fn parse(field: &str, name: &str) -> Result<Self, DomainError> {
        let wanted = "inspections/{UUID}, inspections/{UUID}/versions/{version} or \
                      inspectionBodies/{body}/certificates/{certificate}";
        Self::of(name).ok_or_else(|| wrong_name(field, wanted, name))
    }

    fn of(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("inspectionBodies/") {
            let (body, certificate) = rest.split_once("/certificates/")?;
            let certificate = percent_decoded(certificate)?;
            return (!certificate.is_empty())
                .then(|| body.parse().ok().map(|body| Self::Certificate(body, certificate)))?;
        }
        let rest = name.strip_prefix("inspections/")?;
        match rest.split_once("/versions/") {
            None => Some(Self::Id(rest.parse().ok()?, None)),
            Some((id, version)) => {
                let number: u32 = version.parse().ok()?;
                (number.to_string() == version && number > 0).then_some(())?;
                Some(Self::Id(id.parse().ok()?, Some(number)))
            }
        }
    }
}

/// The UUID in `{collection}/{UUID}`.
///
/// # Errors
/// `Invalid`, with the form that is wanted.
pub fn uuid_name(field: &str, collection: &str, name: &str) -> Result<Uuid, DomainError> {
    let key = name.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/'));
    let parsed = key.and_then(|key| Uuid::try_parse(key).ok());
    parsed.ok_or_else(|| wrong_name(field, &format!("{collection}/{{UUID}}"), name))
}

/// The refusal of a name that is none of this form.
#[must_use]
pub fn wrong_name(field: &str, form: &str, got: &str) -> DomainError {
    let description = match got.is_empty() {
        true => format!("is required: {form}"),
        false => format!("wants {form}; got {}", excerpt(got)),
    };
    DomainError::invalid(field, description)
}

/// The revision that an etag stands for; empty means whichever is there.
pub fn etag_in(found: &mut Violations, field: &str, etag: &str) -> Option<i64> {
    if etag.is_empty() {
        return None;
    }
    let revision = etag.trim_matches('"').parse().ok();
    if revision.is_none() {
        found.add(field, format!("wants an etag as it was given out; got {}", excerpt(etag)));
    }
    revision
}

/// The etag of a revision.
#[must_use]
pub fn etag_out(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// A segment of a name as it was before percent-encoding [RFC 3986]; none if it is not encoded rightly.
fn percent_decoded(text: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            b'/' => return None,
            plain => plain,
        });
    }
    String::from_utf8(octets).ok()
}
