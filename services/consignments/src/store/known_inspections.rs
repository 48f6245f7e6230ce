//! The pre-inspections in memory, kept up with what is committed: before each answer it reads what the event log tells
//! since the last one, so that it knows what any replica has written. Until it is filled, and where there are too many
//! to be held, the database is asked.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use tokio::sync::Mutex;

use super::{
    Store,
    entities::inspection::{Column, Entity},
    fault, inspections,
    matches::LOOKED_AT,
};
use crate::domain::{
    DomainError,
    inspection_index::{Filling, InspectionIndex},
    model::{Inspection, InspectionId, InspectionKey, KnownInspection, inspection_of},
    ports::{HeldInMemory, InspectionMatcher},
};

/// Pre-inspections, and events, read at a time.
const AT_ONCE: u64 = 500;
/// The events of pre-inspections, as the contract calls them: of screenings there are very many more.
const CHANGED: &str = "seamless.consignments.v1.InspectionChanged";

/// The pre-inspections in memory. Clones share them.
#[derive(Clone)]
pub struct KnownInspections {
    store: Store,
    /// More are not held, by [`InspectionIndex::size`].
    most: usize,
    /// Held while they are brought up to date.
    turn: Arc<Mutex<()>>,
    state: Arc<RwLock<State>>,
}

/// A pre-inspection as it stands; without content if its record is damaged.
type Read = (InspectionId, Option<Inspection>);

enum State {
    NotFilled,
    /// With the last event that was taken in.
    Filled(i64, Box<InspectionIndex>),
    TooMany,
}

impl KnownInspections {
    /// Not filled yet.
    #[must_use]
    pub fn new(store: Store, most: usize) -> Self {
        Self { store, most, turn: Arc::default(), state: Arc::new(RwLock::new(State::NotFilled)) }
    }

    /// Takes in what was committed since the last time; everything at the first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn catch_up(&self) -> Result<(), DomainError> {
        if self.position() == Some(self.head().await?) {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        let head = self.head().await?;
        match self.position() {
            Some(position) if position > head => {
                tracing::warn!("the event log is shorter than it was: pre-inspections are read anew");
                self.set(State::NotFilled);
                Ok(())
            }
            Some(position) => self.follow(position, head).await,
            None if self.is_overfull() => Ok(()),
            None => self.fill(head).await,
        }
    }

    async fn head(&self) -> Result<i64, DomainError> {
        seamless_feed::log::head(self.store.database.read()).await.map_err(fault)
    }

    /// How many are held; none before they are, and where there are too many.
    #[must_use]
    pub fn held(&self) -> Option<usize> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Filled(_, index) => Some(index.count()),
            _ => None,
        }
    }

    fn position(&self) -> Option<i64> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Filled(position, _) => Some(*position),
            _ => None,
        }
    }

    fn is_overfull(&self) -> bool {
        matches!(*self.state.read().unwrap_or_else(PoisonError::into_inner), State::TooMany)
    }

    /// What is replaced may be large: others do not wait until it is gone.
    fn set(&self, state: State) {
        let mut place = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let former = std::mem::replace(&mut *place, state);
        drop(place);
        tokio::task::spawn_blocking(move || drop(former));
    }

    /// What is changed meanwhile has a later event, and is read again before the first answer from here.
    async fn fill(&self, head: i64) -> Result<(), DomainError> {
        let count = Entity::find().count(self.store.database.read()).await.map_err(fault)?;
        if count > self.most as u64 {
            self.give_up();
            return Ok(());
        }
        let mut filling = Filling::default();
        let mut after = InspectionId::nil();
        loop {
            let page = Entity::find().filter(Column::Id.gt(after)).limit(AT_ONCE);
            let read = self.read(page).await?;
            let Some((last, _)) = read.last() else { break };
            after = *last;
            read.iter().filter_map(|(_, inspection)| inspection.as_ref()).for_each(|one| filling.add(one));
            if filling.size() > self.most {
                self.give_up();
                return Ok(());
            }
        }
        let ordered = tokio::task::spawn_blocking(move || filling.finish()).await;
        let mut index = ordered.map_err(|error| DomainError::Fault(error.to_string()))?;
        let mut position = head;
        loop {
            let head = self.head().await?;
            if position >= head {
                break;
            }
            while position < head {
                let (reached, read) = self.changes(position, head).await?;
                take_in(&mut index, &read);
                position = reached;
            }
        }
        tracing::info!(inspections = index.count(), "pre-inspections are held in memory");
        self.set(State::Filled(position, Box::new(index)));
        Ok(())
    }

    async fn follow(&self, mut after: i64, head: i64) -> Result<(), DomainError> {
        let mut size = 0;
        while after < head {
            let (reached, read) = self.changes(after, head).await?;
            after = reached;
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            let State::Filled(position, index) = &mut *state else { return Ok(()) };
            take_in(index, &read);
            *position = reached;
            size = index.size();
        }
        if size > self.most {
            self.give_up();
        }
        Ok(())
    }

    /// The pre-inspections that the next of their events after a position are about, as they are now, and the last of these events.
    async fn changes(&self, after: i64, head: i64) -> Result<(i64, Vec<Read>), DomainError> {
        let database = self.store.database.read();
        let events = seamless_feed::log::subjects_of(database, CHANGED, after, head, AT_ONCE);
        let events = events.await.map_err(fault)?;
        let reached = events.last().map_or(head, |(position, _)| *position);
        let changed: BTreeSet<InspectionId> =
            events.iter().filter_map(|(_, subject)| inspection_of(subject)).collect();
        let read = match changed.is_empty() {
            true => Vec::new(),
            false => self.read(Entity::find().filter(Column::Id.is_in(changed))).await?,
        };
        Ok((reached, read))
    }

    /// One damaged record must not stop the screening of all goods: it is told of, and has no content here.
    async fn read(&self, which: Select<Entity>) -> Result<Vec<Read>, DomainError> {
        let rows: Vec<(InspectionId, String)> = which
            .select_only()
            .columns([Column::Id, Column::Document])
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self.store.database.read())
            .await
            .map_err(fault)?;
        let read = rows.into_iter().map(|(id, document)| {
            let inspection = inspections::parse(&document);
            let told = inspection.inspect_err(
                |error| tracing::error!(inspection = %id, %error, "a damaged pre-inspection does not count"),
            );
            (id, told.ok())
        });
        Ok(read.collect())
    }

    fn give_up(&self) {
        tracing::warn!(most = self.most, "there are too many pre-inspections to be held in memory");
        self.set(State::TooMany);
    }

    fn find(&self, keys: &[&InspectionKey]) -> Option<HashMap<String, Vec<Arc<KnownInspection>>>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let State::Filled(_, index) = &*state else { return None };
        let mut found = HashMap::new();
        for key in keys.iter().map(|key| key.as_str()) {
            let mut behind = index.find(key, LOOKED_AT).peekable();
            if behind.peek().is_some() && !found.contains_key(key) {
                found.insert(key.to_owned(), behind.cloned().collect());
            }
        }
        Some(found)
    }
}

fn take_in(index: &mut InspectionIndex, read: &[Read]) {
    for (id, inspection) in read {
        match inspection {
            Some(inspection) => index.put(inspection),
            None => index.remove(*id),
        }
    }
}

#[async_trait]
impl HeldInMemory for KnownInspections {
    async fn bring_up_to_date(&self) -> Result<(), DomainError> {
        self.catch_up().await
    }
}

#[async_trait]
impl InspectionMatcher for KnownInspections {
    async fn inspection_by_key(
        &self,
        keys: &[&InspectionKey],
    ) -> Result<HashMap<String, Vec<Arc<KnownInspection>>>, DomainError> {
        if self.held().is_some() {
            self.catch_up().await?;
        }
        match self.find(keys) {
            Some(found) => Ok(found),
            None => self.store.inspection_by_key(keys).await,
        }
    }
}
