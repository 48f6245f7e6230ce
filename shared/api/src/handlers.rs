//! How the handlers of a service run a changing call, and begin a list.

use jiff::Timestamp;
use prost::Message;
use seamless_decision::Decision;
use seamless_identity::Caller;
use seamless_proto::Paged;
use seamless_service::error::ApiError;
use serde::{Serialize, de::DeserializeOwned};
use tonic::{Request, Response, Status};

use crate::{Call, Commits, Page, PageLimits, paged, run};

/// What implements the gRPC services of a service.
pub trait Handlers: Sync {
    /// What makes its decisions durable.
    type Decisions: Commits;

    /// What makes its decisions durable.
    fn decisions(&self) -> &Self::Decisions;

    /// How large its pages are.
    fn page_limits(&self) -> PageLimits;

    /// Runs a changing call: `decide` makes the decision, `answer` the response to it.
    ///
    /// # Errors
    /// As [`run`].
    fn mutate<T, R, F>(
        &self,
        call: Call,
        decide: impl Fn(Timestamp) -> F + Send + Sync,
        answer: impl Fn(T) -> R + Send + Sync,
    ) -> impl Future<Output = Result<Response<R>, Status>> + Send
    where
        R: Message + Default,
        F: Future<Output = Outcome<T, Self::Decisions>> + Send,
    {
        async move { Ok(Response::new(run(self.decisions(), &call, decide, answer).await?)) }
    }

    /// A page that is asked for: on whose behalf, the request without its page token and size, and the page.
    ///
    /// # Errors
    /// As [`paged`].
    fn paged<M, C>(&self, request: Request<M>) -> Result<(Caller, M, Page<C>), ApiError>
    where
        M: Message + Paged,
        C: Serialize + DeserializeOwned,
    {
        paged(request, &self.page_limits())
    }
}

/// What a use case of a service comes to.
type Outcome<T, S> = Result<Decision<T, <S as Commits>::Changes>, <S as Commits>::Error>;
