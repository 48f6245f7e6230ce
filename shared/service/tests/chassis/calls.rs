//! What callers are told, whatever happens to their calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::CallDeadline;
use seamless_service::client::IdentityFiles;
use seamless_service::error::{OMITTED, REFERENCE, reason_of};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::desk::{Alert, MESSAGE_LIMIT, PATIENCE, RawAlert};
use crate::stack::{Client, Stack, alert};

fn assert_refused(status: &Status, code: Code, reason: ErrorReason) {
    assert_eq!((status.code(), reason_of(status)), (code, Some(reason)), "{status:?}");
}

fn metadata(status: &Status, key: &str) -> String {
    status.get_details_error_info().unwrap().metadata.get(key).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_stranger_is_refused_with_details_and_an_authority_is_known_by_token_or_certificate() {
    let stack = Stack::start().await;
    assert_eq!(stack.client().file("caller").await.unwrap(), "eu-just by token");

    let stranger = Client(stack.channel_settings().connect_lazy().unwrap());
    let refusal = stranger.file("caller").await.unwrap_err();
    assert_refused(&refusal, Code::Unauthenticated, ErrorReason::CredentialMissing);
    assert_eq!(metadata(&refusal, "path"), "/desk.v1.DeskService/File");
    assert_eq!(metadata(&refusal, OMITTED), "");

    let mut settings = stack.channel_settings();
    settings.identity =
        Some(IdentityFiles { certificate: stack.pki.path("client.pem"), key: stack.pki.path("client.key") });
    let authority = Client(settings.connect_lazy().unwrap());
    assert_eq!(authority.file("caller").await.unwrap(), "eu-just by certificate");
    assert_eq!(authority.file("certificate").await.unwrap(), "1");
}

#[tokio::test]
async fn the_text_of_a_fault_stays_here_and_the_caller_gets_a_reference() {
    let stack = Stack::start().await;
    let client = stack.client();
    for text in ["panic", "bare fault"] {
        let fault = client.file(text).await.unwrap_err();
        assert_refused(&fault, Code::Internal, ErrorReason::Internal);
        assert_eq!(fault.message(), format!("internal fault, reference {}", metadata(&fault, REFERENCE)));
        assert!(!String::from_utf8_lossy(fault.details()).contains("swordfish"));
    }
    let mut stream = client.follow(alert("panic")).await.unwrap();
    assert_refused(&stream.message().await.unwrap_err(), Code::Internal, ErrorReason::Internal);
    // The connection has survived.
    assert_eq!(client.file("toy with small parts").await.unwrap(), "toy with small parts");
}

#[tokio::test]
async fn a_call_without_end_is_ended_by_the_deadline_of_server_or_caller() {
    let stack = Stack::with(|settings| settings.limits.default_deadline = Duration::from_millis(200)).await;
    let client = stack.client();
    let late = client.file("never").await.unwrap_err();
    assert_refused(&late, Code::DeadlineExceeded, ErrorReason::DeadlineExceeded);

    let with_deadline = |text: &str| {
        let mut request = Request::new(alert(text));
        request.extensions_mut().insert(CallDeadline(Instant::now() + Duration::from_millis(1500)));
        request
    };
    let seen: u64 =
        client.file_request(with_deadline("deadline")).await.unwrap().into_inner().text.parse().unwrap();
    assert!(
        (1..=1500).contains(&seen) && seen > 200,
        "the caller's deadline counts, not the default: {seen} ms left"
    );
    let late = client.file_request(with_deadline("never")).await.unwrap_err();
    assert_refused(&late, Code::DeadlineExceeded, ErrorReason::DeadlineExceeded);
}

#[tokio::test]
async fn a_stream_outlives_the_default_deadline_and_ends_at_the_callers() {
    let stack = Stack::with(|settings| settings.limits.default_deadline = Duration::from_millis(100)).await;
    let client = stack.client();
    let mut unbounded = client.follow(alert("on and on")).await.unwrap();
    assert_eq!(unbounded.message().await.unwrap(), Some(alert("first")));

    let mut request = Request::new(alert("on and on"));
    request.set_timeout(Duration::from_millis(400));
    let mut bounded = client.follow(request).await.unwrap();
    assert_eq!(bounded.message().await.unwrap(), Some(alert("first")));
    let end = tokio::time::timeout(PATIENCE, bounded.message()).await.unwrap().unwrap_err();
    assert_refused(&end, Code::DeadlineExceeded, ErrorReason::DeadlineExceeded);

    // By now the default deadline has passed four times over.
    let still_open = tokio::time::timeout(Duration::from_millis(50), unbounded.message()).await;
    assert!(still_open.is_err(), "{still_open:?}");
}

#[tokio::test]
async fn one_call_too_many_is_told_when_to_try_again_and_probes_still_pass() {
    let stack = Stack::with(|settings| settings.limits.max_concurrent_calls = 1).await;
    stack.health.ready().await;
    let (first, second) = (stack.client(), stack.client());
    let inside = tokio::spawn(async move { first.file("wait").await });
    stack.desk.arrived.notified().await;

    let refusal = second.file("toy").await.unwrap_err();
    assert_refused(&refusal, Code::Unavailable, ErrorReason::Overloaded);
    let wait = refusal.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(wait > Duration::ZERO);
    assert!(crate::drain::is_serving(&stack, "").await);

    stack.desk.go_on.notify_one();
    assert_eq!(inside.await.unwrap().unwrap(), "waited");
    // The place is free again, also after calls that a stream or an error ended.
    for _ in 0..3 {
        second.file("panic").await.unwrap_err();
        drop(second.follow(alert("on and on")).await.unwrap());
        let free = async {
            while second.file("toy").await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, free).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_no_message_or_too_large_or_unknown_is_said_in_the_contracts_terms() {
    let stack = Stack::start().await;
    let client = stack.client();

    let not_utf8 = Request::new(RawAlert { text: vec![0xff, 0xfe] });
    let refusal = client.file_request(not_utf8).await.unwrap_err();
    assert_refused(&refusal, Code::InvalidArgument, ErrorReason::MalformedMessage);
    assert!(!refusal.message().contains("Protobuf"), "{}", refusal.message());

    let request_too_large = client.file(&"x".repeat(MESSAGE_LIMIT + 1)).await.unwrap_err();
    let answer_too_large = client.file("large").await.unwrap_err();
    for (refusal, which) in [(request_too_large, "request"), (answer_too_large, "response")] {
        assert_refused(&refusal, Code::OutOfRange, ErrorReason::MessageTooLarge);
        assert_eq!(metadata(&refusal, "limit_bytes"), MESSAGE_LIMIT.to_string());
        assert_eq!(metadata(&refusal, "message"), which);
    }

    for path in ["/desk.v1.DeskService/Burn", "/kitchen.v1.KitchenService/Cook"] {
        let refusal = client.unary(path, Request::new(Alert::default())).await.unwrap_err();
        assert_refused(&refusal, Code::Unimplemented, ErrorReason::MethodUnknown);
    }
}

#[tokio::test]
async fn a_request_keeps_the_id_that_its_caller_gave_it() {
    let stack = Stack::start().await;
    let mut request = Request::new(alert("request id"));
    request.metadata_mut().insert("x-request-id", "eu-just-4711".parse().unwrap());
    let answer = stack.client().file_request(request).await.unwrap();
    assert_eq!(answer.metadata().get("x-request-id").unwrap(), "eu-just-4711");
    assert_eq!(answer.into_inner().text, "eu-just-4711");

    let fault = stack.client().file("panic").await.unwrap_err();
    assert_eq!(fault.metadata().get("x-request-id").unwrap().len(), 36);
}

#[tokio::test]
async fn a_stream_of_small_messages_waits_for_a_slow_reader() {
    const ALL: usize = 20_000;
    const QUIET: Duration = Duration::from_millis(100);
    let stack = Stack::start().await;
    let given = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&given);
    let alerts = stream::iter(0..ALL).then(move |number| {
        counting.store(number, Ordering::Relaxed);
        async move {
            // What was given is sent, in a frame of its own, before the next is asked for.
            tokio::task::yield_now().await;
            alert(&format!("toy number {number:05} with small parts"))
        }
    });
    // The reader begins once nothing more fits into what may wait for it.
    let go_on = Arc::clone(&stack.desk.go_on);
    tokio::spawn(async move {
        let mut seen = 0;
        loop {
            tokio::time::sleep(QUIET).await;
            match given.load(Ordering::Relaxed) {
                now if now == seen && now > 0 => return go_on.notify_one(),
                now => seen = now,
            }
        }
    });
    let counted = tokio::time::timeout(PATIENCE, stack.client().take(alerts)).await;
    assert_eq!(counted.expect("neither side waits for ever").unwrap(), ALL.to_string());
}
