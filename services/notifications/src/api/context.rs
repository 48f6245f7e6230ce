//! What the handlers share.

use std::sync::Arc;

use seamless_api::{Handlers, PageLimits};
use seamless_calendar::Clock;
use seamless_receipts::Signer;

use crate::{
    attachments::Attachments,
    commit::Decisions,
    config::Limits,
    contract::{Known, NotificationName, redact::FeedRedactor},
    deliveries::DeliveryEntries,
    domain::{
        Caller, DomainError, Rules,
        model::{Content, NotificationId},
        use_cases::NotificationAccess,
    },
    store::{Sandbox, SimilarIndex, Store},
};

/// The API of the service: implements all its gRPC services.
#[derive(Clone)]
pub struct Api {
    pub(super) store: Store,
    pub(super) rules: Rules,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Limits,
    pub(super) decisions: Decisions,
    pub(super) attachments: Attachments,
    pub(super) deliveries: DeliveryEntries,
    /// None where the service is no sandbox.
    pub(super) sandbox: Option<Sandbox>,
    pub(super) signer: Arc<Signer>,
    pub(super) redactor: Arc<FeedRedactor>,
    pub(super) similar: SimilarIndex,
}

impl Api {
    /// The API on a store and the index of products beside it; `sandbox` where the service is one.
    #[must_use]
    #[allow(clippy::too_many_arguments, reason = "each is a part of its own, and it is made in one place")]
    pub fn new(
        store: Store,
        rules: Rules,
        clock: Arc<dyn Clock>,
        limits: Limits,
        attachments: Attachments,
        deliveries: DeliveryEntries,
        sandbox: Option<Sandbox>,
        signer: Arc<Signer>,
        similar: SimilarIndex,
    ) -> Self {
        let decisions = attachments.decisions.clone();
        let redactor = Arc::new(FeedRedactor::new(store.clone(), rules.clone()));
        Self {
            store,
            rules,
            clock,
            limits,
            decisions,
            attachments,
            deliveries,
            sandbox,
            signer,
            redactor,
            similar,
        }
    }

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

impl Handlers for Api {
    type Decisions = Decisions;

    fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    fn page_limits(&self) -> PageLimits {
        PageLimits { default_size: self.limits.default_page_size, max_size: self.limits.max_page_size }
    }
}
