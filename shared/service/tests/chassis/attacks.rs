//! Peers that take connections and give nothing: whom they push out, and whom they do not.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::client::ClientChannel;
use seamless_service::error::reason_of;
use tokio::io::{AsyncReadExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt;

use crate::desk::PATIENCE;
use crate::stack::{Client, Stack, alert};

/// A connection from an address of the loopback network that says nothing.
async fn mute(stack: &Stack, last_octet: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last_octet), 0))).unwrap();
    socket.connect(stack.address).await.unwrap()
}

/// A connection after its handshake; nothing if the server let it go meanwhile.
async fn idle(stack: &Stack, connector: &TlsConnector) -> Option<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(stack.address).await.unwrap();
    connector.connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await.ok()
}

pub fn connector(stack: &Stack) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(stack.pki.path("ca.pem")).unwrap()).unwrap();
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// Whether the server has closed the connection, after all that it sent.
async fn is_closed(peer: &mut (impl AsyncReadExt + Unpin)) -> bool {
    let to_end = async {
        let mut buffer = [0; 1024];
        while !matches!(peer.read(&mut buffer).await, Ok(0) | Err(_)) {}
    };
    tokio::time::timeout(Duration::from_millis(20), to_end).await.is_ok()
}

async fn until_closed(peer: &mut (impl AsyncReadExt + Unpin)) {
    let closed = async { while !is_closed(peer).await {} };
    tokio::time::timeout(PATIENCE, closed).await.expect("the server closes the connection");
}

/// A channel by a relay, which tells when the server has ended the first connection.
async fn relayed(stack: &Stack, token: Option<&str>) -> (ClientChannel, oneshot::Receiver<()>) {
    let relay = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = stack.channel_settings();
    settings.address = format!("https://{}", relay.local_addr().unwrap());
    settings.token = token.map(|token| token.to_owned().into());
    let (address, (ended, end)) = (stack.address, oneshot::channel());
    tokio::spawn(async move {
        let (mut client, _) = relay.accept().await.unwrap();
        let mut server = TcpStream::connect(address).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
        let _ = ended.send(());
    });
    (settings.connect_lazy().unwrap(), end)
}

pub fn assert_over_quota(refusal: &Status, subject: &str) {
    assert_eq!(
        (refusal.code(), reason_of(refusal)),
        (Code::ResourceExhausted, Some(ErrorReason::QuotaExceeded)),
        "{refusal:?}"
    );
    let details = refusal.get_error_details();
    assert_eq!(details.quota_failure().unwrap().violations[0].subject, subject);
    assert!(details.retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
}

#[tokio::test]
async fn a_partner_calls_while_hundreds_of_idle_and_mute_connections_come() {
    let stack = Stack::with(|settings| {
        settings.limits.max_connections = 64;
        settings.connections.unauthenticated = 32;
        settings.connections.handshakes = 16;
    })
    .await;
    let here_before = stack.client();
    let mut stream = here_before.follow(alert("on and on")).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(alert("first")));

    let connector = connector(&stack);
    let (mut idlers, mut mutes) = (Vec::new(), Vec::new());
    for number in 0..200 {
        mutes.push(mute(&stack, 1).await);
        idlers.extend(idle(&stack, &connector).await);
        if number % 20 == 0 {
            assert_eq!(stack.client_of("cn-gacc").file("toy").await.unwrap(), "toy", "a new connection");
            assert_eq!(here_before.file("toy").await.unwrap(), "toy", "the one from before");
        }
    }
    assert!(idlers.len() > 100, "{} handshakes were done", idlers.len());
    let still_open = tokio::time::timeout(Duration::from_millis(50), stream.message()).await;
    assert!(still_open.is_err(), "who has authenticated is not pushed out: {still_open:?}");

    let mut open = 0;
    for peer in &mut mutes {
        open += usize::from(!is_closed(peer).await);
    }
    for peer in &mut idlers {
        open += usize::from(!is_closed(peer).await);
    }
    assert!((1..=32).contains(&open), "{open} strangers are left");
}

#[tokio::test]
async fn the_oldest_stranger_of_the_address_with_most_goes_first() {
    let stack = Stack::with(|settings| {
        settings.connections.unauthenticated = 4;
        settings.connections.unauthenticated_per_address = 3;
    })
    .await;
    let mut alone = mute(&stack, 9).await;
    let mut many = Vec::new();
    for _ in 0..3 {
        many.push(mute(&stack, 1).await);
    }
    for peer in &mut many {
        assert!(!is_closed(peer).await, "there is room for four");
    }
    many.push(mute(&stack, 1).await);
    until_closed(&mut many[0]).await;
    let mut other = mute(&stack, 8).await;
    until_closed(&mut many[1]).await;
    for peer in [&mut alone, &mut other].into_iter().chain(&mut many[2..]) {
        assert!(!is_closed(peer).await);
    }
}

#[tokio::test]
async fn handshakes_have_a_budget_of_their_own() {
    let stack = Stack::with(|settings| settings.connections.handshakes = 2).await;
    let mut idler = idle(&stack, &connector(&stack)).await.unwrap();
    let mut mutes = Vec::new();
    for _ in 0..3 {
        mutes.push(mute(&stack, 1).await);
    }
    until_closed(&mut mutes[0]).await;
    assert!(!is_closed(&mut mutes[1]).await && !is_closed(&mut mutes[2]).await);
    assert!(!is_closed(&mut idler).await, "its handshake is over");
}

#[tokio::test]
async fn who_does_not_call_in_time_is_let_go_and_who_called_when_idle_whatever_pings_it_answers() {
    let stack = Stack::with(|settings| {
        settings.connections.first_call = Duration::from_millis(300);
        settings.connections.idle = Duration::from_millis(900);
        settings.limits.keepalive_interval = Duration::from_millis(50);
    })
    .await;
    let (partner, partner_ended) = relayed(&stack, Some("the-token-of-eu-just")).await;
    let (follower, mut follower_ended) = relayed(&stack, Some("the-token-of-cn-gacc")).await;
    let begun = tokio::time::Instant::now();
    assert_eq!(Client(partner).file("toy").await.unwrap(), "toy");
    let mut stream = Client(follower).follow(alert("on and on")).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(alert("first")));

    let mut idler = idle(&stack, &connector(&stack)).await.unwrap();
    until_closed(&mut idler).await;
    tokio::time::timeout(PATIENCE, partner_ended).await.unwrap().unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(900), "a call has bought it the time of a partner");
    assert!(follower_ended.try_recv().is_err(), "a connection with a stream is not idle");
}

#[tokio::test]
async fn a_stranger_has_so_many_calls_before_it_must_prove_who_it_is() {
    let stack = Stack::with(|settings| settings.connections.unauthenticated_calls = 5).await;
    let (probe, mut ended) = relayed(&stack, None).await;
    let mut probe = HealthClient::new(probe);
    for _ in 0..5 {
        probe.check(HealthCheckRequest::default()).await.unwrap();
    }
    assert!(ended.try_recv().is_err());
    let _ = probe.check(HealthCheckRequest::default()).await;
    tokio::time::timeout(PATIENCE, ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_principal_has_so_many_connections_and_others_their_own() {
    let stack = Stack::with(|settings| settings.connections.per_principal = 2).await;
    let (first, second, third) = (stack.client(), stack.client(), stack.client());
    for client in [&first, &second] {
        client.file("toy").await.unwrap();
    }
    let refusal = third.file("toy").await.unwrap_err();
    assert_over_quota(&refusal, "principal:officer-7 of eu-just");
    assert_eq!(stack.client_of("eu-just/officer-8").file("toy").await.unwrap(), "toy");
    drop(first);
    let free = async {
        while third.file("toy").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("the connection that ended made room");
    assert_eq!(second.file("toy").await.unwrap(), "toy");
}

#[tokio::test]
async fn watches_of_health_are_few_and_leave_room_for_checks() {
    let stack = Stack::with(|settings| {
        settings.connections.watches = 3;
        settings.connections.watches_per_connection = 2;
        settings.connections.first_call = Duration::from_millis(200);
    })
    .await;
    let watcher = || HealthClient::new(stack.channel_settings().connect_lazy().unwrap());
    let watch = async |probe: &mut HealthClient<ClientChannel>| {
        Ok::<_, Status>(probe.watch(HealthCheckRequest::default()).await?.into_inner())
    };
    let (mut one, mut other) = (watcher(), watcher());
    let mut first = watch(&mut one).await.unwrap();
    let _second = watch(&mut one).await.unwrap();
    assert_over_quota(&watch(&mut one).await.unwrap_err(), "connection");
    let third = watch(&mut other).await.unwrap();
    assert_over_quota(&watch(&mut other).await.unwrap_err(), "service");
    other.check(HealthCheckRequest::default()).await.unwrap();
    drop(third);
    let free = async {
        while watch(&mut other).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("a watch that ended made room");
    first.message().await.unwrap().unwrap();
    let told = tokio::time::timeout(Duration::from_millis(400), first.message()).await;
    assert!(told.is_err(), "who watches may stay longer than the first call may take: {told:?}");
}
