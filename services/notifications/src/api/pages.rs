//! Pages of lists: the size that is asked for within the configured limits, and opaque tokens bound to the request.

use prost::Message;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use seamless_storage::PageToken;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tonic::Code;

use crate::config::Limits;

/// A page that is asked for.
pub(super) struct Page<C> {
    /// The most items to return.
    pub size: usize,
    /// Where the page before ended.
    pub cursor: Option<C>,
    fingerprint: [u8; 32],
}

impl<C: Serialize + DeserializeOwned> Page<C> {
    /// The page that a request asks for; `request` is the request without its page token and size, and `caller` who
    /// asks: a token serves nobody else and nothing else.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a negative size, or a token that is not one of ours for this request.
    pub fn of(
        limits: &Limits,
        caller: &str,
        request: &impl Message,
        page_size: i32,
        page_token: &str,
    ) -> Result<Self, ApiError> {
        let size = match usize::try_from(page_size) {
            Err(_) => {
                return Err(ApiError::invalid_field(
                    "page_size",
                    format!("wants 0 or more; got {page_size}"),
                ));
            }
            Ok(0) => limits.default_page_size,
            Ok(size) => size.min(limits.max_page_size),
        };
        let mut hash = Sha256::new();
        hash.update(caller.as_bytes());
        hash.update([0]);
        hash.update(request.encode_to_vec());
        let fingerprint: [u8; 32] = hash.finalize().into();
        let cursor = match page_token {
            "" => None,
            token => Some(PageToken::decode(token, &fingerprint).map_err(|error| {
                ApiError::reason(Code::InvalidArgument, ErrorReason::PageTokenInvalid, error.to_string())
                    .field("page_token", "wants the next_page_token of the page before, in the same request")
            })?),
        };
        Ok(Self { size, cursor, fingerprint })
    }

    /// How many items to look up: one more than the page holds tells whether there is a next one.
    pub fn limit(&self) -> u64 {
        self.size as u64 + 1
    }

    /// Cuts what was looked up to the page, and makes the token of the next one; empty at the end.
    pub fn cut<T>(&self, items: &mut Vec<T>, cursor_of: impl Fn(&T) -> C) -> String {
        if items.len() <= self.size {
            return String::new();
        }
        items.truncate(self.size);
        items.last().map(|last| PageToken::encode(&cursor_of(last), &self.fingerprint)).unwrap_or_default()
    }
}
