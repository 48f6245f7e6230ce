//! The store in memory: it holds what a commit may do (each record only as its next revision, a new one only once) by
//! assertion, since here nobody else writes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use jiff::Timestamp;
use seamless_identity::{AuthorityId, Cooperation};
use seamless_notifications::domain::{
    ChangeSet, DomainError, Refusal,
    change::{LostRight, Write},
    event::DomainEvent,
    model::{Clock, EvidenceEntry, FollowUp, Notification, NotificationId, Transmission},
    ports::{
        ClockQuery, ClockReader, DeliveryBook, EvidenceReader, FollowUpQuery, FollowUpReader, InboxItem,
        InboxQuery, NotificationQuery, NotificationReader, SeenNotification, SourceKey, TransmissionReader,
    },
    records::{RecordQuery, RecordReader, StoredRecord},
    relation::Relation,
    similar::{Similar, SimilarQuery, SimilarReader},
};

/// Everything that is stored.
#[derive(Default)]
pub struct State {
    pub notifications: BTreeMap<NotificationId, Notification>,
    pub transmissions: BTreeMap<(NotificationId, AuthorityId), Transmission>,
    pub follow_ups: BTreeMap<(NotificationId, AuthorityId), FollowUp>,
    pub clocks: BTreeMap<(NotificationId, AuthorityId, String), Clock>,
    pub records: BTreeMap<(&'static str, String), StoredRecord>,
    pub ledgers: BTreeMap<(NotificationId, AuthorityId), Vec<EvidenceEntry>>,
    pub events: Vec<DomainEvent>,
}

/// A store in memory.
pub struct Memory {
    state: Mutex<State>,
    cooperation: Cooperation,
}

impl Memory {
    pub fn new(cooperation: Cooperation) -> Self {
        Self { state: Mutex::default(), cooperation }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Writes a change set, as a commit does that nobody else disturbs.
    pub fn apply(&self, changes: ChangeSet) {
        let mut state = self.state();
        let State { notifications, transmissions, follow_ups, clocks, records, ledgers, events } =
            &mut *state;
        for change in changes.notifications {
            put(notifications, change.write.record.id, change.write, |record| record.revision);
        }
        for write in changes.transmissions {
            let key = (write.record.notification, write.record.recipient.clone());
            put(transmissions, key, write, |record| record.revision);
        }
        for write in changes.follow_ups {
            let key = (write.record.notification, write.record.authority.clone());
            put(follow_ups, key, write, |record| record.revision);
        }
        for write in changes.clocks {
            let Clock { notification, recipient, rule, .. } = &write.record;
            let key = (*notification, recipient.clone(), rule.id.clone());
            put(clocks, key, write, |record| record.revision);
        }
        for write in changes.records {
            let key = (write.record.kind, write.record.name.clone());
            put(records, key, write, |record| record.revision);
        }
        for entry in changes.evidence {
            let ledger =
                ledgers.entry((entry.evidence.notification, entry.evidence.recipient.clone())).or_default();
            assert_eq!(entry.number as usize, ledger.len() + 1, "an entry takes the next number");
            ledger.push(entry);
        }
        for LostRight { authority, subject, .. } in changes.lost_rights {
            let below = format!("{subject}/");
            for event in events.iter_mut() {
                let told = event.kind.subject();
                if told == subject || told.starts_with(&below) {
                    event.readers.retain(|reader| *reader != authority);
                }
            }
        }
        events.extend(changes.events);
    }

    fn is_on_the_side(&self, viewer: &AuthorityId, originator: &AuthorityId) -> bool {
        Relation::of_side(&self.cooperation, originator, viewer).is_some()
    }
}

fn put<K: Ord, T>(stored: &mut BTreeMap<K, T>, key: K, write: Write<T>, revision: impl Fn(&T) -> i64) {
    let present = stored.get(&key).map_or(0, &revision);
    assert_eq!(write.is_new, present == 0, "a new record is new, and a changed one is there");
    assert_eq!(revision(&write.record), present + 1, "each change is the next revision");
    stored.insert(key, write.record);
}

#[async_trait]
impl NotificationReader for Memory {
    async fn notification_get(&self, id: NotificationId) -> Result<Option<Notification>, DomainError> {
        Ok(self.state().notifications.get(&id).cloned())
    }

    async fn notification_by_source(
        &self,
        _: &AuthorityId,
        _: &[SourceKey],
    ) -> Result<Vec<Notification>, DomainError> {
        Ok(Vec::new())
    }

    async fn notification_list(&self, _: &NotificationQuery) -> Result<Vec<SeenNotification>, DomainError> {
        Ok(Vec::new())
    }
}

/// Here no two products are alike.
#[async_trait]
impl SimilarReader for Memory {
    async fn similar_find(&self, _: &SimilarQuery) -> Result<Vec<Similar>, DomainError> {
        Ok(Vec::new())
    }

    fn similar_threshold(&self) -> f64 {
        0.5
    }
}

#[async_trait]
impl TransmissionReader for Memory {
    async fn transmission_list(&self, id: NotificationId) -> Result<Vec<Transmission>, DomainError> {
        Ok(self.state().transmissions.values().filter(|one| one.notification == id).cloned().collect())
    }

    async fn transmission_get(
        &self,
        id: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Option<Transmission>, DomainError> {
        Ok(self.state().transmissions.get(&(id, recipient.clone())).cloned())
    }

    fn may_read(&self, transmission: &Transmission) -> bool {
        transmission.is_granted()
    }

    async fn inbox_list(&self, _: &InboxQuery) -> Result<Vec<InboxItem>, DomainError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl FollowUpReader for Memory {
    async fn follow_up_get(
        &self,
        id: NotificationId,
        authority: &AuthorityId,
    ) -> Result<Option<FollowUp>, DomainError> {
        Ok(self.state().follow_ups.get(&(id, authority.clone())).cloned())
    }

    async fn follow_up_list(&self, _: &FollowUpQuery) -> Result<Vec<FollowUp>, DomainError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl ClockReader for Memory {
    async fn clock_list_of(
        &self,
        id: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<Clock>, DomainError> {
        let state = self.state();
        let of = |clock: &&Clock| clock.notification == id && clock.recipient == *recipient;
        Ok(state.clocks.values().filter(of).cloned().collect())
    }

    async fn clock_list(&self, _: &ClockQuery) -> Result<Vec<Clock>, DomainError> {
        Ok(Vec::new())
    }

    async fn clock_due(
        &self,
        now: Timestamp,
        _: u64,
    ) -> Result<Vec<(NotificationId, AuthorityId)>, DomainError> {
        let state = self.state();
        let due = |clock: &&Clock| clock.next_mark().is_some_and(|mark| mark <= now);
        Ok(state
            .clocks
            .values()
            .filter(due)
            .map(|clock| (clock.notification, clock.recipient.clone()))
            .collect())
    }
}

#[async_trait]
impl seamless_decision::RecordReader<RecordQuery> for Memory {
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.state().records.get(&(kind, name.to_owned())).map(|record| record.document.clone()))
    }

    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, Refusal> {
        let state = self.state();
        let mut found: Vec<&StoredRecord> = state
            .records
            .values()
            .filter(|record| {
                let place = &record.place;
                record.kind == kind
                    && (place.party.as_ref() == Some(&query.viewer)
                        || self.is_on_the_side(&query.viewer, &place.originator))
                    && query.notification.is_none_or(|id| id == place.notification)
                    && (query.party.is_none() || query.party == place.party)
                    && record.name.starts_with(&query.name_prefix)
                    && (query.page.states.is_empty() || query.page.states.contains(&place.state))
                    && query
                        .page
                        .after
                        .as_ref()
                        .is_none_or(|(order, name)| (place.order, &record.name) > (*order, name))
            })
            .collect();
        found.sort_by(|one, other| (one.place.order, &one.name).cmp(&(other.place.order, &other.name)));
        let limit = usize::try_from(query.page.limit).unwrap_or(usize::MAX);
        Ok(found.into_iter().take(limit).map(|record| record.document.clone()).collect())
    }
}

#[async_trait]
impl RecordReader for Memory {
    async fn record_documents_among(
        &self,
        kind: &'static str,
        notifications: &[NotificationId],
        party: &AuthorityId,
    ) -> Result<Vec<String>, DomainError> {
        let state = self.state();
        let found = state.records.values().filter(|record| {
            let of_party = record.place.party.as_ref().is_none_or(|one| one == party);
            record.kind == kind && of_party && notifications.contains(&record.place.notification)
        });
        Ok(found.map(|record| record.document.clone()).collect())
    }

    async fn record_count(
        &self,
        kind: &'static str,
        notification: NotificationId,
        party: Option<&AuthorityId>,
        state: i32,
    ) -> Result<u64, DomainError> {
        let counted = |record: &&StoredRecord| {
            let place = &record.place;
            record.kind == kind
                && place.notification == notification
                && place.party.as_ref() == party
                && place.state == state
        };
        Ok(self.state().records.values().filter(counted).count() as u64)
    }
}

/// Here nobody acknowledges a feed.
#[async_trait]
impl DeliveryBook for Memory {
    async fn enter_deliveries(&self, _: &AuthorityId) -> Result<i64, DomainError> {
        Ok(0)
    }
}

#[async_trait]
impl EvidenceReader for Memory {
    async fn evidence_list_of(
        &self,
        id: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<EvidenceEntry>, DomainError> {
        Ok(self.state().ledgers.get(&(id, recipient.clone())).cloned().unwrap_or_default())
    }
}
