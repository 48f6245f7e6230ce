//! Telemetry reaches a collector, even when it is shut down on the only thread of a runtime. A test binary of its own:
//! the subscriber is global to the process.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests; clippy spares only test functions"
)]

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use seamless_service::config::{LogFormat, TelemetrySettings};
use seamless_service::telemetry::{self, TelemetryError};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tower::Service;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";
/// Far longer than an export takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Takes every export and passes path and body on.
#[derive(Clone)]
struct Collector(mpsc::Sender<(String, Bytes)>);

impl Service<Request<Body>> for Collector {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let exports = self.0.clone();
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            exports.send((path, body)).unwrap();
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            let empty_message =
                Full::new(Bytes::from_static(&[0; 5])).with_trailers(async { Some(Ok(trailers)) });
            Ok(Response::builder()
                .header("content-type", "application/grpc")
                .body(Body::new(empty_message))
                .unwrap())
        })
    }
}

/// Runs a collector on a thread of its own until the process ends.
fn collector() -> (SocketAddr, mpsc::Receiver<(String, Bytes)>) {
    let (sender, exports) = mpsc::channel();
    let (address_sender, address) = mpsc::channel();
    std::thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            address_sender.send(socket.local_addr().unwrap()).unwrap();
            let incoming = TcpListenerStream::new(socket);
            tonic::transport::Server::builder()
                .serve_with_incoming(Collector(sender), incoming)
                .await
                .unwrap();
        });
    });
    (address.recv().unwrap(), exports)
}

#[tokio::test(flavor = "current_thread")]
async fn the_trace_of_a_caller_is_continued_and_everything_is_sent_before_the_end() {
    let (address, exports) = collector();
    let settings = TelemetrySettings {
        log_format: LogFormat::Json,
        log_filter: "warn".to_owned(),
        otlp_endpoint: Some(format!("http://{address}")),
        otlp_ca: None,
        service_name: "seamless-desk".to_owned(),
        instance_id: None,
        shutdown_timeout: PATIENCE,
        sample_ratio: 0.0,
    };
    let guard = telemetry::init(&settings, "7.1 (c0ffee)").unwrap();
    assert!(matches!(
        telemetry::init(&TelemetrySettings { otlp_endpoint: None, ..settings }, "7.1"),
        Err(TelemetryError::Repeated(_))
    ));
    assert_eq!(telemetry::current_traceparent(), "", "no span, no trace");

    // The caller has chosen to record its trace, so we do, although the ratio for traces of our own is 0.
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", HeaderValue::try_from(format!("00-{TRACE}-{PARENT}-01")).unwrap());
    let span = tracing::info_span!("desk work");
    telemetry::link_parent(&span, &headers);
    let ours = span.in_scope(|| {
        tracing::info!("a toy was reported");
        telemetry::current_traceparent()
    });
    drop(span);
    assert!(
        ours.starts_with(&format!("00-{TRACE}-")) && ours.ends_with("-01") && !ours.contains(PARENT),
        "{ours}"
    );
    opentelemetry::global::meter("desk").u64_counter("desk.alerts").build().add(1, &[]);

    guard.shutdown().unwrap();

    let mut sent = Vec::new();
    while sent.len() < 3 {
        sent.push(exports.recv_timeout(PATIENCE).unwrap());
    }
    let has = |signal: &str, bytes: &[u8]| {
        sent.iter()
            .any(|(path, body)| path.contains(signal) && body.windows(bytes.len()).any(|part| part == bytes))
    };
    let trace_id = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    assert!(has("TraceService", b"desk work") && has("TraceService", &trace_id));
    assert!(has("TraceService", b"seamless-desk"));
    assert!(has("LogsService", b"a toy was reported") && has("LogsService", &trace_id));
    assert!(has("MetricsService", b"desk.alerts"));
    // Replicas are told apart, and releases, in every signal.
    for signal in ["TraceService", "LogsService", "MetricsService"] {
        assert!(has(signal, b"service.instance.id") && has(signal, b"7.1 (c0ffee)"), "{signal}");
    }
}
