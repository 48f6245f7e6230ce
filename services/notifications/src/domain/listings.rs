//! The listings of a notification: what its content names and what recipients reported, with what became of each, as a
//! reader may see it.
//!
//! Invariant: a listing of the content is there for a recipient exactly if the content shows it; and of checks and reports a
//! recipient sees those of its own circle, and the shared ones of listings that the content shows to it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seamless_disclosure::View;
use seamless_identity::AuthorityId;

use super::{
    Caller, ChangeSet, DomainError, Refusal,
    event::{DomainEvent, EventKind},
    model::{
        ListingCheck, ListingLog, ListingReport, ListingStatus, Notification, TrackedListing, Transmission,
        listing_id,
    },
    ports::RecordReader,
    records::{Record, RecordQuery, records},
    relation::Relation,
    rules::Rules,
};

/// How many logs are looked up at once.
const LOGS_A_LOOK: u64 = 500;

/// Listings by their ids.
pub type Listings = BTreeMap<String, TrackedListing>;

/// Which facts of the content's listings a reader is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListingSight {
    pub url: bool,
    pub marketplace: bool,
    pub seller: bool,
    pub first_seen: bool,
    pub live: bool,
}

impl ListingSight {
    /// What these eyes see.
    #[must_use]
    pub fn of(rules: &Rules, view: &View<'_>) -> Self {
        let shows =
            |path: &str| rules.audiences.audience(path).is_some_and(|declared| view.shows(path, declared));
        Self {
            url: shows("online.listings.url"),
            marketplace: shows("online.listings.marketplace"),
            seller: shows("online.listings.seller"),
            first_seen: shows("online.listings.first_seen"),
            live: shows("online.listings.live"),
        }
    }
}

/// The listings of a notification as a reader in this relation sees them, made of those of the logs that it may see.
#[must_use]
pub fn listings_for(
    rules: &Rules,
    notification: &Notification,
    relation: &Relation,
    reader: &AuthorityId,
    logs: &[ListingLog],
) -> Listings {
    let content = &notification.content;
    let sight = ListingSight::of(rules, &relation.view(rules, &content.disclosures));
    let mut listings = Listings::new();
    for listing in content.online.listings.iter().filter(|_| sight.url) {
        let id = listing_id(&listing.url);
        let state = match listing.live.filter(|_| sight.live) {
            Some(true) => ListingStatus::Live,
            Some(false) => ListingStatus::TakenDown,
            None => ListingStatus::Unknown,
        };
        listings.entry(id.clone()).or_insert_with(|| TrackedListing {
            marketplace: Some(&listing.marketplace)
                .filter(|_| sight.marketplace)
                .cloned()
                .unwrap_or_default(),
            seller: Some(&listing.seller).filter(|_| sight.seller).cloned().unwrap_or_default(),
            first_seen: listing.first_seen.filter(|_| sight.first_seen),
            state,
            in_content: true,
            ..bare(notification, id, &listing.url)
        });
    }
    let is_recipient = matches!(relation, Relation::Recipient(_));
    let mut seen: BTreeMap<&str, Vec<&ListingLog>> = BTreeMap::new();
    for log in logs.iter().filter(|log| log.notification == notification.id) {
        let in_content = listings.contains_key(&log.listing);
        let is_seen = match &log.party {
            _ if !is_recipient => true,
            None => in_content,
            Some(party) => party == reader && (in_content || log.report.is_some()),
        };
        if is_seen {
            seen.entry(&log.listing).or_default().push(log);
        }
    }
    for (id, logs) in seen {
        let Some(first) = logs.first() else { continue };
        let listing =
            listings.entry(id.to_owned()).or_insert_with(|| bare(notification, id.to_owned(), &first.url));
        read_logs(listing, &logs);
    }
    listings
}

fn bare(notification: &Notification, id: String, url: &str) -> TrackedListing {
    TrackedListing {
        notification: notification.id,
        id,
        url: url.to_owned(),
        marketplace: String::new(),
        seller: String::new(),
        first_seen: None,
        state: ListingStatus::Unknown,
        in_content: false,
        reports: Vec::new(),
        checks: Vec::new(),
        status: notification.status,
    }
}

/// Adds to a listing what its logs say.
fn read_logs(listing: &mut TrackedListing, logs: &[&ListingLog]) {
    for report in logs.iter().filter_map(|log| log.report.as_ref()) {
        for (known, reported) in
            [(&mut listing.marketplace, &report.marketplace), (&mut listing.seller, &report.seller)]
        {
            if known.is_empty() && !listing.in_content {
                known.clone_from(reported);
            }
        }
        listing.reports.push(report.clone());
    }
    listing.reports.sort_by_key(|report| report.time);
    listing.checks = logs.iter().flat_map(|log| log.checks.iter().cloned()).collect();
    listing.checks.sort_by(|one, other| (other.time, &other.checker).cmp(&(one.time, &one.checker)));
    // A check of the originator's side may stand in several logs.
    listing.checks.dedup();
    if let Some((time, found)) = logs.iter().filter_map(|log| log.settled).max_by_key(|(time, _)| *time) {
        let was_down = logs.iter().filter_map(|log| log.taken_down).any(|down| down < time);
        listing.state = match found {
            ListingStatus::Live if was_down => ListingStatus::Relisted,
            found => found,
        };
    }
}

/// Who looks at a listing, and when.
pub struct Look<'a> {
    pub caller: &'a Caller,
    /// What the caller is to the notification.
    pub relation: &'a Relation,
    /// The transmissions whose recipients may be told.
    pub recipients: &'a [Transmission],
    pub time: Timestamp,
}

/// The listings of one notification with all their logs, while they are read or changed.
pub struct ListingBook<'a> {
    rules: &'a Rules,
    pub notification: Notification,
    logs: Vec<ListingLog>,
}

impl<'a> ListingBook<'a> {
    /// Opens the book of a notification.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open(
        rules: &'a Rules,
        reader: &dyn RecordReader,
        notification: Notification,
    ) -> Result<Self, DomainError> {
        let mut query = RecordQuery::of_notification(&notification.originator, notification.id, LOGS_A_LOOK);
        let mut logs: Vec<ListingLog> = Vec::new();
        loop {
            let look: Vec<ListingLog> = records(reader, &query).await?;
            let is_last = (look.len() as u64) < LOGS_A_LOOK;
            logs.extend(look);
            match logs.last() {
                Some(last) if !is_last => query.page.after = Some(last.in_order()),
                _ => return Ok(Self { rules, notification, logs }),
            }
        }
    }

    /// The listings as a reader sees them.
    #[must_use]
    pub fn seen_by(&self, relation: &Relation, reader: &AuthorityId) -> Listings {
        listings_for(self.rules, &self.notification, relation, reader, &self.logs)
    }

    /// As the recipient of a transmission sees them.
    #[must_use]
    pub fn seen_by_recipient(&self, transmission: &Transmission) -> Listings {
        self.seen_by(&Relation::Recipient(transmission.arrangement.clone()), &transmission.recipient)
    }

    /// Records what was found at a listing, and tells those who see it. A recipient's check goes to its own log, one of the
    /// originator's side to the shared log of what the content names, and to the logs of those who reported the listing.
    ///
    /// # Errors
    /// `Denied` if the caller sees no such listing; `Fault` if a log cannot be written as a document.
    pub fn check(
        &mut self,
        changes: &mut ChangeSet,
        look: &Look<'_>,
        listing: &str,
        (found, note): (ListingStatus, &str),
    ) -> Result<TrackedListing, DomainError> {
        let Look { caller, relation, time, .. } = *look;
        let seen = self.seen_by(relation, &caller.authority).remove(listing).ok_or(Refusal::Denied)?;
        let check = ListingCheck {
            checker: caller.authority.clone(),
            principal: caller.principal.clone(),
            time,
            found,
            note: note.to_owned(),
        };
        let parties: Vec<Option<AuthorityId>> = match relation {
            Relation::Recipient(_) => vec![Some(caller.authority.clone())],
            _ => {
                let reporters = seen.reports.iter().map(|report| Some(report.reporter.clone()));
                let shared = (seen.in_content || seen.reports.is_empty()).then_some(None);
                shared.into_iter().chain(reporters).collect()
            }
        };
        for party in parties {
            let log = self.log(&seen.id, &seen.url, party, time);
            log.add(check.clone());
            put_log(changes, log)?;
        }
        let told =
            |listing: TrackedListing| EventKind::ListingChecked(Box::new(listing), check.clone().into());
        self.tell(changes, look, listing, told);
        let mut seen = self.seen_by(relation, &caller.authority);
        seen.remove(listing)
            .ok_or_else(|| DomainError::Refused(Refusal::Fault("a listing is gone by its check".to_owned())))
    }

    /// Records an offer that the recipient of `transmission` found; it is taken as seen LIVE.
    ///
    /// # Errors
    /// `Exists` if the recipient sees a listing at the URL; `Fault` as above.
    pub fn report(
        &mut self,
        changes: &mut ChangeSet,
        caller: &Caller,
        transmission: &Transmission,
        url: &str,
        report: ListingReport,
    ) -> Result<TrackedListing, DomainError> {
        let (id, now) = (listing_id(url), report.time);
        if let Some(known) = self.seen_by_recipient(transmission).get(&id) {
            return Err(Refusal::Exists { resource: known.name() }.into());
        }
        let check = ListingCheck {
            checker: caller.authority.clone(),
            principal: caller.principal.clone(),
            time: now,
            found: ListingStatus::Live,
            note: report.note.clone(),
        };
        let log = self.log(&id, url, Some(caller.authority.clone()), now);
        log.report = Some(report);
        log.add(check);
        put_log(changes, log)?;
        let relation = Relation::Recipient(transmission.arrangement.clone());
        let recipients = std::slice::from_ref(transmission);
        let look = Look { caller, relation: &relation, recipients, time: now };
        let told = |listing: TrackedListing| EventKind::ListingReported(Box::new(listing));
        self.tell(changes, &look, &id, told);
        let mut seen = self.seen_by_recipient(transmission);
        seen.remove(&id)
            .ok_or_else(|| DomainError::Refused(Refusal::Fault("a reported listing is not there".to_owned())))
    }

    /// The log of a circle, made if it is not there.
    fn log(
        &mut self,
        listing: &str,
        url: &str,
        party: Option<AuthorityId>,
        now: Timestamp,
    ) -> &mut ListingLog {
        let known = self.logs.iter().position(|log| log.listing == listing && log.party == party);
        let index = known.unwrap_or_else(|| {
            self.logs.push(ListingLog {
                notification: self.notification.id,
                listing: listing.to_owned(),
                originator: self.notification.originator.clone(),
                party,
                url: url.to_owned(),
                report: None,
                checks: Vec::new(),
                settled: None,
                taken_down: None,
                create_time: now,
                revision: 0,
            });
            self.logs.len() - 1
        });
        &mut self.logs[index]
    }

    /// Tells the originator's side, and each recipient concerned, of the listing as it sees it, with the latest check alone.
    fn tell(
        &self,
        changes: &mut ChangeSet,
        look: &Look<'_>,
        listing: &str,
        kind: impl Fn(TrackedListing) -> EventKind,
    ) {
        let originator = &self.notification.originator;
        let with_latest = |mut listing: TrackedListing| {
            listing.checks.truncate(1);
            listing
        };
        if let Some(seen) = self.seen_by(&Relation::Originator, originator).remove(listing) {
            changes.tell_side(self.rules, originator, look.time, kind(with_latest(seen)));
        }
        let is_recipients = matches!(look.relation, Relation::Recipient(_));
        for transmission in look.recipients.iter().filter(|transmission| transmission.is_granted()) {
            if is_recipients && transmission.recipient != look.caller.authority {
                continue;
            }
            if let Some(seen) = self.seen_by_recipient(transmission).remove(listing) {
                changes.events.push(DomainEvent {
                    kind: kind(with_latest(seen)),
                    time: look.time,
                    arrangement: Some(transmission.arrangement.clone()),
                    readers: vec![transmission.recipient.clone()],
                });
            }
        }
    }
}

/// Adds a log in its next revision.
fn put_log(changes: &mut ChangeSet, log: &mut ListingLog) -> Result<(), DomainError> {
    let is_new = log.revision == 0;
    log.revision += 1;
    changes.put_record(log, is_new)
}
