//! Calendars over HTTPS, for whoever has a link.
//!
//! Invariant: a path that is none of a link is looked up as one that is, so that both take the same time.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use seamless_calendar::Clock;
use seamless_service::pages::{Page, Pages, Unavailable};
use sha2::{Digest, Sha256};

use crate::{
    contract::calendar_text,
    domain::{Rules, use_cases::ReadCalendar},
    store::Store,
};

/// What stands before the secret in a path, and behind it.
const BEFORE: &str = "/calendars/";
const BEHIND: &str = ".ics";
/// Calendar objects, in UTF-8 [RFC 5545, 3.1.4].
const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// What its listener serves.
pub struct CalendarPages {
    pub(crate) store: Store,
    pub(crate) rules: Rules,
    pub(crate) clock: Arc<dyn Clock>,
    /// How often calendars are to be read again.
    pub(crate) refresh: Duration,
}

/// The path of the calendar with this secret.
pub(super) fn path_of(secret: &str) -> String {
    format!("{BEFORE}{secret}{BEHIND}")
}

/// By what a secret is known.
pub(super) fn digest_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[async_trait]
impl Pages for CalendarPages {
    async fn page(&self, path: &str) -> Result<Option<Page>, Unavailable> {
        let secret = path.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(BEHIND)).unwrap_or(path);
        let read = ReadCalendar {
            rules: &self.rules,
            activities: &self.store,
            registrations: &self.store,
            records: &self.store,
        };
        let now = self.clock.now();
        let Some(link) = read.link(&digest_of(secret)).await.map_err(unavailable)? else { return Ok(None) };
        let calendar = read.execute(&link, now).await.map_err(unavailable)?;
        let written = calendar_text(&self.rules, &link, &calendar, self.refresh, now).map_err(unavailable)?;
        if !written.unwritable.is_empty() {
            tracing::warn!(activities = ?written.unwritable, "cannot be written into calendars");
        }
        Ok(Some(Page { media_type: MEDIA_TYPE, content: written.text }))
    }
}

/// Says in the log why, which names neither link nor reader.
fn unavailable(why: impl std::fmt::Display) -> Unavailable {
    tracing::warn!(%why, "a calendar cannot be given at present");
    Unavailable
}
