//! What it decides: an authority's opinion of a product, and that somebody has looked at it.

use jiff::Timestamp;
use seamless_decision::{
    Decision, Placed, Record, RecordPage, RecordReader, Refusal, StoredRecord, Write, record, records, stored,
};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An authority's opinion of the risk of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    pub notification: Uuid,
    pub author: AuthorityId,
    /// The contract's number.
    pub level: i32,
    /// What may happen: for the author alone.
    pub scenario: String,
    pub is_reviewed: bool,
    pub time: Timestamp,
    pub revision: i64,
}

/// Where an opinion belongs.
#[derive(Clone, Debug)]
pub struct Place {
    pub notification: Uuid,
    pub state: i32,
    pub order: i64,
}

impl Placed for Place {
    fn order(&self) -> i64 {
        self.order
    }
}

impl Record for Opinion {
    const KIND: &'static str = "opinion";
    type Place = Place;

    fn name(&self) -> String {
        format!("notifications/{}/assessments/{}", self.notification, self.author)
    }

    fn place(&self) -> Place {
        let order = self.time.as_microsecond();
        Place { notification: self.notification, state: self.is_reviewed.into(), order }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// Which opinions.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub notification: Option<Uuid>,
    pub page: RecordPage,
}

/// What is written in one transaction, and told.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub records: Vec<Write<StoredRecord<Place>>>,
    /// What is told, when, and to whom.
    pub told: Vec<(Opinion, Timestamp, Vec<AuthorityId>)>,
}

/// Gives an opinion, or another one in its place, and marks it as reviewed.
pub struct Opinions<'a> {
    pub records: &'a dyn RecordReader<Query>,
    /// Who is told.
    pub readers: &'a [AuthorityId],
}

impl Opinions<'_> {
    /// An opinion of its author; `revision` is the one that it means to replace, if it says one.
    pub async fn give(
        &self,
        given: Opinion,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Opinion, ChangeSet>, Refusal> {
        let before: Option<Opinion> = record(self.records, &given.name()).await?;
        let present = before.as_ref().map_or(0, |before| before.revision);
        if revision.is_some_and(|meant| meant != present) {
            return Err(Refusal::EtagMismatch { resource: given.name() });
        }
        let time = before.as_ref().map_or(now, |before| before.time);
        let opinion = Opinion { time, revision: present + 1, ..given };
        self.changed(opinion, now)
    }

    /// Those that nobody has reviewed.
    pub async fn unreviewed(&self, limit: u64) -> Result<Vec<Opinion>, Refusal> {
        let page = RecordPage { states: vec![0], limit, ..RecordPage::default() };
        records(self.records, &Query { notification: None, page }).await
    }

    /// Reviews one.
    pub fn review(&self, one: Opinion, now: Timestamp) -> Result<Decision<Opinion, ChangeSet>, Refusal> {
        self.changed(Opinion { is_reviewed: true, revision: one.revision + 1, ..one }, now)
    }

    fn changed(&self, opinion: Opinion, now: Timestamp) -> Result<Decision<Opinion, ChangeSet>, Refusal> {
        let records = vec![stored(&opinion, opinion.revision == 1)?];
        let told = vec![(opinion.clone(), now, self.readers.to_vec())];
        Ok(Decision { outcome: opinion, changes: ChangeSet { records, told } })
    }
}
