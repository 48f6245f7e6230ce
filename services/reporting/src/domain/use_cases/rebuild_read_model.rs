//! Has what was read of a feed built anew, ends that, and enters how it ended.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules,
    error::Refusal,
    model::{ReadRebuild, ReadRebuildState, rebuild_name},
    ports::{FeedProgress, FeedStanding},
    records::{Record, RecordQuery, RecordReader, record},
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
        let owner = self.followed(caller, source)?;
        let FeedStanding { position, generation, is_restored } = self.feeds.feed_standing(owner).await?;
        let present: Option<ReadRebuild> = record(self.records, &rebuild_name(owner, source)).await?;
        let is_running = present.as_ref().is_some_and(|one| one.state == ReadRebuildState::Running);
        if is_running || is_restored {
            let running = ReadRebuildState::Running;
            return Err(DomainError::illegal(rebuild_name(owner, source), running, "rebuilding"));
        }
        let rebuild = ReadRebuild {
            id: Uuid::now_v7(),
            owner: owner.clone(),
            source: source.to_owned(),
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
    /// That no such feed is followed for the caller; that none runs.
    pub async fn cancel(
        &self,
        caller: &Caller,
        source: &str,
        now: Timestamp,
    ) -> Result<Decision<ReadRebuild>, DomainError> {
        let owner = self.followed(caller, source)?;
        let name = rebuild_name(owner, source);
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

    /// The caller's authority, if that feed is followed for it.
    fn followed<'c>(&self, caller: &'c Caller, source: &str) -> Result<&'c AuthorityId, DomainError> {
        if !self.feeds.sources().contains(&source) {
            let wanted = format!("wants one of {}; got {source:?}", self.feeds.sources().join(", "));
            return Err(Refusal::invalid("source", wanted).into());
        }
        match self.rules.followed.contains(&caller.authority) {
            true => Ok(&caller.authority),
            false => Err(DomainError::NotFollowed(caller.authority.clone())),
        }
    }
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
