//! What a service adds to its feed: which fields of an event a reader may see.

use seamless_identity::AuthorityId;
use seamless_service::error::ApiError;

use crate::StoredEvent;

/// What a service knows of its events: how to redact them.
#[async_trait::async_trait]
pub trait Redactor: Send + Sync + 'static {
    /// The types of events that the service tells, by the full names of their messages: those that a reader may ask for.
    fn types(&self) -> &'static [&'static str];

    /// The data of each event, in the same order, as the reader may see it now; `None` for an event of which it may
    /// see nothing any more. Such an event is not shown, and does not count as previous to another.
    ///
    /// The reader has an entitlement to each of them: what is left to decide is which fields it may see.
    ///
    /// # Errors
    /// Ends the call or stream of the reader.
    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError>;
}
