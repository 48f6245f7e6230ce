//! Who may call what: the one question that the chassis asks of a service before it lets a call in.
//!
//! Invariant: every call but those of [`EXEMPT`], and of methods that are open to everybody, passes the gate before a byte
//! of its body is read.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use http::{Extensions, HeaderMap};
use rustls::pki_types::CertificateDer;
use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::Code;

use crate::call::ConnectionInfo;
use crate::error::ApiError;
use crate::health::Health;

/// The only paths that need no admission: probes have no credentials.
pub const EXEMPT: &[&str] = &["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", WATCH];

/// The stream of health.
const WATCH: &str = "/grpc.health.v1.Health/Watch";

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

/// Which RPC a call is, as its path says: `/package.Service/Method`; in the extensions of every call that passed the gate.
#[derive(Clone, Debug)]
pub struct MethodPath(pub Arc<str>);

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

/// Who calls, as limits, logs and measures name it. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    authority: Arc<str>,
    subject: Arc<str>,
}

impl Caller {
    /// A principal of an authority.
    pub fn new(authority: impl Into<Arc<str>>, subject: impl Into<Arc<str>>) -> Self {
        Self { authority: authority.into(), subject: subject.into() }
    }

    /// The id of the authority.
    pub fn authority(&self) -> &Arc<str> {
        &self.authority
    }

    /// Which of the authority's systems or people.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// How much work a call is, which decides how many of its kind run at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// A look-up, or a change of one record.
    #[default]
    Light,
    /// A page, a search, a digest: what keeps a processor busy for a while.
    Heavy,
}

/// A call that was admitted.
#[derive(Debug)]
pub struct Admitted {
    /// Who calls.
    pub caller: Caller,
    /// How much work the call is.
    pub weight: Weight,
    /// What handlers may know of the caller.
    pub extensions: Extensions,
}

/// A call that was refused.
#[derive(Debug)]
pub struct Refused {
    /// What the caller is told.
    pub error: ApiError,
    /// Who it was, if it has authenticated itself.
    pub caller: Option<Caller>,
}

impl From<ApiError> for Refused {
    /// The refusal of a stranger.
    fn from(error: ApiError) -> Self {
        Self { error, caller: None }
    }
}

/// Admits calls, or refuses them.
#[async_trait]
pub trait Gatekeeper: Send + Sync + 'static {
    /// Whether everybody may call the method, without a credential; one that is shown says whose quota the call is counted by.
    fn is_open(&self, _path: &str) -> bool {
        false
    }

    /// Admits a call and says whose it is; or says why not.
    ///
    /// # Errors
    /// The refusal that the caller gets.
    async fn admit(&self, call: CallHead<'_>) -> Result<Admitted, Refused>;
}

/// Admits nobody while the service takes no calls, and asks the gate of the service otherwise.
pub(crate) struct WhileOpen {
    pub(crate) health: Health,
    pub(crate) gate: Arc<dyn Gatekeeper>,
}

#[async_trait]
impl Gatekeeper for WhileOpen {
    fn is_open(&self, path: &str) -> bool {
        self.gate.is_open(path)
    }

    async fn admit(&self, call: CallHead<'_>) -> Result<Admitted, Refused> {
        self.check().await?;
        self.gate.admit(call).await
    }
}

impl WhileOpen {
    /// Whether calls are taken at all.
    ///
    /// # Errors
    /// UNAVAILABLE/NOT_SERVING.
    pub(crate) async fn check(&self) -> Result<(), ApiError> {
        if self.health.lets_calls_in().await {
            return Ok(());
        }
        let text = "this replica is not ready, another one may be";
        Err(ApiError::reason(Code::Unavailable, ErrorReason::NotServing, text))
    }
}

/// Whether a call needs no admission.
pub(crate) fn is_exempt(path: &str) -> bool {
    EXEMPT.contains(&path)
}

/// Whether a call is a stream of health.
pub(crate) fn is_watch(path: &str) -> bool {
    path == WATCH
}

/// Who makes a call that everybody may make, if it shows a credential that holds.
pub(crate) async fn proven<B>(gate: &dyn Gatekeeper, request: &http::Request<B>) -> Option<Caller> {
    let connection = request.extensions().get::<ConnectionInfo>();
    let call = CallHead {
        path: request.uri().path(),
        headers: request.headers(),
        peer_certificates: connection.and_then(|connection| connection.peer_certificates.as_deref()),
    };
    gate.admit(call).await.ok().map(|admitted| admitted.caller)
}

/// Lets a request pass the gate, which gives it what handlers may know of the caller.
pub(crate) async fn pass<B>(
    gate: &dyn Gatekeeper,
    request: &mut http::Request<B>,
) -> Result<(Caller, Weight), Refused> {
    let connection = request.extensions().get::<ConnectionInfo>();
    let call = CallHead {
        path: request.uri().path(),
        headers: request.headers(),
        peer_certificates: connection.and_then(|connection| connection.peer_certificates.as_deref()),
    };
    let path = MethodPath(call.path.into());
    let Admitted { caller, weight, extensions } = gate.admit(call).await?;
    request.extensions_mut().extend(extensions);
    request.extensions_mut().insert(path);
    Ok((caller, weight))
}
