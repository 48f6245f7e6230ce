//! Pages of lists: the size that is asked for within the configured limits, and opaque tokens bound to the request.

use prost::Message;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::ApiError;
use seamless_storage::PageToken;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tonic::Code;

use crate::PageLimits;

/// Half of the smallest limit of messages that is configured by default.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// A page that is asked for.
pub struct Page<C> {
    /// The most items to return.
    pub size: usize,
    /// Where the page before ended.
    pub cursor: Option<C>,
    fingerprint: [u8; 32],
}

impl<C: Serialize + DeserializeOwned> Page<C> {
    /// The page that a request asks for; `request` is the request without its page token and size, and `caller` who
    /// asks: a token serves nobody else and nothing else. With the refusals of a negative size, and of a token that is not one of
    /// ours for this request; then the page is as if it had not been given.
    pub fn of(
        limits: &PageLimits,
        caller: &str,
        request: &impl Message,
        page_size: i32,
        page_token: &str,
    ) -> (Self, Vec<ApiError>) {
        let mut wrong = Vec::new();
        let size = match usize::try_from(page_size) {
            Ok(0) => limits.default_size,
            Ok(size) => size.min(limits.max_size),
            Err(_) => {
                wrong.push(ApiError::invalid_field("page_size", format!("wants 0 or more; got {page_size}")));
                limits.default_size
            }
        };
        let mut hash = Sha256::new();
        hash.update(caller.as_bytes());
        hash.update([0]);
        hash.update(request.encode_to_vec());
        let fingerprint: [u8; 32] = hash.finalize().into();
        let decoded =
            (!page_token.is_empty()).then(|| PageToken::decode(page_token, &fingerprint)).transpose();
        let cursor = decoded.unwrap_or_else(|error| {
            wrong.push(
                ApiError::reason(Code::InvalidArgument, ErrorReason::PageTokenInvalid, error.to_string())
                    .field("page_token", "wants the next_page_token of the page before, in the same request"),
            );
            None
        });
        (Self { size, cursor, fingerprint }, wrong)
    }

    /// How many items to look up: one more than the page holds tells whether there is a next one.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.size as u64 + 1
    }

    /// The token of the page after a place, for a list that ends a page before it is full.
    pub fn token(&self, place: &C) -> String {
        PageToken::encode(place, &self.fingerprint)
    }

    /// The page's messages, made of what was looked up, and the token of the next page; empty at the end. A page ends
    /// early where its messages grow too large for one answer, but never before its first.
    pub fn fill<T, M: Message>(
        &self,
        items: Vec<T>,
        cursor_of: impl Fn(&T) -> C,
        message_of: impl Fn(&T) -> M,
    ) -> (Vec<M>, String) {
        let mut messages = Vec::with_capacity(items.len().min(self.size));
        let mut bytes = 0;
        let mut last: Option<&T> = None;
        for item in &items {
            let message = message_of(item);
            bytes += message.encoded_len();
            if let Some(last) = last
                && (messages.len() == self.size || bytes > PAGE_BYTES)
            {
                return (messages, PageToken::encode(&cursor_of(last), &self.fingerprint));
            }
            messages.push(message);
            last = Some(item);
        }
        (messages, String::new())
    }
}
