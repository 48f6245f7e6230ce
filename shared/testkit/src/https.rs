//! A reader of pages over HTTPS that sends what it is told, well formed or not.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What was answered.
#[derive(Debug)]
pub struct HttpsAnswer {
    /// 200, 304, 404 …
    pub status: u16,
    /// By names in small letters, without the date.
    pub headers: BTreeMap<String, String>,
    /// What came behind the headers.
    pub body: String,
}

impl HttpsAnswer {
    /// The header of this name; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// Asks by `method` for a path, with these headers, on a connection of its own.
///
/// # Panics
/// If nothing is answered over TLS by a server that the authority vouches for.
pub async fn https(
    ca: &Path,
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> HttpsAnswer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut stream = https_stream(ca, address).await.expect("the server shakes hands");
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut octets = Vec::new();
    // A server may end without the word of TLS for it; what was answered is whole by its length.
    let _ = stream.read_to_end(&mut octets).await;
    let text = String::from_utf8(octets).expect("the answer is UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    HttpsAnswer {
        status: status.expect("an answer has a status"),
        headers: headers.filter(|(name, _)| name != "date").collect(),
        body: body.to_owned(),
    }
}

/// A connection with its handshake behind it, on which nothing was sent.
///
/// # Errors
/// Those of the socket, and of a server that nobody vouches for.
///
/// # Panics
/// If the authority cannot be read.
pub async fn https_stream(
    ca: &Path,
    address: SocketAddr,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).expect("the authority is there") {
        roots.add(certificate.expect("it is in PEM")).expect("it is one");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions are known")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("it is a name");
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}
