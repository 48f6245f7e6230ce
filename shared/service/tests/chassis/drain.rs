//! What probes are told, and how a server stops.

use std::time::{Duration, Instant};

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::reason_of;
use seamless_service::health::LIVENESS;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::desk::{PATIENCE, SERVICE};
use crate::stack::{Stack, alert};

/// What a probe without credentials is told.
pub async fn is_serving(stack: &Stack, name: &str) -> bool {
    let mut probe = HealthClient::new(stack.channel_settings().connect_lazy().unwrap());
    let answer = probe.check(HealthCheckRequest { service: name.to_owned() }).await.unwrap().into_inner();
    answer.status() == ServingStatus::Serving
}

#[tokio::test]
async fn a_probe_sees_the_service_come_and_go_and_the_process_live() {
    let stack = Stack::with(|settings| settings.drain.lame_duck = Duration::from_secs(2)).await;
    let seen = async || {
        (is_serving(&stack, "").await, is_serving(&stack, SERVICE).await, is_serving(&stack, LIVENESS).await)
    };
    assert_eq!(seen().await, (false, false, true));
    stack.health.ready().await;
    assert_eq!(seen().await, (true, true, true));

    // The lame duck serves on, but says that it will not for long, and cannot be called back.
    let mut probe = HealthClient::new(stack.channel_settings().connect_lazy().unwrap());
    let mut watch =
        probe.watch(HealthCheckRequest { service: SERVICE.to_owned() }).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    // A name that is not known is told of as such, to who checks by an error, to who watches by a stream that stays open.
    let unknown = HealthCheckRequest { service: "nope".to_owned() };
    assert_eq!(probe.check(unknown.clone()).await.unwrap_err().code(), Code::NotFound);
    let mut unknown = probe.watch(unknown).await.unwrap().into_inner();
    assert_eq!(unknown.message().await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
    let more = tokio::time::timeout(Duration::from_millis(200), unknown.message()).await;
    assert!(more.is_err(), "it goes on watching: {more:?}");

    stack.token.cancel();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    stack.health.ready().await;
    assert_eq!(seen().await, (false, false, true));
    assert_eq!(stack.client().file("last toy").await.unwrap(), "last toy");
    stack.serving.abort();
}

#[tokio::test]
async fn a_drain_waits_for_calls_asks_streams_to_end_and_cuts_off_what_does_neither() {
    let stack = Stack::with(|settings| settings.drain.grace = Duration::from_millis(1500)).await;
    let (patient, polite, rude) = (stack.client(), stack.client(), stack.client());
    let mut polite_stream = polite.follow(alert("polite")).await.unwrap();
    let mut rude_stream = rude.follow(alert("rude")).await.unwrap();
    assert_eq!(rude_stream.message().await.unwrap(), Some(alert("first")));
    assert_eq!(polite_stream.message().await.unwrap(), Some(alert("first")));
    let mut silent = TcpStream::connect(stack.address).await.unwrap();
    let call = tokio::spawn(async move { patient.file("wait").await });
    stack.desk.arrived.notified().await;

    let begun = Instant::now();
    stack.token.cancel();
    let asked = polite_stream.message().await.unwrap_err();
    assert_eq!((asked.code(), reason_of(&asked)), (Code::Unavailable, Some(ErrorReason::NotServing)));
    let refused = async {
        while TcpStream::connect(stack.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, refused).await.expect("the socket is closed while calls still run");
    stack.desk.go_on.notify_one();
    assert_eq!(call.await.unwrap().unwrap(), "waited");

    tokio::time::timeout(PATIENCE, stack.serving).await.unwrap().unwrap().unwrap();
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_millis(1500) && took < PATIENCE / 2,
        "the rude stream has the grace, no more: {took:?}"
    );
    rude_stream.message().await.unwrap_err();
    assert!(matches!(silent.read(&mut [0; 16]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_silent_connection_alone_does_not_hold_up_the_end() {
    let stack = Stack::with(|settings| settings.drain.grace = PATIENCE * 10).await;
    let _silent = TcpStream::connect(stack.address).await.unwrap();
    assert_eq!(stack.client().file("toy").await.unwrap(), "toy");
    stack.token.cancel();
    tokio::time::timeout(PATIENCE, stack.serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_that_grew_old_ends_its_streams_and_a_new_one_takes_over() {
    let stack = Stack::with(|settings| settings.limits.max_connection_age = Duration::from_millis(300)).await;
    let client = stack.client();
    let mut stream = client.follow(alert("polite")).await.unwrap();
    assert_eq!(stream.message().await.unwrap(), Some(alert("first")));
    let end = tokio::time::timeout(PATIENCE, stream.message()).await.unwrap().unwrap_err();
    assert_eq!(reason_of(&end), Some(ErrorReason::NotServing));
    assert_eq!(client.file("toy").await.unwrap(), "toy");
}
