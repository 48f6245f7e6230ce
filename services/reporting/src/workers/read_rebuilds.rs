//! Builds what was read of feeds anew where somebody asked for it, beside what stands.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::DatabaseTransaction;
use seamless_calendar::Clock;
use seamless_feed::{Effect, Follower, beside::Beside};
use seamless_program::every;
use seamless_proto::seamless::feed::v1::Event;
use seamless_service::client::ClientChannel;
use seamless_storage::StorageError;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{feed_followers::Facts, lapsed_rights::Rights};
use crate::{
    commit::Decisions,
    contract::FeedReader,
    domain::{
        DomainError, Reached, Rules,
        error::Refusal,
        model::{ReadRebuild, ReadRebuildState},
        records::{RecordPage, RecordQuery, all_records},
        source::Feed,
        use_cases::FinishRebuild,
    },
    store::{
        Store,
        rebuild::{RunningRebuild, changed_facts},
    },
};

/// The worker.
pub struct ReadRebuilds {
    pub decisions: Decisions,
    pub store: Store,
    pub rules: Rules,
    /// The feeds: by whose credentials each is read.
    pub feeds: Vec<(Feed, ClientChannel)>,
    /// The largest message that is taken.
    pub most_bytes: usize,
    pub clock: Arc<dyn Clock>,
    /// Between one look and the next.
    pub interval: Duration,
}

impl ReadRebuilds {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let (this, underway) = (Arc::new(self), Underway::default());
        every(this.interval, &token, "what was read is not built anew", || this.look(&underway, &token))
            .await;
        underway.tasks.close();
        underway.tasks.wait().await;
    }

    async fn look(
        self: &Arc<Self>,
        underway: &Underway,
        token: &CancellationToken,
    ) -> Result<(), DomainError> {
        if self.feeds.is_empty() {
            return Ok(());
        }
        let page = RecordPage { states: vec![ReadRebuildState::Running as i32], ..RecordPage::default() };
        let query = RecordQuery { owners: self.rules.owners(), page, ..RecordQuery::default() };
        let running: Vec<ReadRebuild> = all_records(&self.store, query).await?;
        // Each by itself: one feed that cannot be read keeps no other waiting.
        for rebuild in running.iter().filter(|rebuild| underway.begin(rebuild.id)) {
            let (this, ids, token) = (Arc::clone(self), Arc::clone(&underway.ids), token.clone());
            let rebuild = rebuild.clone();
            underway.tasks.spawn(async move {
                if let Err(error) = this.rebuild(&rebuild, &token).await {
                    let (owner, source) = (&rebuild.owner, rebuild.source.name());
                    tracing::warn!(%error, %owner, source, "a feed is not built anew yet; tried again at the next look");
                }
                ids.lock().unwrap_or_else(PoisonError::into_inner).remove(&rebuild.id);
            });
        }
        self.store.clear_left_rebuilds(&running).await
    }

    async fn rebuild(&self, rebuild: &ReadRebuild, token: &CancellationToken) -> Result<(), DomainError> {
        let feed = rebuild.feed();
        let Some((_, channel)) = self.feeds.iter().find(|(followed, _)| *followed == feed) else {
            return Ok(());
        };
        let (key, database) = (rebuild.key(), self.store.database().clone());
        let follower = Follower::new(feed.checkpoint(), channel.clone(), database);
        let follower = follower.max_message_bytes(self.most_bytes);
        let own = self.rules.cooperation.seen_owners(&feed.reader).into();
        let reader = FeedReader { feed: feed.clone(), own };
        let rights = Rights { rules: self.rules.clone(), clock: self.clock.clone() };
        let facts = Facts { reader, rights, reached: Reached::default() };
        let effect = Arc::new(Compared { facts, changed: AtomicU64::new(0) });
        let wanted = Arc::new(RunningRebuild(rebuild.clone()));
        let built = follower.rebuild_beside(&effect, &wanted, &key, rebuild.generation, token).await;
        let built = built.map_err(|error| Refusal::Unavailable(error.to_string()))?;
        let changed = effect.changed.load(Ordering::Relaxed);
        let (state, changed) = match built {
            Beside::Left | Beside::Unwanted => return Ok(()),
            Beside::Replaced => (ReadRebuildState::Done, Some(changed)),
            // Put in place by a process that ended before it could say so, or by another replica.
            Beside::Superseded if self.store.is_rebuild_kept(rebuild).await? => {
                (ReadRebuildState::Done, None)
            }
            Beside::Superseded => (ReadRebuildState::Superseded, None),
        };
        let input = self.store.input(&feed).await?;
        let reached = match state {
            ReadRebuildState::Done => input.map_or((0, 0), |input| (input.position, input.events)),
            _ => (0, 0),
        };
        tracing::info!(owner = %rebuild.owner, ?state, changed, events = reached.1, "what was read was built anew");
        let finish = FinishRebuild { records: &self.store };
        let changes = finish.execute(rebuild, state, reached, changed, self.clock.now()).await?;
        self.decisions.settle(changes).await?;
        self.store.forget_rebuild(rebuild).await
    }
}

/// What is being built in this process.
#[derive(Default)]
struct Underway {
    tasks: TaskTracker,
    ids: Arc<Mutex<HashSet<Uuid>>>,
}

impl Underway {
    /// True once, until the task of this one has ended.
    fn begin(&self, id: Uuid) -> bool {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }
}

/// Facts that are compared with those whose place they take.
struct Compared {
    facts: Facts,
    changed: AtomicU64,
}

#[async_trait::async_trait]
impl Effect for Compared {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        self.facts.apply(tx, events).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        self.facts.begin_anew(tx).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        self.facts.apply_anew(tx, events).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        // What was lost is no difference.
        self.facts.forget_lapsed(tx).await?;
        self.changed.store(changed_facts(tx, &self.facts.reader.feed).await?, Ordering::Relaxed);
        self.facts.replace(tx).await
    }
}
