//! Channels to other services: TLS with a named authority, the caller's credential, the trace and the deadline of the call
//! that causes the call.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use seamless_permissions::{Exposed, refuse_exposed_key, warn_of_group};
use seamless_proto::seamless::error::v1::ErrorReason;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use thiserror::Error;
use tonic::body::Body;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Status, TimeoutExpired};
use tower::Service;

use crate::config::{InvalidSetting, NamedFile, Validate};
use crate::error::ApiError;
use crate::middleware::{CallDeadline, format_grpc_timeout, grpc_timeout};
use crate::telemetry;

/// The text by which tonic 0.14 reports, as CANCELLED, that a deadline has passed.
const TONIC_TIMEOUT_TEXT: &str = "Timeout expired";

/// How another service is reached. Durations are strings such as `"5s"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// `https://host:port`; the host is the name that the certificate must have.
    pub address: String,
    /// PEM file: the authorities that vouch for the service.
    pub ca: PathBuf,
    /// The bearer token to be sent with every call.
    #[serde(default)]
    pub token: Option<SecretString>,
    /// The client certificate to be shown.
    #[serde(default)]
    pub identity: Option<IdentityFiles>,
    /// How long a connection may take to be made (default 5 s).
    #[serde(
        default = "five_seconds",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub connect_timeout: Duration,
    /// How often a connection with open calls is pinged (default 60 s).
    #[serde(
        default = "one_minute",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub keepalive: Duration,
}

/// A client certificate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityFiles {
    /// PEM file: the certificate, then those that link it to its authority.
    pub certificate: PathBuf,
    /// PEM file: the private key.
    pub key: PathBuf,
}

/// Why there is no channel.
#[derive(Debug, Error)]
pub enum ChannelError {
    /// A file cannot be read.
    #[error("cannot read {}: {fault}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: std::io::Error,
    },
    /// Everybody may read the private key.
    #[error(transparent)]
    Exposed(#[from] Exposed),
    /// The token has characters that no header may have.
    #[error("the token has characters that a header cannot carry")]
    Token,
    /// The address or the certificates cannot be used.
    #[error("no channel to {address} can be made: {fault}")]
    Unusable {
        /// The address.
        address: String,
        /// What is wrong.
        fault: tonic::transport::Error,
    },
}

impl ChannelSettings {
    /// Settings with defaults for everything that has one.
    pub fn new(address: impl Into<String>, ca: PathBuf) -> Self {
        Self {
            address: address.into(),
            ca,
            token: None,
            identity: None,
            connect_timeout: five_seconds(),
            keepalive: one_minute(),
        }
    }

    /// A channel that connects when it is first used, and again when the connection is lost.
    ///
    /// Must be called in a tokio runtime.
    ///
    /// # Errors
    /// If the address, a file or the token cannot be used.
    pub fn connect_lazy(&self) -> Result<ClientChannel, ChannelError> {
        let read = |path: &PathBuf| {
            std::fs::read(path).map_err(|fault| ChannelError::Unreadable { path: path.clone(), fault })
        };
        let unusable = |fault| ChannelError::Unusable { address: self.address.clone(), fault };
        let mut tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(&self.ca)?));
        if let Some(files) = &self.identity {
            refuse_exposed_key(&files.key)?;
            warn_of_group(&files.key);
            tls = tls.identity(Identity::from_pem(read(&files.certificate)?, read(&files.key)?));
        }
        let channel = Endpoint::from_shared(self.address.clone())
            .and_then(|endpoint| endpoint.tls_config(tls))
            .map_err(unusable)?
            .connect_timeout(self.connect_timeout)
            .http2_keep_alive_interval(self.keepalive)
            .connect_lazy();
        Ok(ClientChannel { channel, authorization: self.authorization()? })
    }

    fn authorization(&self) -> Result<Option<HeaderValue>, ChannelError> {
        let Some(token) = &self.token else { return Ok(None) };
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
            .map_err(|_| ChannelError::Token)?;
        value.set_sensitive(true);
        Ok(Some(value))
    }
}

impl Validate for ChannelSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        if !self.address.starts_with("https://") {
            return Err(InvalidSetting::new("address", &self.address, "https://host:port"));
        }
        for (key, value) in [("connect_timeout", self.connect_timeout), ("keepalive", self.keepalive)] {
            if value.is_zero() {
                return Err(InvalidSetting::new(key, "0s", "a time longer than 0s, such as 5s"));
            }
        }
        Ok(())
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut files = vec![NamedFile::file("ca", &self.ca)];
        if let Some(IdentityFiles { certificate, key }) = &self.identity {
            files.push(NamedFile::file("identity.certificate", certificate));
            files.push(NamedFile::file("identity.key", key));
        }
        files
    }
}

/// A channel for generated clients: `NotificationServiceClient::new(channel)`. Clones share the connection.
///
/// Each call carries the credential and the trace of the current span. A [`CallDeadline`] in the extensions of its request
/// is handed on as `grpc-timeout`. A deadline that has passed is DEADLINE_EXCEEDED, not tonic's CANCELLED.
#[derive(Clone, Debug)]
pub struct ClientChannel {
    channel: Channel,
    authorization: Option<HeaderValue>,
}

impl ClientChannel {
    fn prepare(&self, request: &mut Request<Body>) {
        let deadline = request.extensions().get::<CallDeadline>().copied();
        let headers = request.headers_mut();
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        telemetry::inject(headers);
        if let Some(deadline) = deadline {
            let left = deadline.remaining();
            let timeout = grpc_timeout(headers).map_or(left, |asked| asked.min(left));
            let (name, value) = format_grpc_timeout(timeout);
            headers.insert(name, value);
        }
    }
}

impl Service<Request<Body>> for ClientChannel {
    type Response = Response<Body>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        self.prepare(&mut request);
        // The channel enforces `grpc-timeout` itself, until the response begins.
        let sent = self.channel.call(request);
        Box::pin(async move {
            match sent.await {
                Ok(response) => Ok(with_deadline_code(response)),
                Err(fault) if is_timeout(&fault) => Err(deadline_exceeded().into()),
                Err(fault) => Err(fault.into()),
            }
        })
    }
}

/// Corrects the code of a server that reports deadlines as tonic does.
fn with_deadline_code(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    let is_cancelled = headers.get(Status::GRPC_STATUS).is_some_and(|code| code == "1");
    if is_cancelled
        && Status::from_header_map(headers).is_some_and(|status| status.message() == TONIC_TIMEOUT_TEXT)
        && deadline_exceeded().add_header(headers).is_err()
    {
        headers.insert(Status::GRPC_STATUS, (Code::DeadlineExceeded as i32).into());
    }
    response
}

fn is_timeout(fault: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(fault), |fault| fault.source()).any(|fault| fault.is::<TimeoutExpired>())
}

fn deadline_exceeded() -> Status {
    ApiError::reason(
        Code::DeadlineExceeded,
        ErrorReason::DeadlineExceeded,
        "the deadline of the call has passed",
    )
    .into()
}

fn five_seconds() -> Duration {
    Duration::from_secs(5)
}

fn one_minute() -> Duration {
    Duration::from_secs(60)
}
