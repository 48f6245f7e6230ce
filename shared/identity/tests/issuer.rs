//! The local issuer: what it makes is good for a TLS connection, stays over a restart, and is renewed in time.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use seamless_calendar::{MovableClock, SystemClock};
use seamless_identity::issuer::LocalIssuer;
use seamless_identity::{JwtVerifier, TokenRefusal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

fn chain(path: &Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path).unwrap().map(Result::unwrap).collect()
}

fn roots(issuer: &LocalIssuer) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(chain(&issuer.ca_certificate()).remove(0)).unwrap();
    Arc::new(roots)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn acceptor(issuer: &LocalIssuer, asks_for_certificates: bool) -> TlsAcceptor {
    let builder =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions().unwrap();
    let builder = if asks_for_certificates {
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots(issuer), provider()).build().unwrap();
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::from_pem_file(issuer.server_key()).unwrap();
    let config = builder.with_single_cert(chain(&issuer.server_certificate()), key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn client_and_server_trust_each_other_however_far_a_drill_has_moved_the_clock() {
    for start in ["2001-01-01T00:00:00Z", "2040-01-01T00:00:00Z"] {
        let dir = tempfile::tempdir().unwrap();
        let clock = MovableClock::starting_at(start.parse().unwrap());
        let issuer = LocalIssuer::create_or_open(dir.path(), Arc::new(clock)).unwrap();
        let client =
            issuer.issue_client_certificate("urn:seamless:test", &dir.path().join("client")).unwrap();
        let client_config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots(&issuer))
            .with_client_auth_cert(
                chain(&client.certificate),
                PrivateKeyDer::from_pem_file(&client.key).unwrap(),
            )
            .unwrap();
        let connector = TlsConnector::from(Arc::new(client_config));
        let acceptor = acceptor(&issuer, true);
        for name in ["localhost", "127.0.0.1", "::1"] {
            let (near, far) = tokio::io::duplex(16 * 1024);
            let (served, connected) = tokio::join!(
                acceptor.accept(far),
                connector.connect(ServerName::try_from(name).unwrap(), near)
            );
            connected.unwrap();
            let (_, connection) = served.as_ref().unwrap().get_ref();
            assert_eq!(connection.peer_certificates().unwrap(), chain(&client.certificate));
        }
    }
}

#[test]
fn opening_again_changes_nothing_until_the_server_certificate_is_about_to_expire() {
    let dir = tempfile::tempdir().unwrap();
    let clock = MovableClock::following(SignedDuration::ZERO);
    let names = ["ca.pem", "ca.key", "server.pem", "server.key", "jwt.key", "jwks.json"];
    let contents = || names.map(|name| fs::read_to_string(dir.path().join(name)).unwrap());
    let open = || LocalIssuer::create_or_open(dir.path(), Arc::new(clock.clone())).unwrap();

    open();
    let first = contents();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), names.len(), "nothing else lies there");
    clock.advance(SignedDuration::from_hours(24 * 360));
    open();
    assert_eq!(contents(), first);
    clock.advance(SignedDuration::from_hours(24 * 10));
    open();
    let renewed = contents();
    let changed: Vec<_> = names.iter().zip(first.iter().zip(&renewed)).filter(|(_, (a, b))| a != b).collect();
    assert_eq!(changed.iter().map(|(name, _)| **name).collect::<Vec<_>>(), ["server.pem", "server.key"]);

    #[cfg(unix)]
    for name in ["ca.key", "server.key", "jwt.key"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777,
            0o600,
            "{name}"
        );
    }
    fs::write(dir.path().join("jwt.key"), "no key").unwrap();
    let error = LocalIssuer::create_or_open(dir.path(), Arc::new(SystemClock)).err().unwrap().to_string();
    assert!(error.ends_with("jwt.key does not hold a private key in pem"), "{error}");
}

/// Answers every request with the file's content, for as long as the test runs.
async fn serve_file(listener: TcpListener, acceptor: TlsAcceptor, path: std::path::PathBuf) {
    while let Ok((socket, _)) = listener.accept().await {
        let Ok(mut stream) = acceptor.accept(socket).await else { continue };
        let mut request = [0; 4096];
        if stream.read(&mut request).await.is_err() {
            continue;
        }
        let body = fs::read_to_string(&path).unwrap();
        let answer =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

#[tokio::test]
async fn keys_may_stand_at_an_https_url_whose_host_a_private_authority_vouches_for() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), Arc::new(SystemClock));
    let issuer = LocalIssuer::create_or_open(dir.path(), clock.clone()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve_file(listener, acceptor(&issuer, false), issuer.jwks()));

    let mut settings = issuer.jwt_settings();
    settings.jwks = format!("https://{address}/jwks.json");
    let error = JwtVerifier::open(&settings, clock.clone()).await.err().unwrap().to_string();
    assert!(
        error.starts_with("cannot read the key set from https://127.0.0.1"),
        "public authorities do not: {error}"
    );

    settings.jwks_ca = Some(issuer.ca_certificate());
    let verifier = JwtVerifier::open(&settings, clock.clone()).await.unwrap();
    let authority = "cn-gacc".parse().unwrap();
    let token = || issuer.issue_token(&authority, "backend", &["feed.read"], SignedDuration::from_hours(1));
    assert!(verifier.verify(&token()).await.is_ok());
    issuer.rotate_signing_key().unwrap();
    let rotated = token();
    assert!(verifier.verify(&rotated).await.is_ok(), "an unknown key id fetches the keys anew");

    server.abort();
    let _ = server.await;
    assert!(TcpStream::connect(address).await.is_err());
    issuer.rotate_signing_key().unwrap();
    assert_eq!(verifier.verify(&token()).await.err(), Some(TokenRefusal::UnknownKey));
    assert!(verifier.verify(&rotated).await.is_ok(), "the keys outlive their source");
}
