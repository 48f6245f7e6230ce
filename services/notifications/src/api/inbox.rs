//! The inbox of a recipient: products sold online first, then by risk level, then the nearest deadline; closed
//! cases last.

use seamless_api::{Handlers, Page, Violations, refusal, violations::excerpt};
use seamless_proto::seamless::notifications::v1 as wire;
use tonic::{Request, Status};

use super::context::Api;
use crate::{
    contract::{
        Known, number_out,
        redact::{notification_for, transmission_for},
        status_in,
    },
    domain::{
        Caller,
        ports::{InboxItem, InboxPlace, InboxQuery, TransmissionReader},
        relation::Relation,
        use_cases::{CountForInbox, InboxCounts},
    },
};

impl Api {
    /// A page of the caller's inbox.
    pub(super) async fn inbox(
        &self,
        request: Request<wire::ListInboxRequest>,
    ) -> Result<wire::ListInboxResponse, Status> {
        let (caller, request, page): (_, _, Page<InboxPlace>) = self.paged(request)?;
        let mut query = query_in(&caller, &request)?;
        query.after.clone_from(&page.cursor);
        query.limit = page.limit();
        let items = self.store.inbox_list(&query).await.map_err(refusal)?;
        let count = CountForInbox { rules: &self.rules, records: &self.store };
        let counts = count.execute(&caller.authority, &items).await.map_err(refusal)?;
        let contents = items.iter().map(|item| &item.notification.content);
        let known = self.known(&caller, contents).await.map_err(refusal)?;
        let (entries, next_page_token) = page.fill(
            items,
            |last| last.place.clone(),
            |item| self.entry(item, counts.get(&item.notification.id).copied().unwrap_or_default(), &known),
        );
        Ok(wire::ListInboxResponse { entries, next_page_token })
    }

    fn entry(&self, item: &InboxItem, counts: InboxCounts, known: &Known) -> wire::InboxEntry {
        let relation = Relation::Recipient(item.transmission.arrangement.clone());
        wire::InboxEntry {
            transmission: Some(transmission_for(&item.transmission)),
            notification: Some(notification_for(&self.rules, &item.notification, &relation, known)),
            overdue: item.transmission.is_overdue(self.clock.now()),
            live_listing_count: number_out(counts.live_listings),
            open_flag_count: number_out(counts.open_flags),
            unread_message_count: number_out(counts.unread_messages),
        }
    }
}

fn query_in(caller: &Caller, request: &wire::ListInboxRequest) -> Result<InboxQuery, Status> {
    let mut found = Violations::new();
    let arrangement = match request.arrangement.as_str() {
        "" => None,
        id => id
            .parse()
            .map_err(|_| {
                found.add("arrangement", format!("wants the id of an arrangement; got {}", excerpt(id)))
            })
            .ok(),
    };
    let query = InboxQuery {
        recipient: caller.authority.clone(),
        status: status_in(&mut found, "status", request.status),
        states: found.vocabularies("states", &request.states, 10),
        arrangement,
        after: None,
        limit: 0,
    };
    found.finish(query).map_err(refusal)
}
