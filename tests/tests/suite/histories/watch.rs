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
    /// Transmissions on which the recipient waits for an answer.
    asking: BTreeSet<String>,
}

impl Watch {
    /// What it reads in lists and conversations; its feed is read after that.
    pub async fn of(running: &Running, authority: &'static str) -> Self {
        let partner = running.partner(authority);
        let mut watch =
            Self { authority, partner, events: Vec::new(), texts: BTreeSet::new(), asking: BTreeSet::new() };
        watch.read_lists().await;
        watch.read_conversations().await;
        watch
    }

    /// Everything that is wrong with what it sees.
    pub async fn findings(&self, cases: &HashMap<u64, Case>) -> Vec<String> {
        let mut findings = self.gaps().await;
        findings.extend(self.leaks(cases));
        findings.extend(self.clocks().await);
        findings.extend(self.ledgers(cases).await);
        findings
    }

    /// How many texts it saw.
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

    async fn read_conversations(&mut self) {
        let mut request = wire::ListConversationsRequest { page_size: 200, ..Default::default() };
        loop {
            let page =
                self.partner.conversations.list_conversations(request.clone()).await.unwrap().into_inner();
            for conversation in &page.conversations {
                let is_asked = conversation.kind() == wire::ConversationKind::MoreInformation
                    && conversation.state() == wire::ConversationState::Open
                    && conversation.transmission.ends_with(&format!("/{}", conversation.raised_by));
                if is_asked {
                    self.asking.insert(conversation.transmission.clone());
                }
                let parent = conversation.name.clone();
                let messages = wire::ListMessagesRequest { parent, ..Default::default() };
                let messages = self.partner.conversations.list_messages(messages).await.unwrap().into_inner();
                self.look("ListMessages", &messages);
            }
            if page.next_page_token.is_empty() {
                return;
            }
            request.page_token = page.next_page_token;
        }
    }

    /// What is wrong with the ledgers of the transmissions that the authority may see: numbers without gaps, each entry
    /// chained to the one before, times that never go back, and about one sending no kind twice for one version but for
    /// measures and unreadable copies. A version is SENT twice only where the recipient was taken off in between.
    async fn ledgers(&self, cases: &HashMap<u64, Case>) -> Vec<String> {
        let mut findings = Vec::new();
        let mut evidence = self.partner.evidence.clone();
        for case in cases.values().filter(|case| case.shows(self.authority, "general.reference")) {
            for recipient in &case.recipients {
                if !case.is_on_the_side(self.authority) && *recipient != self.authority {
                    continue;
                }
                let parent = format!("{}/transmissions/{recipient}", case.name);
                let request = wire::ListEvidenceRequest {
                    parent: parent.clone(),
                    page_size: 500,
                    ..Default::default()
                };
                let ledger = evidence.list_evidence(request).await.unwrap().into_inner().evidence;
                let mut seen = BTreeSet::new();
                let mut sendings = 1;
                let mut before: Option<&wire::EvidenceEntry> = None;
                for (index, entry) in ledger.iter().enumerate() {
                    let time = entry.event_time.as_ref().map(|time| (time.seconds, time.nanos));
                    let chained = before.is_none_or(|before| {
                        entry.previous_sha256 == before.entry_sha256
                            && time >= before.event_time.as_ref().map(|time| (time.seconds, time.nanos))
                    });
                    let key = (entry.kind, entry.version, entry.step, entry.unreadable_reason);
                    if entry.kind() == wire::EvidenceKind::Sent && seen.contains(&key) {
                        seen.clear();
                        sendings += 1;
                    }
                    if entry.number != i32::try_from(index).unwrap() + 1 || !chained || !seen.insert(key) {
                        findings.push(format!("{}: {parent} goes wrong at {entry:?}", self.authority));
                    }
                    before = Some(entry);
                }
                let known = case.sendings.get(recipient).copied().unwrap_or_default();
                if sendings > known {
                    findings.push(format!(
                        "{}: {parent} tells of {sendings} sendings of {known}",
                        self.authority
                    ));
                }
                if ledger.first().map(wire::EvidenceEntry::kind) != Some(wire::EvidenceKind::Sent) {
                    findings.push(format!("{}: {parent} does not begin with SENT", self.authority));
                }
            }
        }
        findings
    }

    /// Reads the whole feed.
    pub async fn read_feed(&mut self) {
        let mut after_position = 0;
        loop {
            let request = ReadEventsRequest { after_position, max: 1_000, ..ReadEventsRequest::default() };
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
    async fn gaps(&self) -> Vec<String> {
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
        // Others who read their feeds make further events, so the digest is asked of what was read.
        let request =
            GetDigestRequest { from_position: 1, to_position: last.max(1), ..GetDigestRequest::default() };
        let told = feed.get_digest(request).await.unwrap().into_inner();
        if (told.count, &told.digest) != (digest.count(), &digest.finish()) {
            findings.push(format!(
                "{}: {} events were read, and the digest up to {last} is of {}",
                self.authority,
                self.events.len(),
                told.count
            ));
        }
        let stream = feed
            .follow_events(FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() })
            .await
            .unwrap()
            .into_inner();
        let followed: Vec<i64> =
            stream.take(self.events.len()).map(|event| event.unwrap().position).collect().await;
        if !followed.iter().eq(self.events.iter().map(|event| &event.position)) {
            findings.push(format!("{}: the stream tells other events than the pages", self.authority));
        }
        findings
    }

    /// The texts that are not for this reader, and those of its own notifications that it did not find.
    fn leaks(&self, cases: &HashMap<u64, Case>) -> Vec<String> {
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

    /// Clocks that are due at another time than the slow calculation says, and those that run though their authority's
    /// question is open, or stand still though none is, whatever came first.
    async fn clocks(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut client = self.partner.clocks.clone();
        let mut request =
            wire::ListClocksRequest { page_size: 500, states: (1..=5).collect(), ..Default::default() };
        loop {
            let page = client.list_clocks(request.clone()).await.unwrap().into_inner();
            findings.extend(page.clocks.iter().filter_map(slow_clock::finding));
            for clock in &page.clocks {
                let pauses = clock.rule.as_ref().is_some_and(|rule| rule.pauses_on_question);
                let wrong = match self.asking.contains(&clock.transmission) {
                    true => wire::ClockState::Running,
                    false => wire::ClockState::Paused,
                };
                if pauses && clock.state() == wrong {
                    findings.push(format!("{} is {wrong:?} against its questions: {clock:?}", clock.name));
                }
            }
            if page.next_page_token.is_empty() {
                return findings;
            }
            request.page_token = page.next_page_token;
        }
    }
}
