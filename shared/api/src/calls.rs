//! What identifies a changing call, so that the same call again gets the first answer.

use std::borrow::Cow;

use jiff::Timestamp;
use prost::Message;
use seamless_commit::{Answer, fault};
use seamless_identity::Caller;
use seamless_proto::{Changing, seamless::error::v1::ErrorReason};
use seamless_service::error::ApiError;
use seamless_storage::{Database, requests};
use sha2::{Digest, Sha256};
use tonic::Code;
use uuid::Uuid;

use crate::violations::excerpt;

/// A changing call: who makes it, which, and with what content.
#[derive(Clone, Debug)]
pub struct Call {
    /// On whose behalf it is made; request ids are its authority's own.
    pub caller: Caller,
    /// `/seamless.notifications.v1.NotificationService/CreateNotification`.
    pub method: Cow<'static, str>,
    /// The caller's id of it.
    pub request_id: Uuid,
    /// SHA-256 of method and request.
    pub fingerprint: [u8; 32],
    /// True to check it alone.
    pub validate_only: bool,
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
    pub fn of<M: Message + Changing>(
        caller: Caller,
        method: impl Into<Cow<'static, str>>,
        request: &M,
    ) -> Result<Self, ApiError> {
        Self::with_id(caller, method, request, request.request_id(), request.validate_only())
    }

    /// The call that a stream makes, of which `head` says what it is.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if the request id is no UUID.
    pub fn with_id<M: Message>(
        caller: Caller,
        method: impl Into<Cow<'static, str>>,
        head: &M,
        id: &str,
        validate_only: bool,
    ) -> Result<Self, ApiError> {
        let request_id = request_id(id)?;
        let method = method.into();
        let mut hash = Sha256::new();
        hash.update(method.as_bytes());
        hash.update(head.encode_to_vec());
        Ok(Self { caller, method, request_id, fingerprint: hash.finalize().into(), validate_only })
    }

    /// The answer that was given to it before, if it was made.
    ///
    /// # Errors
    /// INVALID_ARGUMENT if its id was used with other content; those of the database.
    pub async fn earlier_answer<R: Message + Default>(
        &self,
        database: &Database,
    ) -> Result<Option<R>, ApiError> {
        let response = self.earlier_response(database).await?;
        response.map(|bytes| R::decode(bytes.as_slice())).transpose().map_err(ApiError::internal)
    }

    /// The bytes of that answer.
    pub(crate) async fn earlier_response(&self, database: &Database) -> Result<Option<Vec<u8>>, ApiError> {
        let caller = self.caller.authority.as_str();
        let found = requests::find(database.read(), caller, &self.request_id).await;
        let Some(record) = found.map_err(fault)? else {
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
        Ok(Some(record.response))
    }

    /// The answer to it, to be kept in the transaction that does its work.
    pub(crate) fn answer(&self, response: Vec<u8>, now: Timestamp) -> Answer {
        Answer {
            caller: self.caller.authority.to_string(),
            request_id: self.request_id,
            method: self.method.to_string(),
            fingerprint: self.fingerprint,
            response,
            time_us: now.as_microsecond(),
        }
    }
}
