//! What identifies a changing call, so that the same call again gets the first answer.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use jiff::Timestamp;
use prost::Message;
use seamless_commit::{Answer, fault};
use seamless_decision::Refusal;
use seamless_identity::Caller;
use seamless_proto::{Changing, seamless::error::v1::ErrorReason};
use seamless_service::error::{ApiError, FieldViolation};
use seamless_storage::{
    Database,
    requests::{self, RequestRecord},
};
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
    /// What is wrong with its id, if anything is: then it is checked what else is wrong, and nothing is done.
    pub(crate) wrong: Option<FieldViolation>,
}

/// Whose request it is, and its id.
pub(crate) type RequestKey = (String, Uuid);

/// A UUID that a caller chose.
///
/// # Errors
/// INVALID_ARGUMENT if it is none, or the nil one.
pub fn request_id(text: &str) -> Result<Uuid, ApiError> {
    parsed_id(text).map_err(|wrong| ApiError::invalid_fields(vec![wrong]))
}

fn parsed_id(text: &str) -> Result<Uuid, FieldViolation> {
    let parsed = Uuid::try_parse(text).ok().filter(|id| !id.is_nil());
    parsed.ok_or_else(|| {
        let got = excerpt(text);
        FieldViolation::new("request_id", format!("wants a UUID chosen for this call; got {got}"))
    })
}

impl Call {
    /// The call that `request` makes; an id that is no UUID is noted, for [`crate::run`] to refuse it with all else that is wrong.
    pub(crate) fn noting<M: Message + Changing>(
        caller: Caller,
        method: impl Into<Cow<'static, str>>,
        request: &M,
    ) -> Self {
        let (request_id, wrong) = match parsed_id(request.request_id()) {
            Ok(id) => (id, None),
            Err(wrong) => (Uuid::nil(), Some(wrong)),
        };
        let call = Self::known(caller, method.into(), request, request_id, request.validate_only());
        Self { wrong, ..call }
    }

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
        Ok(Self::known(caller, method.into(), head, request_id(id)?, validate_only))
    }

    fn known(
        caller: Caller,
        method: Cow<'static, str>,
        head: &impl Message,
        request_id: Uuid,
        validate_only: bool,
    ) -> Self {
        let mut hash = Sha256::new();
        hash.update(method.as_bytes());
        hash.update(head.encode_to_vec());
        let fingerprint = hash.finalize().into();
        Self { caller, method, request_id, fingerprint, validate_only, wrong: None }
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
        if let Some(wrong) = &self.wrong {
            return Err(ApiError::invalid_fields(vec![wrong.clone()]));
        }
        let caller = self.caller.authority.as_str();
        let found = requests::find(database.read(), caller, &self.request_id).await;
        found.map_err(fault)?.map(|record| self.answered(record)).transpose()
    }

    /// The bytes of the answers that were given before to calls of one caller, each in its call's place: none to one that
    /// was not made.
    ///
    /// # Errors
    /// Those of the database. That an id was used with other content is told in its place.
    pub async fn earlier_responses(
        calls: &[&Self],
        database: &Database,
    ) -> Result<Vec<Result<Option<Vec<u8>>, ApiError>>, ApiError> {
        let Some(first) = calls.first() else { return Ok(Vec::new()) };
        let ids: Vec<Uuid> = calls.iter().map(|call| call.request_id).collect();
        let caller = first.caller.authority.as_str();
        let mut found = requests::find_all(database.read(), caller, &ids).await.map_err(fault)?;
        let each = calls
            .iter()
            .map(|call| found.remove(&call.request_id).map(|record| call.answered(record)).transpose());
        Ok(each.collect())
    }

    /// What is kept of those of these calls that were made before, whoever made them; of a call with a wrong id nothing is.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn earlier_records(
        calls: &[&Self],
        database: &Database,
    ) -> Result<HashMap<RequestKey, RequestRecord>, Refusal> {
        let mut asked: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        for call in calls.iter().filter(|call| call.wrong.is_none()) {
            asked.entry(call.caller.authority.as_str()).or_default().push(call.request_id);
        }
        let mut records = HashMap::new();
        for (caller, ids) in asked {
            let found = requests::find_all(database.read(), caller, &ids).await.map_err(fault)?;
            records.extend(found.into_iter().map(|(id, record)| ((caller.to_owned(), id), record)));
        }
        Ok(records)
    }

    /// Whose request it is, and its id.
    pub(crate) fn key(&self) -> RequestKey {
        (self.caller.authority.to_string(), self.request_id)
    }

    /// What is kept under its id, if that is of this call.
    pub(crate) fn answered(&self, record: RequestRecord) -> Result<Vec<u8>, ApiError> {
        if record.fingerprint == self.fingerprint {
            return Ok(record.response);
        }
        Err(ApiError::reason(
            Code::InvalidArgument,
            ErrorReason::RequestIdReused,
            "this request id was used before with other content",
        )
        .field("request_id", "wants a new UUID for a new request")
        .metadata("method", record.method))
    }

    /// The answer to it, to be kept in the transaction that does its work.
    #[must_use]
    pub fn answer(&self, response: Vec<u8>, now: Timestamp) -> Answer {
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
