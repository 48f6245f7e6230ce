//! Offers on the web that are followed. What an offer is, the notification's content or a recipient's report says; what
//! became of it, the logs say, one for each circle of readers. Nothing of the content is kept a second time: a listing's id
//! is made of its URL, so that content and logs meet there.

use jiff::Timestamp;
use seamless_identifiers::PartialDate;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{EventStatus, ListingStatus, NotificationId};
use crate::domain::records::{Place, Record};

/// How many checks a log keeps; the feed has all that there were.
pub const KEPT_CHECKS: usize = 20;
/// The most listings that a recipient reports on one transmission.
pub const MAX_REPORTS: u32 = 200;
/// Hexadecimal digits of a listing's id.
const ID_DIGITS: usize = 32;

/// One look at an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListingCheck {
    /// The authority that looked.
    pub checker: AuthorityId,
    /// Who looked for it: evidence, told to nobody.
    pub principal: String,
    pub time: Timestamp,
    /// LIVE, TAKEN_DOWN, or UNKNOWN where it could not tell.
    pub found: ListingStatus,
    pub note: String,
}

/// A recipient's report of an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListingReport {
    pub reporter: AuthorityId,
    pub time: Timestamp,
    pub marketplace: String,
    pub seller: String,
    pub note: String,
}

/// What happened to an offer, as one circle of readers knows it: the originator's side and one recipient, or, without a
/// party, the originator's side and every recipient that sees the listing in the content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListingLog {
    pub notification: NotificationId,
    /// The listing's id.
    pub listing: String,
    pub originator: AuthorityId,
    pub party: Option<AuthorityId>,
    pub url: String,
    pub report: Option<ListingReport>,
    /// The latest, the newest last.
    pub checks: Vec<ListingCheck>,
    /// The latest check that could tell: when, and what it found.
    pub settled: Option<(Timestamp, ListingStatus)>,
    /// When it was first found taken down.
    pub taken_down: Option<Timestamp>,
    pub create_time: Timestamp,
    pub revision: i64,
}

/// An offer as a reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackedListing {
    pub notification: NotificationId,
    pub id: String,
    pub url: String,
    pub marketplace: String,
    pub seller: String,
    pub first_seen: Option<PartialDate>,
    pub state: ListingStatus,
    /// True if the content names it, as far as the reader is shown.
    pub in_content: bool,
    pub reports: Vec<ListingReport>,
    /// The newest first.
    pub checks: Vec<ListingCheck>,
    pub status: EventStatus,
}

impl TrackedListing {
    /// True if it is on sale.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.state, ListingStatus::Live | ListingStatus::Relisted)
    }
}

impl ListingLog {
    /// Adds a check.
    pub fn add(&mut self, check: ListingCheck) {
        if check.found != ListingStatus::Unknown {
            self.settled = Some((check.time, check.found));
        }
        if check.found == ListingStatus::TakenDown {
            self.taken_down.get_or_insert(check.time);
        }
        self.checks.push(check);
        if self.checks.len() > KEPT_CHECKS {
            self.checks.remove(0);
        }
    }
}

impl TrackedListing {
    /// `notifications/{id}/listings/{id}`.
    #[must_use]
    pub fn name(&self) -> String {
        listing_name(self.notification, &self.id)
    }
}

/// `notifications/{id}/listings/{id}`.
#[must_use]
pub fn listing_name(notification: NotificationId, listing: &str) -> String {
    format!("notifications/{notification}/listings/{listing}")
}

/// The id of the listing at a URL, whose scheme and host are read without regard to case [RFC 3986, section 6.2.2.1].
#[must_use]
pub fn listing_id(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let mut hash = Sha256::new();
    hash.update(format!("{}://{}{path}", scheme.to_lowercase(), host.to_lowercase()));
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits[..ID_DIGITS].to_owned()
}

/// True for what can be the id of a listing.
#[must_use]
pub fn is_listing_id(id: &str) -> bool {
    id.len() == ID_DIGITS && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Record for ListingLog {
    const KIND: &'static str = "listing_log";
    type Place = Place;

    fn name(&self) -> String {
        // No authority has an id of one character.
        let circle = self.party.as_ref().map_or("-", AuthorityId::as_str);
        format!("{}/logs/{circle}", listing_name(self.notification, &self.listing))
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: self.party.clone(),
            state: self.settled.map_or(ListingStatus::Unknown, |(_, found)| found) as i32,
            order: self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
