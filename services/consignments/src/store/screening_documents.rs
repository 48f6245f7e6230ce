//! Screenings as they are read back: their documents, with what stands beside them.

use super::entities::screening;
use crate::domain::{DomainError, model::Screening};

/// The screening of a row.
///
/// # Errors
/// `Fault` for a damaged document.
pub(super) fn screening_of(row: &screening::Model) -> Result<Screening, DomainError> {
    let screening = parse(&row.document)?;
    Ok(Screening { superseded_by: row.superseded_by, revision: row.revision, ..screening })
}

/// What is in a document.
///
/// # Errors
/// `Fault` for a damaged one.
pub(super) fn parse(document: &str) -> Result<Screening, DomainError> {
    serde_json::from_str(document).map_err(|error| DomainError::Fault(format!("damaged screening: {error}")))
}
