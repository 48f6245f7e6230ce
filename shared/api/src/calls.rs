//! What identifies a changing call, so that the same call again gets the first answer.

use prost::Message;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use seamless_storage::{Database, StorageError, requests};
use sha2::{Digest, Sha256};
use tonic::Code;
use uuid::Uuid;

use crate::violations::excerpt;

/// A changing call: who makes it, which, and with what content.
#[derive(Clone, Debug)]
pub struct Call {
    /// The authority on whose behalf it is made; request ids are its own.
    pub caller: String,
    /// `/seamless.notifications.v1.NotificationService/CreateNotification`.
    pub method: &'static str,
    /// The caller's id of it.
    pub request_id: Uuid,
    /// SHA-256 of method and request.
    pub fingerprint: [u8; 32],
    /// True to check it alone.
    pub validate_only: bool,
}

/// The answer to a call, to be kept in the transaction that does its work.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The call.
    pub call: Call,
    /// The bytes of the response.
    pub response: Vec<u8>,
    /// When it was given, in microseconds since 1970 UTC.
    pub time_us: i64,
}

/// A UUID that a caller chose.
///
/// # Errors
/// INVALID_ARGUMENT if it is none, or the nil one.
pub fn request_id(text: &str) -> Result<Uuid, ApiError> {
    let parsed = Uuid::try_parse(text).ok().filter(|id| !id.is_nil());
    parsed.ok_or_else(|| {
        let got = excerpt(text);
        ApiError::invalid_field("request_id", format!("wants a UUID chosen for this call; got {got}"))
    })
}

impl Call {
    /// The call that `request` makes.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the request id is no UUID.
    pub fn of<M: Message>(
        caller: &str,
        method: &'static str,
        request: &M,
        id: &str,
        validate_only: bool,
    ) -> Result<Self, ApiError> {
        let request_id = request_id(id)?;
        let mut hash = Sha256::new();
        hash.update(method.as_bytes());
        hash.update(request.encode_to_vec());
        Ok(Self {
            caller: caller.to_owned(),
            method,
            request_id,
            fingerprint: hash.finalize().into(),
            validate_only,
        })
    }

    /// The answer that was given to it before, if it was made.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if its id was used with other content; those of the database.
    pub async fn earlier_answer<R: Message + Default>(
        &self,
        database: &Database,
    ) -> Result<Option<R>, ApiError> {
        let found = requests::find(database.read(), &self.caller, &self.request_id).await;
        let Some(record) = found.map_err(storage_error)? else {
            return Ok(None);
        };
        if record.fingerprint != self.fingerprint {
            return Err(ApiError::reason(
                Code::InvalidArgument,
                ErrorReason::RequestIdReused,
                "this request id was used before with other content",
            )
            .field("request_id", "wants a new UUID for a new request")
            .metadata("method", record.method));
        }
        R::decode(record.response.as_slice()).map(Some).map_err(ApiError::internal)
    }
}

impl Answer {
    /// Keeps it, in the transaction that does the call's work. Do it first: of two that come at the same time the second
    /// then waits here.
    ///
    /// # Errors
    /// As [`requests::record`].
    pub async fn keep(&self, tx: &sea_orm::DatabaseTransaction) -> Result<(), StorageError> {
        let Call { caller, method, request_id, fingerprint, .. } = &self.call;
        requests::record(tx, caller, request_id, method, fingerprint, &self.response, self.time_us).await
    }
}

/// What a caller is told of an error of the database.
#[must_use]
pub fn storage_error(error: StorageError) -> ApiError {
    match error {
        StorageError::Contention => ApiError::contention(),
        StorageError::WritesSuspended { .. } => ApiError::writes_suspended(),
        StorageError::Unavailable { .. } | StorageError::OutcomeUnknown { .. } => {
            tracing::warn!(%error, "database unavailable");
            ApiError::dependency_unavailable(std::time::Duration::from_secs(2))
        }
        other => ApiError::internal(other),
    }
}
