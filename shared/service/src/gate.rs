//! Who may call what: the one question that the chassis asks of a service before it lets a call in.
//!
//! Invariant: every call but those of [`EXEMPT`] passes the gate before a byte of its body is read.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use http::{Extensions, HeaderMap};
use rustls::pki_types::CertificateDer;
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::Code;

use crate::error::ApiError;
use crate::health::Health;
use crate::middleware::ConnectionInfo;

/// The only paths that need no admission: probes have no credentials.
pub const EXEMPT: &[&str] =
    &["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", "/grpc.health.v1.Health/Watch"];

/// What is known of a call before its body is read.
#[derive(Clone, Copy, Debug)]
pub struct CallHead<'a> {
    /// `/package.Service/Method`.
    pub path: &'a str,
    /// The headers as they came.
    pub headers: &'a HeaderMap,
    /// The certificates of the caller, its own first, if it showed any; the listener has verified them against
    /// `tls.client_ca`.
    pub peer_certificates: Option<&'a [CertificateDer<'static>]>,
}

/// Tells when the credential of a call is taken back. A gate puts it into the extensions of a call whose credential may be;
/// the response then ends with the refusal, however long its stream would have run.
#[derive(Clone)]
pub struct CredentialWatch(Arc<dyn Fn() -> BoxFuture<'static, ApiError> + Send + Sync>);

impl CredentialWatch {
    /// A watch; what `until_taken_back` makes ends, with the refusal, once the credential is taken back.
    pub fn new(until_taken_back: impl Fn() -> BoxFuture<'static, ApiError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(until_taken_back))
    }

    pub(crate) fn until_taken_back(&self) -> BoxFuture<'static, ApiError> {
        self.0()
    }
}

/// Admits calls, or refuses them.
#[async_trait]
pub trait Gatekeeper: Send + Sync + 'static {
    /// Admits a call and gives what handlers may know of the caller, as extensions of the request; or says why not.
    ///
    /// # Errors
    /// The refusal that the caller gets.
    async fn admit(&self, call: CallHead<'_>) -> Result<Extensions, ApiError>;
}

/// Admits nobody while the service takes no calls, and asks the gate of the service otherwise.
pub(crate) struct WhileOpen {
    pub(crate) health: Health,
    pub(crate) gate: Arc<dyn Gatekeeper>,
}

#[async_trait]
impl Gatekeeper for WhileOpen {
    async fn admit(&self, call: CallHead<'_>) -> Result<Extensions, ApiError> {
        if !self.health.lets_calls_in().await {
            return Err(ApiError::reason(
                Code::Unavailable,
                ErrorReason::NotServing,
                "this replica is not ready, another one may be",
            ));
        }
        self.gate.admit(call).await
    }
}

/// Whether a call needs no admission.
pub(crate) fn is_exempt(path: &str) -> bool {
    EXEMPT.contains(&path)
}

/// Lets a request pass the gate, which gives it what handlers may know of the caller.
pub(crate) async fn pass<B>(gate: &dyn Gatekeeper, request: &mut http::Request<B>) -> Result<(), ApiError> {
    let connection = request.extensions().get::<ConnectionInfo>();
    let call = CallHead {
        path: request.uri().path(),
        headers: request.headers(),
        peer_certificates: connection.and_then(|connection| connection.peer_certificates.as_deref()),
    };
    let known_of_caller = gate.admit(call).await?;
    request.extensions_mut().extend(known_of_caller);
    Ok(())
}
