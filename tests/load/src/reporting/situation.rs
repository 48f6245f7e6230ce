//! The situation page of an authority with a million events, asked for over HTTPS, on a connection of its own each time.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use seamless_calendar::Clock;
use seamless_proto::seamless::reporting::v1::{
    CreateSituationLinkRequest, situation_service_client::SituationServiceClient,
};
use seamless_reporting::{Bound, Config, api::authorization::SCOPES};
use seamless_testkit::{HttpsAnswer, TestCredentials, TestDatabase, https};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Failure, connection,
    outcome::{Goal, ONE_PROCESS, Outcome},
};

/// Pages that are asked for.
const PAGES: usize = 200;
/// What links begin with here.
const BASE: &str = "https://reporting.example.eu";
/// How long the service may take to stop.
const STOP: Duration = Duration::from_secs(10);

/// Asks for the page of an authority again and again; nothing is told meanwhile.
///
/// # Errors
/// If a page is not answered.
pub(super) async fn measure(kind: &'static str, test: &TestDatabase, reader: &str) -> Result<(), Failure> {
    let credentials = TestCredentials::new();
    // Behind everything that was told.
    let now: Timestamp = "2027-07-01T00:00:00Z".parse()?;
    credentials.clock().advance(now.duration_since(credentials.clock().now()));
    let ca = credentials.issuer().ca_certificate();
    let mut flags = credentials.service_flags(&test.url);
    // The feed tells nothing more: what is known of it stands.
    let feed = format!(
        r#"[{{ authority = "{reader}", channel = {{ address = "https://localhost:1", ca = "{}" }} }}]"#,
        ca.display()
    );
    flags.extend([
        ("alerts".to_owned(), feed),
        ("reports.keys".to_owned(), credentials.receipt_keys().display().to_string()),
        ("situation.listen".to_owned(), "127.0.0.1:0".to_owned()),
        ("situation.base_url".to_owned(), BASE.to_owned()),
        ("situation.requests.per_path".to_owned(), "60000".to_owned()),
        ("situation.requests.per_address".to_owned(), "60000".to_owned()),
    ]);
    seamless_receipts::generate(&credentials.receipt_keys())?;
    let config = Config::load(None, HashMap::new(), flags)?.settings;
    let bound = Bound::bind(config, credentials.shared_clock()).await?;
    let shown = bound.situation_address().ok_or("the page has no address")?;
    let address = format!("https://localhost:{}", bound.address().port());
    let until = CancellationToken::new();
    let serving = tokio::spawn(bound.run(until.clone()));

    let token = credentials.token(reader, &SCOPES);
    let channel = connection::of(credentials.channel(&address, Some(token)));
    let request = CreateSituationLinkRequest { request_id: Uuid::now_v7().to_string(), validate_only: false };
    let made = SituationServiceClient::new(channel).create_situation_link(request).await?.into_inner();
    let path = made.url.strip_prefix(BASE).ok_or("the link begins elsewhere")?.to_owned();
    let headers = [("Origin", BASE), ("Content-Length", "0")];
    let opened = https(&ca, shown, "POST", &path, &headers).await;
    let cookie = opened.headers.get("set-cookie").and_then(|value| value.split(';').next());
    let cookie = cookie.ok_or("nobody was signed in")?;

    let (first, _) = asked(&ca, shown, "/", cookie).await?;
    let (mut pages, mut files) = (Vec::with_capacity(PAGES), Vec::with_capacity(PAGES));
    let mut octets = 0;
    for _ in 0..PAGES {
        let (time, page) = asked(&ca, shown, "/", cookie).await?;
        octets = page.body.len();
        pages.push(time);
        files.push(asked(&ca, shown, "/situation.css", cookie).await?.0);
    }
    until.cancel();
    tokio::time::timeout(STOP, serving).await???;
    pages.sort_unstable();
    files.sort_unstable();
    let at = |times: &[Duration], share: usize| {
        times.get(times.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    let outcome = Outcome {
        measure: format!("reporting-situation-{kind}"),
        value: at(&pages, 99),
        unit: "ms",
        baseline: at(&files, 99),
        goal: Goal::Below(50.0),
        note: format!(
            "99 % of {PAGES} pages, each on a connection of its own with its handshake; baseline: the style sheet, likewise; {ONE_PROCESS}"
        ),
        facts: vec![
            ("median_ms", at(&pages, 50).into()),
            ("baseline_median_ms", at(&files, 50).into()),
            ("first_page_ms", (first.as_secs_f64() * 1_000.0).into()),
            ("page_bytes", octets.into()),
        ],
    };
    outcome.print()
}

/// How long a page took.
async fn asked(
    ca: &Path,
    address: SocketAddr,
    path: &str,
    cookie: &str,
) -> Result<(Duration, HttpsAnswer), Failure> {
    let begun = Instant::now();
    let answer = https(ca, address, "GET", path, &[("Cookie", cookie)]).await;
    match answer.status {
        200 => Ok((begun.elapsed(), answer)),
        status => Err(format!("{path} was answered {status}: {}", answer.body).into()),
    }
}
