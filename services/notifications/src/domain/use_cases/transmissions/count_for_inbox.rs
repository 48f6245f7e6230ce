//! What waits on the entries of an inbox: for a whole page with one look at each kind of record.

use std::collections::HashMap;

use seamless_identity::AuthorityId;

use crate::domain::{
    DomainError,
    listings::listings_for,
    model::{Correspondence, ListingLog, NotificationId},
    ports::{InboxItem, RecordReader},
    records::records_among,
    relation::Relation,
    rules::Rules,
};

/// What waits on one entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InboxCounts {
    /// Listings that are on sale, as far as the recipient sees them.
    pub live_listings: u32,
    /// Flags that are OPEN.
    pub open_flags: u32,
    /// Messages that the recipient has not read.
    pub unread_messages: u32,
}

/// Counts what waits on the entries of an inbox.
pub struct CountForInbox<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader,
}

impl CountForInbox<'_> {
    /// The counts of each entry, by its notification.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        recipient: &AuthorityId,
        items: &[InboxItem],
    ) -> Result<HashMap<NotificationId, InboxCounts>, DomainError> {
        let ids: Vec<NotificationId> = items.iter().map(|item| item.notification.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut logs: HashMap<NotificationId, Vec<ListingLog>> = HashMap::new();
        for log in records_among::<ListingLog>(self.records, &ids, recipient).await? {
            logs.entry(log.notification).or_default().push(log);
        }
        let said = records_among::<Correspondence>(self.records, &ids, recipient).await?;
        let said: HashMap<NotificationId, Correspondence> =
            said.into_iter().map(|correspondence| (correspondence.notification, correspondence)).collect();
        let counts = items.iter().map(|item| {
            let id = item.notification.id;
            let relation = Relation::Recipient(item.transmission.arrangement.clone());
            let logs = logs.get(&id).map(Vec::as_slice).unwrap_or_default();
            let listings = listings_for(self.rules, &item.notification, &relation, recipient, logs);
            let live = listings.values().filter(|listing| listing.is_live()).count();
            let counts = InboxCounts {
                live_listings: u32::try_from(live).unwrap_or(u32::MAX),
                open_flags: said.get(&id).map_or(0, |said| said.open_flag_count),
                unread_messages: said.get(&id).map_or(0, |said| said.unread_message_count),
            };
            (id, counts)
        });
        Ok(counts.collect())
    }
}
