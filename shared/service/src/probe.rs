//! Asks a server of this machine how it is, in the place of a probe that an orchestrator would need a client for.
//!
//! Invariant: it sends nothing that is secret and believes nothing but a yes or no, so it takes whatever certificate the
//! server at its own address shows, as the probes of Kubernetes do: a certificate that was just renewed on disk and is not
//! yet in force must not count as a sick server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::health::LIVENESS;
use crate::tls::{ALPN_H2, crypto_provider};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Does the process run?
    Liveness,
    /// Does it answer calls?
    Readiness,
}

/// Why the answer is no.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// The settings let the system choose the port.
    #[error("server.listen names no port")]
    NoPort,
    /// No answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The connection cannot be made.
    #[error("cannot be reached: {0}")]
    Unreachable(String),
    /// An answer, but not that it serves.
    #[error("{0}")]
    NotServing(String),
}

/// Asks the server that listens on `listen`, from the same machine, for `timeout` at most.
///
/// # Errors
/// Whatever is not a clear yes.
pub async fn probe(listen: SocketAddr, question: Question, timeout: Duration) -> Result<(), ProbeError> {
    if listen.port() == 0 {
        return Err(ProbeError::NoPort);
    }
    let answer = tokio::time::timeout(timeout, ask(reachable(listen), question)).await;
    answer.unwrap_or(Err(ProbeError::Late(timeout)))
}

/// Where a server that listens on all addresses is reached.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

async fn ask(address: SocketAddr, question: Question) -> Result<(), ProbeError> {
    let unreachable = |fault: &dyn std::fmt::Display| ProbeError::Unreachable(format!("{address}: {fault}"));
    let tls = connector().map_err(|fault| unreachable(&fault))?;
    let connection = connect(address, &tls).await.map_err(|fault| unreachable(&fault))?;
    let mut connection = Some(TokioIo::new(connection));
    // One connection, made above so that its fault is told; a probe does not connect anew.
    let once = tower::service_fn(move |_| {
        let connection = connection.take().ok_or_else(|| std::io::Error::other("the connection was lost"));
        std::future::ready(connection)
    });
    let channel = Endpoint::from_static("http://localhost").connect_with_connector(once).await;
    let channel = channel.map_err(|fault| unreachable(&fault))?;
    let service = match question {
        Question::Liveness => LIVENESS,
        Question::Readiness => "",
    };
    let request = HealthCheckRequest { service: service.to_owned() };
    let response = HealthClient::new(channel).check(request).await;
    let status = response.map_err(|status| ProbeError::NotServing(status.to_string()))?.into_inner().status();
    match status {
        ServingStatus::Serving => Ok(()),
        other => Err(ProbeError::NotServing(other.as_str_name().to_owned())),
    }
}

async fn connect(address: SocketAddr, tls: &TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    tls.connect(ServerName::IpAddress(address.ip().into()), stream).await
}

fn connector() -> Result<TlsConnector, rustls::Error> {
    let provider = crypto_provider();
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    config.alpn_protocols = vec![ALPN_H2.to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Takes any certificate, and demands that the server has its key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
