//! An index of products in memory, kept up with what is committed: before each answer it reads what the event log
//! tells since the last one. Each replica has its own; it is filled when the service starts.
//!
//! Invariant: an entry is made only of what its viewers are shown, and serves only them; viewers who are shown the same
//! share it. Withdrawn notifications have none.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use seamless_identity::AuthorityId;
use seamless_matching::{Index, Model, Product};
use tokio::sync::Mutex;

use super::{
    Store,
    entities::{notification, sight},
    fault, rows,
};
use crate::domain::{
    DomainError, Refusal, Rules,
    model::{EventStatus, Notification, NotificationId, NotificationState},
    relation::Relation,
    similar::{Similar, SimilarQuery, SimilarReader, product_of},
};

/// Notifications read at a time.
const NOTIFICATIONS_AT_ONCE: u64 = 200;
/// Events read at a time.
const EVENTS_AT_ONCE: u64 = 1_000;

/// One of the forms in which viewers are shown a notification.
type Key = (NotificationId, u16);

/// The index.
#[derive(Clone)]
pub struct SimilarIndex {
    store: Store,
    rules: Rules,
    threshold: f64,
    /// Held while the index is brought up to date.
    turn: Arc<Mutex<()>>,
    state: Arc<RwLock<State>>,
}

struct State {
    /// The last event that was taken in; none before the first filling.
    position: Option<i64>,
    products: Index<Key>,
    entries: HashMap<NotificationId, Entry>,
}

/// Who is shown which form.
struct Entry {
    status: EventStatus,
    viewers: Vec<Vec<AuthorityId>>,
}

/// A notification as it is read: its forms, or none if it has left.
struct Read {
    id: NotificationId,
    status: EventStatus,
    forms: Vec<(Product, Vec<AuthorityId>)>,
}

impl SimilarIndex {
    /// An empty index.
    ///
    /// # Errors
    /// If the weights of the comparison are damaged.
    pub fn new(store: Store, rules: Rules) -> Result<Self, DomainError> {
        let model =
            Model::embedded().map_err(|error| DomainError::Refused(Refusal::Fault(error.to_string())))?;
        let threshold = model.threshold();
        let state = State { position: None, products: Index::new(model), entries: HashMap::new() };
        let (turn, state) = (Arc::default(), Arc::new(RwLock::new(state)));
        Ok(Self { store, rules, threshold, turn, state })
    }

    /// Takes in what was committed since the last time; everything at the first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn catch_up(&self) -> Result<(), DomainError> {
        let _turn = self.turn.lock().await;
        let database = self.store.database.read();
        let head = seamless_feed::log::head(database).await.map_err(fault)?;
        let position = self.state.read().unwrap_or_else(PoisonError::into_inner).position;
        match position {
            None => self.fill().await?,
            Some(position) if position < head => self.follow(position, head).await?,
            Some(_) => return Ok(()),
        }
        self.state.write().unwrap_or_else(PoisonError::into_inner).position = Some(head);
        Ok(())
    }

    async fn fill(&self) -> Result<(), DomainError> {
        let mut after = NotificationId::nil();
        loop {
            let ids: Vec<NotificationId> = notification::Entity::find()
                .select_only()
                .column(notification::Column::Id)
                .filter(notification::Column::Id.gt(after))
                .order_by_asc(notification::Column::Id)
                .limit(NOTIFICATIONS_AT_ONCE)
                .into_tuple()
                .all(self.store.database.read())
                .await
                .map_err(fault)?;
            let Some(last) = ids.last() else { return Ok(()) };
            after = *last;
            self.take_in(&ids).await?;
        }
    }

    async fn follow(&self, mut after: i64, head: i64) -> Result<(), DomainError> {
        while after < head {
            let database = self.store.database.read();
            let events = seamless_feed::log::subjects(database, after, head, EVENTS_AT_ONCE);
            let events = events.await.map_err(fault)?;
            after = events.last().map_or(head, |(position, _)| *position);
            let changed: BTreeSet<NotificationId> =
                events.iter().filter_map(|(_, subject)| concerned(subject)).collect();
            let changed: Vec<NotificationId> = changed.into_iter().collect();
            for ids in changed.chunks(NOTIFICATIONS_AT_ONCE as usize) {
                self.take_in(ids).await?;
            }
        }
        Ok(())
    }

    async fn take_in(&self, ids: &[NotificationId]) -> Result<(), DomainError> {
        // One statement, so that the content and its viewers are of one moment.
        let rows = sight::Entity::find()
            .find_also_related(notification::Entity)
            .filter(sight::Column::Notification.is_in(ids.iter().copied()))
            .order_by_asc(sight::Column::Notification)
            .all(self.store.database.read())
            .await
            .map_err(fault)?;
        let mut read: Vec<Read> = Vec::with_capacity(ids.len());
        let mut present: Option<Notification> = None;
        for (sight, row) in rows {
            let notification = sight.notification;
            if read.last().is_none_or(|read| read.id != notification) {
                // What is damaged leaves the index, and keeps nothing else out of it.
                present = match rows::notification_in(row) {
                    Ok(present) => Some(present),
                    Err(error) => {
                        tracing::error!(%notification, %error, "a notification is not compared");
                        None
                    }
                };
                let status = present.as_ref().map_or(EventStatus::Actual, |present| present.status);
                read.push(Read { id: notification, status, forms: Vec::new() });
            }
            let (Some(present), Some(read)) = (&present, read.last_mut()) else { continue };
            if present.state == NotificationState::Withdrawn {
                continue;
            }
            let (viewer, arrangement) = match rows::viewer_of(&sight) {
                Ok(viewer) => viewer,
                Err(error) => {
                    tracing::error!(%notification, %error, "a notification is not compared for one of its viewers");
                    continue;
                }
            };
            let side = Relation::of_side(&self.rules.cooperation, &present.originator, &viewer);
            if let Some(relation) = side.or_else(|| arrangement.map(Relation::Recipient)) {
                let product = product_of(&self.rules, &present.content, &relation);
                match read.forms.iter_mut().find(|(known, _)| *known == product) {
                    Some((_, viewers)) => viewers.push(viewer),
                    None => read.forms.push((product, vec![viewer])),
                }
            }
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        read.into_iter().for_each(|read| state.put(read));
        Ok(())
    }
}

impl State {
    fn put(&mut self, read: Read) {
        let Read { id, status, forms } = read;
        for form in 0..self.entries.remove(&id).map_or(0, |entry| entry.viewers.len()) {
            self.products.remove(&key(id, form));
        }
        if forms.is_empty() {
            return;
        }
        let mut viewers = Vec::with_capacity(forms.len());
        for (form, (product, of)) in forms.into_iter().enumerate() {
            self.products.insert(key(id, form), &product);
            viewers.push(of);
        }
        self.entries.insert(id, Entry { status, viewers });
    }

    fn admits(&self, query: &SimilarQuery, (id, form): &Key) -> bool {
        query.except != Some(*id)
            && self.entries.get(id).is_some_and(|entry| {
                let viewers = entry.viewers.get(usize::from(*form));
                entry.status == query.status && viewers.is_some_and(|viewers| viewers.contains(&query.viewer))
            })
    }
}

/// A notification has at most as many forms as viewers, which are some dozens.
fn key(id: NotificationId, form: usize) -> Key {
    (id, u16::try_from(form).unwrap_or(u16::MAX))
}

#[async_trait]
impl SimilarReader for SimilarIndex {
    async fn similar_find(&self, query: &SimilarQuery) -> Result<Vec<Similar>, DomainError> {
        self.catch_up().await?;
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let found = state
            .products
            .find(&query.product, query.limit, query.min_probability, |key| state.admits(query, key));
        let similar =
            |hit: seamless_matching::Hit<Key>| Similar { notification: hit.key.0, likeness: hit.likeness };
        Ok(found.into_iter().map(similar).collect())
    }

    fn similar_threshold(&self) -> f64 {
        self.threshold
    }
}

/// The notification that an event's subject lies below, or that a removal (`removals/{notification}-…`) is about.
fn concerned(subject: &str) -> Option<NotificationId> {
    const UUID_LENGTH: usize = 36;
    subject.split('/').nth(1)?.get(..UUID_LENGTH)?.parse().ok()
}
