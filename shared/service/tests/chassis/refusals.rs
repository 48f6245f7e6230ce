//! What the log says of refused calls.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tonic::{Code, Request};
use tracing_subscriber::fmt::MakeWriter;

use crate::desk::PATIENCE;
use crate::stack::{Client, Stack, alert};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self, about: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains(about)).map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_refused_call_is_logged_with_who_made_it_and_a_flood_of_them_is_counted() {
    const FLOOD: usize = 200;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .with_writer(log.clone());
    let _logged = tracing::subscriber::set_default(subscriber.finish());
    let stack = Stack::with(|settings| {
        settings.fairness.logged_refusals_per_second = 10;
        settings.connections.unauthenticated_calls = 2 * FLOOD;
    })
    .await;

    let mut request = Request::new(alert("toy"));
    request.metadata_mut().insert("x-lacks-scope", "1".parse().unwrap());
    request.metadata_mut().insert("x-request-id", "eu-just-4711".parse().unwrap());
    let refusal = stack.client().file_request(request).await.unwrap_err();
    assert_eq!(refusal.code(), Code::PermissionDenied);
    let lines = log.lines("call refused");
    for part in [
        "code=\"PERMISSION_DENIED\"",
        "reason=\"SCOPE_MISSING\"",
        "method=\"desk.v1.DeskService/File\"",
        "authority=\"eu-just\"",
        "principal=\"officer-7\"",
        "request_id=\"eu-just-4711\"",
    ] {
        assert!(lines.len() == 1 && lines[0].contains(part), "{part}: {lines:?}");
    }

    let stranger = Client(stack.channel_settings().connect_lazy().unwrap());
    for _ in 0..FLOOD {
        assert_eq!(stranger.file("toy").await.unwrap_err().code(), Code::Unauthenticated);
    }
    let told = || {
        let counts = log.lines("more calls were refused");
        let counted = counts.iter().filter_map(|line| line.rsplit_once("count=")?.1.parse::<usize>().ok());
        (log.lines("call refused").len(), counted.sum::<usize>())
    };
    let all = async {
        while {
            let (lines, counted) = told();
            lines + counted < FLOOD + 1
        } {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("no refusal goes unmentioned");
    let (lines, counted) = told();
    assert_eq!(lines + counted, FLOOD + 1);
    assert!(lines < FLOOD / 2, "{lines} lines");
    assert!(log.lines("principal=\"unknown\"").len() > 1);
    assert!(log.lines("the-token-of").is_empty(), "no token is logged");
}
