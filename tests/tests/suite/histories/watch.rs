//! Everything that one authority sees after all was played, by every way of looking.

use std::collections::{BTreeSet, HashMap};

use prost::Message;
use seamless_feed::RangeDigest;
use seamless_proto::seamless::{
    feed::v1::{Event, FollowEventsRequest, GetDigestRequest, ReadEventsRequest},
    notifications::v1 as wire,
};
use tokio_stream::StreamExt;

use super::{model::Case, slow_clock};
use crate::running::{Partner, Running};

pub struct Watch {
    authority: &'static str,
    partner: Partner,
    events: Vec<Event>,
    /// The texts that it saw: number of the case, path of the field, and where.
    texts: BTreeSet<(u64, String, &'static str)>,
}

impl Watch {
    pub async fn of(running: &Running, authority: &'static str) -> Self {
        let partner = running.partner(authority);
        let mut watch = Self { authority, partner, events: Vec::new(), texts: BTreeSet::new() };
        watch.read_lists().await;
        watch.read_feed().await;
        watch
    }

    pub fn texts(&self) -> usize {
        self.texts.len()
    }

    fn look(&mut self, place: &'static str, message: &impl Message) {
        self.look_at(place, &message.encode_to_vec());
    }

    /// Finds the texts that the players wrote: `<17|product.brand>`.
    fn look_at(&mut self, place: &'static str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for part in text.split('<').skip(1) {
            let Some((inside, _)) = part.split_once('>') else { continue };
            let Some((number, path)) = inside.split_once('|') else { continue };
            if let Ok(number) = number.parse() {
                self.texts.insert((number, path.to_owned(), place));
            }
        }
    }

    async fn read_lists(&mut self) {
        let mut request = wire::ListNotificationsRequest { page_size: 200, ..Default::default() };
        loop {
            let page =
                self.partner.notifications.list_notifications(request.clone()).await.unwrap().into_inner();
            self.look("ListNotifications", &page);
            for notification in &page.notifications {
                let request = wire::GetNotificationRequest { name: notification.name.clone() };
                let got = self.partner.notifications.get_notification(request).await.unwrap().into_inner();
                self.look("GetNotification", &got);
            }
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let mut request = wire::ListInboxRequest { page_size: 200, ..Default::default() };
        loop {
            let page = self.partner.transmissions.list_inbox(request.clone()).await.unwrap().into_inner();
            self.look("ListInbox", &page);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        let mut request = wire::ListFollowUpsRequest { page_size: 200, ..Default::default() };
        loop {
            let page = self.partner.follow_ups.list_follow_ups(request.clone()).await.unwrap().into_inner();
            self.look("ListFollowUps", &page);
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
    }

    async fn read_feed(&mut self) {
        let mut after_position = 0;
        loop {
            let request = ReadEventsRequest { after_position, max: 1_000 };
            let page = self.partner.feed.read_events(request).await.unwrap().into_inner();
            self.look("ReadEvents", &page);
            self.events.extend(page.events);
            after_position = page.next_after_position;
            if page.caught_up {
                break;
            }
        }
    }

    /// Where the feed is not whole: pages, stream and digest must tell the same, each event naming the one before.
    pub async fn gaps(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut last = 0;
        let mut digest = RangeDigest::new();
        for event in &self.events {
            if event.previous_position != last || event.position <= last {
                findings.push(format!("{}: {} follows {last}", self.authority, event.position));
            }
            last = event.position;
            digest.add(event.position, &event.event_id);
        }
        let mut feed = self.partner.feed.clone();
        let request = GetDigestRequest { from_position: 1, to_position: 0 };
        let told = feed.get_digest(request).await.unwrap().into_inner();
        if (told.count, told.digest) != (digest.count(), digest.finish()) {
            findings.push(format!("{}: the digest is of other events", self.authority));
        }
        let stream =
            feed.follow_events(FollowEventsRequest { after_position: 0 }).await.unwrap().into_inner();
        let followed: Vec<i64> =
            stream.take(self.events.len()).map(|event| event.unwrap().position).collect().await;
        if !followed.iter().eq(self.events.iter().map(|event| &event.position)) {
            findings.push(format!("{}: the stream tells other events than the pages", self.authority));
        }
        findings
    }

    /// The texts that are not for this reader, and those of its own notifications that it did not find.
    pub fn leaks(&self, cases: &HashMap<u64, Case>) -> Vec<String> {
        let wrong = |(number, path, _): &&(u64, String, &'static str)| {
            cases.get(number).is_none_or(|case| !case.shows(self.authority, path))
        };
        let finding = |(number, path, place): &(u64, String, &'static str)| {
            format!("{} sees {path} of history {number} in {place}", self.authority)
        };
        let mut findings: Vec<String> = self.texts.iter().filter(wrong).map(finding).collect();
        for case in cases.values().filter(|case| case.shows(self.authority, "general.reference")) {
            let is_found = |place| self.texts.contains(&(case.number, "general.reference".to_owned(), place));
            for place in ["ListNotifications", "GetNotification"] {
                if !is_found(place) {
                    findings.push(format!("{} misses history {} in {place}", self.authority, case.number));
                }
            }
        }
        findings
    }

    /// Clocks that are due at another time than the slow calculation says.
    pub async fn clocks(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut client = self.partner.clocks.clone();
        let mut request =
            wire::ListClocksRequest { page_size: 500, states: (1..=5).collect(), ..Default::default() };
        loop {
            let page = client.list_clocks(request.clone()).await.unwrap().into_inner();
            findings.extend(page.clocks.iter().filter_map(slow_clock::finding));
            if page.next_page_token.is_empty() {
                return findings;
            }
            request.page_token = page.next_page_token;
        }
    }
}
