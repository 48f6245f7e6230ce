//! What is found wrong with a request before its handler looks at the rest, so that the caller learns of all at once.
//!
//! Invariant: a request of which something is noted is answered with a refusal. One that names fields names what was noted as
//! well; any other refusal stands as it is: whoever may not call is not told what is wrong with the call. Where one thing alone is
//! wrong, its own refusal is the answer, with its reason.

use std::sync::{Arc, Mutex, PoisonError};

use http::{Extensions, Response};
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::error::{ApiError, FieldViolation, reason_of};

/// What is noted of a request; in the extensions of every one that came through the chassis.
#[derive(Clone, Debug, Default)]
pub struct Noted(Arc<Mutex<Vec<ApiError>>>);

impl Noted {
    /// Notes what is wrong with the request of these extensions: a refusal that names the fields.
    ///
    /// # Errors
    /// The refusal at once, if the request did not come through the chassis: nobody would tell it later.
    pub fn note(extensions: &Extensions, wrong: ApiError) -> Result<(), ApiError> {
        match extensions.get::<Self>() {
            Some(Self(noted)) => {
                noted.lock().unwrap_or_else(PoisonError::into_inner).push(wrong);
                Ok(())
            }
            None => Err(wrong),
        }
    }

    /// The answer, with what was noted.
    pub(crate) fn join(&self, response: Response<Body>) -> Response<Body> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if noted.is_empty() {
            return response;
        }
        let mut fields = match Status::from_header_map(response.headers()) {
            Some(status) if reason_of(&status) == Some(ErrorReason::InvalidFields) => told(&status),
            Some(status) if status.code() != Code::Ok => return response,
            _ => Vec::new(),
        };
        let of_noted: Vec<FieldViolation> = noted.iter().flat_map(ApiError::fields).cloned().collect();
        fields.retain(|field| !of_noted.iter().any(|one| one.field == field.field));
        let refusal = match noted.as_slice() {
            [only] if fields.is_empty() => only.clone(),
            _ => ApiError::invalid_fields([of_noted, fields].concat()),
        };
        Status::from(refusal).into_http()
    }
}

/// The fields that a refusal names.
fn told(status: &Status) -> Vec<FieldViolation> {
    let details = status.get_details_bad_request();
    let named = details.map(|details| details.field_violations).unwrap_or_default();
    named.into_iter().map(|one| FieldViolation::new(one.field, one.description)).collect()
}
