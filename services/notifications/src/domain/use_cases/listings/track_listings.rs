//! Reads the listings of a notification, reports one, records what a look at one found.

use jiff::Timestamp;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    correspondence::{ConversationFacts, put_correspondence, require_standing},
    listings::{ListingBook, Listings, Look},
    model::{ListingReport, ListingStatus, MAX_REPORTS, NotificationId, TrackedListing, Transmission},
    ports::NotificationReader,
    relation::Relation,
    use_cases::{NotificationAccess, TransmissionAccess},
};
use seamless_identity::AuthorityId;

/// The listings of a notification that the caller may see.
pub struct TrackListings<'a> {
    pub facts: ConversationFacts<'a>,
    pub notifications: &'a dyn NotificationReader,
}

impl TrackListings<'_> {
    /// All that the caller sees, by their ids.
    ///
    /// # Errors
    /// `Denied`.
    pub async fn seen(&self, caller: &Caller, notification: NotificationId) -> Result<Listings, DomainError> {
        let (book, relation) = self.open(caller, notification).await?;
        Ok(book.seen_by(&relation, &caller.authority))
    }

    /// Records a look at a listing.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` unless the notification is TRANSMITTED.
    pub async fn check(
        &self,
        caller: &Caller,
        notification: NotificationId,
        listing: &str,
        found: (ListingStatus, &str),
        now: Timestamp,
    ) -> Result<Decision<TrackedListing>, DomainError> {
        let (mut book, relation) = self.open(caller, notification).await?;
        if !book.seen_by(&relation, &caller.authority).contains_key(listing) {
            return Err(Refusal::Denied.into());
        }
        if !book.notification.is_transmitted() {
            let state = book.notification.state;
            return Err(DomainError::illegal(book.notification.name(), state, "checking a listing"));
        }
        let recipients = self.facts.transmissions.transmission_list(notification).await?;
        let mut changes = ChangeSet::default();
        let look = Look { caller, relation: &relation, recipients: &recipients, time: now };
        let outcome = book.check(&mut changes, &look, listing, found)?;
        Ok(Decision { outcome, changes })
    }

    /// Reports an offer to the originator's side, as the recipient of a transmission.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` after the notification was withdrawn; `Exists` for what the caller sees as a listing;
    /// `LimitReached`.
    pub async fn report(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
        url: &str,
        report: ListingReport,
    ) -> Result<Decision<TrackedListing>, DomainError> {
        let access = TransmissionAccess { rules: self.facts.rules, transmissions: self.facts.transmissions };
        let transmission: Transmission = access.as_recipient(caller, notification, recipient).await?;
        require_standing(&transmission, "reporting a listing")?;
        let (mut book, _) = self.open(caller, notification).await?;
        let mut changes = ChangeSet::default();
        let outcome = book.report(&mut changes, caller, &transmission, url, report)?;
        let mut correspondence = self.facts.correspondence(&transmission).await?;
        if correspondence.report_count >= MAX_REPORTS {
            return Err(Refusal::LimitReached {
                subject: transmission.name(),
                limit: "reported listings",
                maximum: MAX_REPORTS as usize,
            }
            .into());
        }
        correspondence.report_count += 1;
        put_correspondence(&mut changes, correspondence)?;
        Ok(Decision { outcome, changes })
    }

    async fn open(
        &self,
        caller: &Caller,
        notification: NotificationId,
    ) -> Result<(ListingBook<'_>, Relation), DomainError> {
        let access = NotificationAccess {
            rules: self.facts.rules,
            notifications: self.notifications,
            transmissions: self.facts.transmissions,
        };
        let (notification, relation) = access.execute(caller, notification).await?;
        let book = ListingBook::open(self.facts.rules, self.facts.records, notification).await?;
        Ok((book, relation))
    }
}
