//! Handshakes, and certificates that are renewed while the server runs.

use std::time::Duration;

use rustls::pki_types::ServerName;
use seamless_service::server::{Server, ServerError, TlsError};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::attacks::connector;
use crate::desk::PATIENCE;
use crate::stack::{Pki, Stack};

/// The certificate that the server shows to a new connection.
async fn shown(stack: &Stack) -> Vec<u8> {
    let stream = TcpStream::connect(stack.address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = connector(stack).connect(name, stream).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_never() {
    let stack = Stack::with(|settings| settings.tls.reload_interval = Duration::from_millis(20)).await;
    let first = shown(&stack).await;
    let client = stack.client();
    assert_eq!(client.file("before").await.unwrap(), "before");

    std::fs::write(stack.pki.path("server.pem"), "half a certificate").unwrap();
    let second = stack.pki.issue("next");
    for _ in 0..10 {
        assert_eq!(shown(&stack).await, first);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for part in ["key", "pem"] {
        std::fs::rename(stack.pki.path(&format!("next.{part}")), stack.pki.path(&format!("server.{part}")))
            .unwrap();
    }
    let renewed = async {
        while shown(&stack).await != second {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.expect("the new certificate is shown");
    assert_eq!(client.file("after").await.unwrap(), "after");
}

#[tokio::test]
async fn peers_that_do_not_finish_the_handshake_are_dropped_and_disturb_nobody() {
    let stack = Stack::with(|settings| {
        settings.tls.handshake_timeout = Duration::from_millis(300);
        settings.limits.max_connections = 4;
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(TcpStream::connect(stack.address).await.unwrap());
    }
    // All places are taken by silent peers; the oldest of them has to go for the caller.
    assert_eq!(stack.client().file("toy").await.unwrap(), "toy");
    for mut peer in silent {
        let read = tokio::time::timeout(PATIENCE, peer.read(&mut [0; 16])).await.unwrap();
        assert!(matches!(read, Ok(0) | Err(_)));
    }
}

#[tokio::test]
async fn a_server_without_a_usable_certificate_is_not_bound() {
    let pki = Pki::new();
    let mut settings = pki.server_settings();
    settings.tls.key = pki.path("client.key");
    assert!(matches!(Server::bind(&settings).await, Err(ServerError::Tls(TlsError::Unfit(_)))));
    settings.tls.key = pki.path("server.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let refusal = Server::bind(&settings).await.err().unwrap();
        assert!(
            matches!(refusal, ServerError::Tls(TlsError::Exposed(_))),
            "everybody may read it: {refusal}"
        );
        std::fs::set_permissions(&settings.tls.key, std::fs::Permissions::from_mode(0o440)).unwrap();
    }
    assert!(matches!(Server::bind(&settings).await, Err(ServerError::Tls(TlsError::NotPem { .. }))));
    settings.tls.key = pki.path("absent.key");
    let refusal = Server::bind(&settings).await.err().unwrap().to_string();
    assert!(refusal.contains("absent.key"), "{refusal}");
}
