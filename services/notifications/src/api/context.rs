//! What the handlers share.

use std::sync::Arc;

use seamless_api::{ApiLimits, Handlers, PageLimits};
use seamless_calendar::Clock;
use seamless_receipts::Signer;

use crate::{
    attachments::Attachments,
    commit::Decisions,
    contract::{Known, NotificationName, redact::FeedRedactor},
    deliveries::DeliveryEntries,
    domain::{
        Caller, DomainError, Rules,
        model::{Content, EventStatus, NotificationId},
        use_cases::NotificationAccess,
    },
    store::{Sandbox, SimilarIndex, Store},
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(crate) store: Store,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: ApiLimits,
    pub(crate) decisions: Decisions,
    pub(crate) attachments: Attachments,
    /// The most attachments of one side on one notification.
    pub(crate) attachments_at_most: usize,
    pub(crate) deliveries: DeliveryEntries,
    /// None where the service is no sandbox.
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) signer: Arc<Signer>,
    pub(crate) redactor: Arc<FeedRedactor>,
    pub(crate) similar: SimilarIndex,
}

impl Api {
    /// Which of the notifications that these follow the caller may see.
    pub(super) async fn known<'c>(
        &self,
        caller: &Caller,
        contents: impl Iterator<Item = &'c Content>,
    ) -> Result<Known, DomainError> {
        let followed: Vec<NotificationId> = contents.filter_map(Content::followed).collect();
        Known::of(&self.store, &self.rules, &caller.authority, &followed).await
    }

    /// The notification of which a list is; none where the list is over all. The caller may read it.
    pub(super) async fn parent_of_list(
        &self,
        caller: &Caller,
        parent: &str,
    ) -> Result<Option<NotificationId>, DomainError> {
        let Some(name) = NotificationName::parse_optional("parent", parent)? else { return Ok(None) };
        let (rules, store) = (&self.rules, &self.store);
        let access = NotificationAccess { rules, notifications: store, transmissions: store };
        access.execute(caller, name.0).await?;
        Ok(Some(name.0))
    }
}

/// The statuses of what a list takes in, empty for all: those that are asked for; where none is, of a named notification
/// all, and over all notifications the actual ones alone, so that drills never mix with real work.
pub(super) fn statuses_of_list(
    asked: Vec<EventStatus>,
    notification: Option<NotificationId>,
) -> Vec<EventStatus> {
    match notification {
        None if asked.is_empty() => vec![EventStatus::Actual],
        _ => asked,
    }
}

impl Handlers for Api {
    type Decisions = Decisions;

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    fn page_limits(&self) -> PageLimits {
        self.limits.pages()
    }
}
