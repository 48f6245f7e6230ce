//! What it decides: an authority's opinion of a product, and that somebody has looked at it.

use jiff::Timestamp;
use seamless_decision::{
    Decision, Place, Record, RecordPage, RecordQuery, RecordReader, Refusal, StoredRecord, Told, Write,
    record, records, require_revision, stored,
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

impl Record for Opinion {
    const KIND: &'static str = "opinion";
    type Place = Place;

    fn name(&self) -> String {
        format!("{}/assessments/{}", notification_name(self.notification), self.author)
    }

    fn place(&self) -> Place {
        let (owner, group) = (self.author.clone(), notification_name(self.notification));
        let (party, arrangement, order) = (None, None, self.time.as_microsecond());
        Place { owner, party, arrangement, group, state: self.is_reviewed.into(), order }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// What is written in one transaction, and told.
#[derive(Debug, Default)]
pub struct ChangeSet {
    pub records: Vec<Write<StoredRecord<Place>>>,
    pub told: Vec<Told<Opinion>>,
}

pub fn notification_name(id: Uuid) -> String {
    format!("notifications/{id}")
}

/// An opinion, and what makes it true.
type Decided = Result<Decision<Opinion, ChangeSet>, Refusal>;

/// Gives an opinion, or another one in its place, and marks it as reviewed.
pub struct Opinions<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// Who is told.
    pub readers: &'a [AuthorityId],
}

impl Opinions<'_> {
    /// An opinion of its author; `revision` is the one that it means to replace, if it says one.
    pub async fn give(&self, given: Opinion, revision: Option<i64>, now: Timestamp) -> Decided {
        let before: Option<Opinion> = record(self.records, &given.name()).await?;
        let present = before.as_ref().map_or(0, |before| before.revision);
        require_revision(revision, present, || given.name())?;
        let time = before.as_ref().map_or(now, |before| before.time);
        let opinion = Opinion { time, revision: present + 1, ..given };
        self.changed(opinion, now)
    }

    /// Those that nobody has reviewed.
    pub async fn unreviewed(&self, limit: u64) -> Result<Vec<Opinion>, Refusal> {
        let page = RecordPage { states: vec![0], limit, ..RecordPage::default() };
        records(self.records, &RecordQuery { owners: self.readers.to_vec(), page, ..RecordQuery::default() })
            .await
    }

    /// Reviews one.
    pub fn review(&self, one: Opinion, now: Timestamp) -> Decided {
        self.changed(Opinion { is_reviewed: true, revision: one.revision + 1, ..one }, now)
    }

    fn changed(&self, opinion: Opinion, now: Timestamp) -> Decided {
        let records = vec![stored(&opinion, opinion.revision == 1)?];
        let readers = self.readers.to_vec();
        let told = vec![Told { kind: opinion.clone(), time: now, arrangement: None, readers }];
        Ok(Decision { outcome: opinion, changes: ChangeSet { records, told } })
    }
}
