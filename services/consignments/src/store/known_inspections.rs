//! The pre-inspections in memory, kept up with what is committed: before each answer it reads what the event log tells
//! since the last one, so that it knows what any replica has written. Until it is filled, and where there are too many
//! to be held, the database is asked.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
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
    model::{Inspection, InspectionId, InspectionKey, KnownInspection},
    ports::InspectionMatcher,
};

/// Pre-inspections read at a time.
const AT_ONCE: usize = 500;
/// Events read at a time.
const EVENTS_AT_ONCE: u64 = 1_000;

/// The pre-inspections in memory. Clones share them.
#[derive(Clone)]
pub struct KnownInspections {
    store: Store,
    /// More are not held.
    most: usize,
    /// Held while they are brought up to date.
    turn: Arc<Mutex<()>>,
    state: Arc<RwLock<State>>,
}

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
        let head = seamless_feed::log::head(self.store.database.read()).await.map_err(fault)?;
        if self.position().is_some_and(|position| position >= head) {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        match self.position() {
            Some(position) => self.follow(position, head).await,
            None if self.is_overfull() => Ok(()),
            None => self.fill(head).await,
        }
    }

    /// How many are held; none before they are, and where there are too many.
    #[must_use]
    pub fn held(&self) -> Option<usize> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Filled(_, index) => Some(index.len()),
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

    fn set(&self, state: State) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// What is changed meanwhile has a later event, and is read again.
    async fn fill(&self, head: i64) -> Result<(), DomainError> {
        let mut filling = Filling::default();
        let mut after = InspectionId::nil();
        loop {
            let page = Entity::find().filter(Column::Id.gt(after)).limit(AT_ONCE as u64);
            let read = self.read(page).await?;
            let Some((last, _)) = read.last() else { break };
            after = *last;
            read.iter().filter_map(|(_, inspection)| inspection.as_ref()).for_each(|one| filling.add(one));
            if filling.len() > self.most {
                self.give_up();
                return Ok(());
            }
        }
        tracing::info!(inspections = filling.len(), "pre-inspections are held in memory");
        self.set(State::Filled(head, Box::new(filling.finish())));
        Ok(())
    }

    async fn follow(&self, mut after: i64, head: i64) -> Result<(), DomainError> {
        while after < head {
            let database = self.store.database.read();
            let events = seamless_feed::log::subjects(database, after, head, EVENTS_AT_ONCE);
            let events = events.await.map_err(fault)?;
            after = events.last().map_or(head, |(position, _)| *position);
            let changed: BTreeSet<InspectionId> =
                events.iter().filter_map(|(_, subject)| inspection_of(subject)).collect();
            let changed: Vec<InspectionId> = changed.into_iter().collect();
            for ids in changed.chunks(AT_ONCE) {
                self.take_in(ids).await?;
            }
            if let State::Filled(position, _) =
                &mut *self.state.write().unwrap_or_else(PoisonError::into_inner)
            {
                *position = after;
            }
        }
        if self.held().is_some_and(|held| held > self.most) {
            self.give_up();
        }
        Ok(())
    }

    async fn take_in(&self, ids: &[InspectionId]) -> Result<(), DomainError> {
        let read = self.read(Entity::find().filter(Column::Id.is_in(ids.iter().copied()))).await?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let State::Filled(_, index) = &mut *state else { return Ok(()) };
        for (id, inspection) in &read {
            match inspection {
                Some(inspection) => index.put(inspection),
                None => index.remove(*id),
            }
        }
        Ok(())
    }

    /// One damaged record must not stop the screening of all goods: it is told of, and has no content here.
    async fn read(
        &self,
        which: Select<Entity>,
    ) -> Result<Vec<(InspectionId, Option<Inspection>)>, DomainError> {
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
        for key in keys {
            let mut behind = index.find(key.as_str(), LOOKED_AT).cloned().peekable();
            if behind.peek().is_some() {
                found.insert(key.as_str().to_owned(), behind.collect());
            }
        }
        Some(found)
    }
}

/// The pre-inspection that an event is about.
fn inspection_of(subject: &str) -> Option<InspectionId> {
    subject.strip_prefix("inspections/")?.parse().ok()
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
