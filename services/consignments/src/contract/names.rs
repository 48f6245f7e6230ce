//! Resource names.

use seamless_api::{Violations, percent_decoded};
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
            let certificate = percent_decoded(certificate).filter(|_| !certificate.contains('/'))?;
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
    let mut wrong = Violations::new();
    wrong.wrong_name(field, form, got);
    wrong.into_inner().into()
}
