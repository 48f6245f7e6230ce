//! Pages over HTTPS, for programs that speak no gRPC. Of [`Pages`] whoever knows a path reads what lies there, and nothing can be done;
//! a [`Site`] knows its readers by what they bring, and may take forms, without content.
//!
//! [`BoundPages::bind`] takes the address and reads the certificate of the calls, of which it shares the limits of
//! connections, counted by themselves; no certificate of a client is asked for. [`BoundPages::serve`] serves what [`Pages`]
//! give, until its token is cancelled, and drains as the calls do.
//!
//! Invariant: a path is a secret. It stands in no line, span, measure or error, no more than from where it was asked for; and
//! whatever is not there is answered alike, at full steps of time, so that neither answer nor time tells why.

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, ETAG, HeaderName, IF_NONE_MATCH,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::{PageLimits, ServerSettings};
use crate::connections::Peer;
use crate::fairness::Quota;
use crate::listener::{Accepted, Listener, Protocol};
use crate::middleware::at_full_steps;
use crate::server::ServerError;
use crate::tls::{ALPN_HTTP1, ServerTls};

/// A minute, in which requests are counted.
const MINUTE: Duration = Duration::from_secs(60);
/// What a page may be kept for: by its reader alone, and asked about before each use. A copy may be kept at all because its
/// reader keeps what it shows in any case; without one there would be nothing to compare.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");
/// What is said of what is not there.
const NOWHERE: &str = "Nothing is here, or no more.\n";
/// Told to programs that list pages for the public.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its media type, with the character set.
    pub media_type: &'static str,
    /// Its content.
    pub content: String,
}

/// Why no page is given at the moment; its cause is logged where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// What lies at paths.
#[async_trait]
pub trait Pages: Send + Sync + 'static {
    /// The page at a path; none where there is none, for whatever reason.
    ///
    /// # Errors
    /// [`Unavailable`] if that cannot be told now.
    async fn page(&self, path: &str) -> Result<Option<Page>, Unavailable>;
}

/// What is asked of a site.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// GET, HEAD, or what else the site takes.
    pub method: &'a Method,
    /// The path of the address.
    pub path: &'a str,
    /// What stands behind its question mark; empty where nothing does.
    pub query: &'a str,
    /// What the reader brings besides.
    pub headers: &'a HeaderMap,
}

impl<'a> Asked<'a> {
    /// A header, if it is there, as text.
    #[must_use]
    pub fn header(&self, name: HeaderName) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a site answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its content.
    pub page: Page,
    /// Headers of its own; they count before those that every page has.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self { status: StatusCode::OK, page, headers: Vec::new() }
    }
}

/// Answers who asks.
#[async_trait]
pub trait Site: Send + Sync + 'static {
    /// Whether it knows its readers by what they bring: then each is counted by its cookie, and forms are taken, by POST; their content
    /// is not read.
    fn knows_readers(&self) -> bool {
        false
    }

    /// The answer; none where nothing is there, for whatever reason.
    ///
    /// # Errors
    /// [`Unavailable`] if that cannot be told now.
    async fn answer(&self, asked: &Asked<'_>) -> Result<Option<Answer>, Unavailable>;
}

#[async_trait]
impl<P: Pages> Site for P {
    async fn answer(&self, asked: &Asked<'_>) -> Result<Option<Answer>, Unavailable> {
        Ok(self.page(asked.path).await?.map(Answer::from))
    }
}

/// A listener that has its address and does not serve yet.
pub struct BoundPages {
    server: Arc<ServerSettings>,
    limits: PageLimits,
    socket: TcpListener,
    local_addr: SocketAddr,
    tls: Arc<ServerTls>,
}

impl BoundPages {
    /// Takes the address, and reads the certificate. From here on connections queue up, and none is served.
    ///
    /// # Errors
    /// If the address cannot be had, or the certificate cannot be used.
    pub async fn bind(
        listen: SocketAddr,
        server: &ServerSettings,
        limits: &PageLimits,
    ) -> Result<Self, ServerError> {
        let mut server = server.clone();
        server.tls.client_ca = None;
        let tls = Arc::new(ServerTls::load(&server.tls, ALPN_HTTP1)?);
        let refuse = |fault| ServerError::Bind { address: listen, fault };
        let socket = TcpListener::bind(listen).await.map_err(refuse)?;
        let local_addr = socket.local_addr().map_err(refuse)?;
        Ok(Self { server: Arc::new(server), limits: limits.clone(), socket, local_addr, tls })
    }

    /// The address, with the port that the system chose if the settings said 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until the token is cancelled, then drains: lame duck → no more connections → grace → what is left is cut off.
    pub async fn serve<S: Site>(self, site: Arc<S>, token: CancellationToken) {
        let Self { server, limits, socket, tls, .. } = self;
        let desk = Desk {
            site,
            step: server.limits.denial_step,
            of_address: Quota::every(MINUTE / limits.per_address, limits.per_address),
            of_path: Quota::every(MINUTE / limits.per_path, limits.per_path),
            paths: RandomState::new(),
            places: Semaphore::new(limits.at_a_time),
            patience: limits.patience,
            answers: opentelemetry::global::meter("seamless-service")
                .u64_counter("seamless.pages.answers")
                .with_unit("{answer}")
                .build(),
        };
        let reading = Reading { desk: Arc::new(desk), limits };
        Listener::serve((socket, tls), reading, server, ("pages", async {}), token).await;
    }
}

/// HTTP/1.1, which every program that subscribes speaks.
#[derive(Clone)]
struct Reading {
    desk: Arc<Desk>,
    limits: PageLimits,
}

impl Protocol for Reading {
    const TELLS_PEERS: bool = false;

    async fn serve(self, Accepted { stream, remote, seat, life }: Accepted) {
        let Self { desk, limits } = self;
        let peer = Peer::from(remote.ip());
        let answer = service_fn(move |request: Request<Incoming>| {
            let (desk, under_way) = (Arc::clone(&desk), seat.begin_call());
            seat.count_unauthenticated();
            // Whatever comes behind the head is not read.
            let request = request.map(drop);
            async move {
                let answered = desk.answer(peer, &request).await;
                drop(under_way);
                Ok::<_, Infallible>(answered)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .max_headers(limits.headers)
            .max_buf_size(limits.head_bytes)
            .serve_connection(TokioIo::new(stream), answer);
        life.lead(pin!(connection), |connection| connection.graceful_shutdown()).await;
    }
}

/// Where requests are answered.
struct Desk {
    site: Arc<dyn Site>,
    step: Duration,
    of_address: Quota<Peer>,
    of_path: Quota<u64>,
    /// Makes numbers of paths that nobody outside can foresee.
    paths: RandomState,
    places: Semaphore,
    patience: Duration,
    answers: Counter<u64>,
}

impl Desk {
    async fn answer<B>(&self, peer: Peer, request: &Request<B>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let mut answer = match self.page(peer, request, began).await {
            Ok(answer) => site_answer(answer, request),
            Err(refusal) => *refusal,
        };
        let status = answer.status();
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) {
            at_full_steps(began, self.step).await;
        }
        let headers = answer.headers_mut();
        headers.entry(CACHE_CONTROL).or_insert(KEPT);
        headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
        if request.method() == Method::HEAD {
            *answer.body_mut() = Full::default();
        }
        self.answers.add(1, &[KeyValue::new("status", i64::from(status.as_u16()))]);
        answer
    }

    async fn page<B>(
        &self,
        peer: Peer,
        request: &Request<B>,
        began: Instant,
    ) -> Result<Answer, Box<Response<Full<Bytes>>>> {
        self.of_address.take(&peer, began).map_err(too_many)?;
        let knows_readers = self.site.knows_readers();
        if !(matches!(*request.method(), Method::GET | Method::HEAD)
            || knows_readers && request.method() == Method::POST)
        {
            let mut answer = words(StatusCode::METHOD_NOT_ALLOWED, "Pages are read, by GET or HEAD.\n");
            let allowed = if knows_readers { "GET, HEAD, POST" } else { "GET, HEAD" };
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
            return Err(Box::new(answer));
        }
        let asked = Asked {
            method: request.method(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: request.headers(),
        };
        // Who brings a cookie is counted by itself: others cannot use up what is theirs.
        let counted = (asked.path, asked.header(COOKIE).filter(|_| knows_readers));
        self.of_path.take(&self.paths.hash_one(counted), began).map_err(too_many)?;
        let found = tokio::time::timeout(self.patience, async {
            // The semaphore is never closed.
            let _place = self.places.acquire().await;
            self.site.answer(&asked).await
        });
        match found.await {
            Ok(Ok(Some(answer))) => Ok(answer),
            Ok(Ok(None)) => Err(Box::new(words(StatusCode::NOT_FOUND, NOWHERE))),
            Ok(Err(Unavailable)) | Err(_) => {
                let busy = words(StatusCode::SERVICE_UNAVAILABLE, "Not now: try again in a minute.\n");
                Err(again_after(busy, MINUTE))
            }
        }
    }
}

/// The answer of the site, with its own headers.
fn site_answer<B>(answer: Answer, request: &Request<B>) -> Response<Full<Bytes>> {
    let Answer { status, page, headers } = answer;
    let mut response = match status {
        StatusCode::OK => page_answer(page, request),
        status => content_answer(status, page.media_type, page.content),
    };
    for (name, value) in headers {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The page, or that it is as its reader has it.
fn page_answer<B>(page: Page, request: &Request<B>) -> Response<Full<Bytes>> {
    let tag = format!("\"{}\"", hex_of(&Sha256::digest(page.content.as_bytes())[..16]));
    let is_known = is_named(request, &tag);
    let length = page.content.len();
    let content = if is_known { Full::default() } else { Full::new(Bytes::from(page.content)) };
    let mut answer = Response::new(content);
    let headers = answer.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    if is_known {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(page.media_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

/// Whether the reader has what the tag names [RFC 9110, 13.1.2: weak comparison].
fn is_named<B>(request: &Request<B>, tag: &str) -> bool {
    let values = request.headers().get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut named = values.flat_map(|value| value.split(',')).map(str::trim);
    named.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn hex_of(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn words(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    content_answer(status, "text/plain; charset=utf-8", text.to_owned())
}

fn content_answer(status: StatusCode, media_type: &'static str, content: String) -> Response<Full<Bytes>> {
    let length = content.len();
    let mut answer = Response::new(Full::new(Bytes::from(content)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

fn too_many(wait: Duration) -> Box<Response<Full<Bytes>>> {
    again_after(words(StatusCode::TOO_MANY_REQUESTS, "Too often: come again later.\n"), wait)
}

/// Says in how many seconds, at least one, it may be tried again.
fn again_after(mut answer: Response<Full<Bytes>>, wait: Duration) -> Box<Response<Full<Bytes>>> {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    Box::new(answer)
}

#[cfg(test)]
mod tests;
