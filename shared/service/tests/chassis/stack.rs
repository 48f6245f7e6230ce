//! A server with its certificates, and clients for it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use http::Extensions;
use http::uri::PathAndQuery;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::client::{ChannelSettings, ClientChannel};
use seamless_service::config::ServerSettings;
use seamless_service::gate::{self, Admitted, CallHead, Gatekeeper, Refused};
use seamless_service::health::Health;
use seamless_service::server::{Server, ServerError};
use seamless_service::{ApiError, Weight};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::client::Grpc;
use tonic::{Code, IntoRequest, IntoStreamingRequest, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::desk::{Alert, Desk, MESSAGE_LIMIT, descriptors};

/// What the gate lets handlers know.
#[derive(Clone)]
pub struct Caller(pub String);

/// The path of the call that is heavy work.
const FILE: &str = "/desk.v1.DeskService/File";

/// Admits who has a token, `the-token-of-AUTHORITY` or `the-token-of-AUTHORITY/SUBJECT`, or a certificate.
pub struct Doorman;

#[async_trait]
impl Gatekeeper for Doorman {
    async fn admit(&self, call: CallHead<'_>) -> Result<Admitted, Refused> {
        let bearer = call.headers.get("authorization").and_then(|value| value.to_str().ok());
        let named = bearer.and_then(|bearer| bearer.strip_prefix("Bearer the-token-of-"));
        let (who, how) = match (named, call.peer_certificates) {
            (Some(named), _) => (named, "by token"),
            (None, Some(_)) => ("eu-just", "by certificate"),
            _ => {
                return Err(ApiError::reason(
                    Code::Unauthenticated,
                    ErrorReason::CredentialMissing,
                    "neither certificate nor token",
                )
                .metadata("path", call.path)
                .into());
            }
        };
        let (authority, subject) = who.split_once('/').unwrap_or((who, "officer-7"));
        let caller = gate::Caller::new(authority, subject);
        if call.headers.contains_key("x-lacks-scope") {
            let error =
                ApiError::reason(Code::PermissionDenied, ErrorReason::ScopeMissing, "lacks the scope");
            return Err(Refused { error, caller: Some(caller) });
        }
        let weight = if call.path == FILE { Weight::Heavy } else { Weight::Light };
        let mut extensions = Extensions::new();
        extensions.insert(Caller(format!("{authority} {how}")));
        Ok(Admitted { caller, weight, extensions })
    }
}

/// An authority, and the files that it gave out.
pub struct Pki {
    pub folder: TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Pki {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        std::fs::write(folder.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        let pki = Self { folder, issuer: Issuer::new(params, key) };
        pki.issue("server");
        pki.issue("client");
        pki
    }

    /// Writes `{name}.pem` and `{name}.key`, in place of what was there. Gives the certificate.
    pub fn issue(&self, name: &str) -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key_file = self.path(&format!("{name}.key"));
        seamless_permissions::make_private_file(&key_file).unwrap();
        std::fs::write(key_file, key.serialize_pem()).unwrap();
        std::fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
        certificate.der().to_vec()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn server_settings(&self) -> ServerSettings {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut settings = ServerSettings::new(listen, self.path("server.pem"), self.path("server.key"));
        settings.tls.client_ca = Some(self.path("ca.pem"));
        settings.drain.lame_duck = Duration::ZERO;
        settings.drain.grace = Duration::from_secs(5);
        settings
    }
}

/// A server that serves.
pub struct Stack {
    pub pki: Pki,
    pub address: SocketAddr,
    pub health: Health,
    pub desk: Desk,
    pub token: CancellationToken,
    pub serving: JoinHandle<Result<(), ServerError>>,
}

impl Stack {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut ServerSettings)) -> Self {
        let pki = Pki::new();
        let mut settings = pki.server_settings();
        settings.limits.max_message_bytes = MESSAGE_LIMIT;
        change(&mut settings);
        let bound = Server::bind(&settings).await.unwrap();
        let (address, health) = (bound.local_addr(), bound.health());
        let desk = Desk::default();
        let token = CancellationToken::new();
        let serving =
            tokio::spawn(bound.mount(desk.clone()).serve(descriptors(), Arc::new(Doorman), token.clone()));
        Self { pki, address, health, desk, token, serving }
    }

    pub fn channel_settings(&self) -> ChannelSettings {
        ChannelSettings::new(format!("https://{}", self.address), self.pki.path("ca.pem"))
    }

    /// A client with the right token.
    pub fn client(&self) -> Client {
        self.client_of("eu-just")
    }

    /// A client of an authority, or of `authority/subject`, with a connection of its own.
    pub fn client_of(&self, who: &str) -> Client {
        let mut settings = self.channel_settings();
        settings.token = Some(format!("the-token-of-{who}").into());
        Client(settings.connect_lazy().unwrap())
    }
}

/// A client of the desk.
#[derive(Clone)]
pub struct Client(pub ClientChannel);

impl Client {
    pub async fn file(&self, text: &str) -> Result<String, Status> {
        let answer = self.file_request(Request::new(Alert { text: text.to_owned() })).await?;
        Ok(answer.into_inner().text)
    }

    pub async fn file_request<M: prost::Message + Default + 'static>(
        &self,
        request: Request<M>,
    ) -> Result<Response<Alert>, Status> {
        self.unary("/desk.v1.DeskService/File", request).await
    }

    pub async fn unary<M: prost::Message + Default + 'static>(
        &self,
        path: &'static str,
        request: Request<M>,
    ) -> Result<Response<Alert>, Status> {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready().await.unwrap();
        grpc.unary(request, PathAndQuery::from_static(path), ProstCodec::<M, Alert>::new()).await
    }

    pub async fn take(&self, alerts: impl Stream<Item = Alert> + Send + 'static) -> Result<String, Status> {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready().await.unwrap();
        let path = PathAndQuery::from_static("/desk.v1.DeskService/Take");
        let codec = ProstCodec::<Alert, Alert>::new();
        Ok(grpc.client_streaming(alerts.into_streaming_request(), path, codec).await?.into_inner().text)
    }

    pub async fn follow(&self, request: impl IntoRequest<Alert>) -> Result<Streaming<Alert>, Status> {
        let mut grpc = Grpc::new(self.0.clone());
        grpc.ready().await.unwrap();
        let path = PathAndQuery::from_static("/desk.v1.DeskService/Follow");
        let codec = ProstCodec::<Alert, Alert>::new();
        Ok(grpc.server_streaming(request.into_request(), path, codec).await?.into_inner())
    }
}

pub fn alert(text: &str) -> Alert {
    Alert { text: text.to_owned() }
}
