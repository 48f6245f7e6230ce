//! Has what was read of a feed built anew, ends that, and enters how it ended.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    model::{ReadRebuild, ReadRebuildState, rebuild_name},
    ports::{FeedProgress, FeedStanding},
    records::{Record, RecordQuery, RecordReader, record},
    source::{Feed, Source},
};

/// Has what was read of a feed built anew.
pub struct RebuildReadModel<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub feeds: &'a dyn FeedProgress,
}

impl RebuildReadModel<'_> {
    /// Begins it, of the caller's authority.
    ///
    /// # Errors
    /// That no such feed is followed for the caller; that it is built anew already.
    pub async fn begin(
        &self,
        caller: &Caller,
        source: &str,
        now: Timestamp,
    ) -> Result<Decision<ReadRebuild>, DomainError> {
        let feed = self.followed(caller, source)?;
        let FeedStanding { position, generation, is_restored } = self.feeds.feed_standing(&feed).await?;
        let present: Option<ReadRebuild> = record(self.records, &rebuild_name(&feed)).await?;
        let is_running = present.as_ref().is_some_and(|one| one.state == ReadRebuildState::Running);
        if is_running || is_restored {
            let running = ReadRebuildState::Running;
            return Err(DomainError::illegal(rebuild_name(&feed), running, "rebuilding"));
        }
        let rebuild = ReadRebuild {
            id: Uuid::now_v7(),
            owner: feed.reader,
            source: feed.source,
            state: ReadRebuildState::Running,
            generation,
            target: position,
            begun: now,
            ended: None,
            position: 0,
            events: 0,
            changed: None,
            revision: present.map_or(0, |present| present.revision) + 1,
        };
        decided(rebuild)
    }

    /// Ends the one that runs.
    ///
    /// # Errors
    /// That there is no such source; that none runs.
    pub async fn cancel(
        &self,
        caller: &Caller,
        source: &str,
        now: Timestamp,
    ) -> Result<Decision<ReadRebuild>, DomainError> {
        let name = rebuild_name(&of_caller(caller, source)?);
        let present: Option<ReadRebuild> = record(self.records, &name).await?;
        let Some(present) = present else {
            let remedy = "ask for one with RebuildReadModel".to_owned();
            return Err(
                Refusal::WantsFirst { resource: name, state: None, verb: "cancelling", remedy }.into()
            );
        };
        if present.state != ReadRebuildState::Running {
            return Err(DomainError::illegal(name, present.state, "cancelling"));
        }
        decided(ended(present, ReadRebuildState::Cancelled, now))
    }

    /// The feed of the caller's authority, if it is followed.
    fn followed(&self, caller: &Caller, source: &str) -> Result<Feed, DomainError> {
        let feed = of_caller(caller, source)?;
        match self.rules.follows(&feed) {
            true => Ok(feed),
            false => Err(DomainError::NotFollowed(feed)),
        }
    }
}

/// The feed that a service shows to the caller's authority.
fn of_caller(caller: &Caller, source: &str) -> Result<Feed, DomainError> {
    let Some(known) = Source::of_name(source) else {
        let wanted = format!("wants one of {}; got {source:?}", Source::ALL.map(Source::name).join(", "));
        return Err(Refusal::invalid("source", wanted).into());
    };
    Ok(Feed { source: known, reader: caller.authority.clone() })
}

/// Enters how a rebuild ended.
pub struct FinishRebuild<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl FinishRebuild<'_> {
    /// Enters it; nothing where it does not run any more. `changed` are the facts that differed, where that is known.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        rebuild: &ReadRebuild,
        state: ReadRebuildState,
        (position, events): (i64, u64),
        changed: Option<u64>,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let present: Option<ReadRebuild> = record(self.records, &rebuild.name()).await?;
        let is_it = |one: &ReadRebuild| one.id == rebuild.id && one.state == ReadRebuildState::Running;
        if let Some(present) = present.filter(is_it) {
            changes.put_record(&ReadRebuild { position, events, changed, ..ended(present, state, now) })?;
        }
        Ok(changes)
    }
}

fn ended(rebuild: ReadRebuild, state: ReadRebuildState, now: Timestamp) -> ReadRebuild {
    ReadRebuild { state, ended: Some(now), revision: rebuild.revision + 1, ..rebuild }
}

fn decided(rebuild: ReadRebuild) -> Result<Decision<ReadRebuild>, DomainError> {
    let mut changes = ChangeSet::default();
    changes.put_record(&rebuild)?;
    Ok(Decision { outcome: rebuild, changes })
}
