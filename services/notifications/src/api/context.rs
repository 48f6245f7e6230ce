//! What the handlers share.

use std::sync::Arc;

use jiff::Timestamp;
use prost::Message;
use seamless_api::{Call, Page, PageLimits};
use seamless_calendar::Clock;
use seamless_proto::Paged;
use seamless_receipts::Signer;
use seamless_service::error::ApiError;
use serde::{Serialize, de::DeserializeOwned};
use tonic::{Request, Response, Status};

use crate::{
    attachments::Attachments,
    commit::Decisions,
    config::Limits,
    contract::{NotificationName, redact::FeedRedactor},
    deliveries::DeliveryEntries,
    domain::{Caller, Decision, DomainError, Rules, model::NotificationId, use_cases::NotificationAccess},
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

    /// Runs a changing call: `decide` makes the decision, `answer` the response to it.
    pub(super) async fn mutate<T, R, F>(
        &self,
        call: Call,
        decide: impl Fn(Timestamp) -> F + Send + Sync,
        answer: impl Fn(T) -> R + Send + Sync,
    ) -> Result<Response<R>, Status>
    where
        R: Message + Default,
        F: Future<Output = Result<Decision<T>, DomainError>> + Send,
    {
        Ok(Response::new(seamless_api::run(&self.decisions, &call, decide, answer).await?))
    }

    /// A page that is asked for: on whose behalf, the request without its page token and size, and the page.
    pub(super) fn paged<M, C>(&self, request: Request<M>) -> Result<(Caller, M, Page<C>), ApiError>
    where
        M: Message + Paged,
        C: Serialize + DeserializeOwned,
    {
        seamless_api::paged(request, &self.page_limits())
    }

    /// How large pages are.
    pub(super) fn page_limits(&self) -> PageLimits {
        PageLimits { default_size: self.limits.default_page_size, max_size: self.limits.max_page_size }
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
