//! That what was read of a feed is built anew, because somebody asked for it.
//!
//! Invariant: of each authority and feed there is one record, that of the last time.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::vocabulary::ReadRebuildState;
use crate::domain::{
    records::{Place, Record},
    source::{Feed, Source},
};

/// How what was read of a feed is built anew, or was last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRebuild {
    /// Another one each time.
    pub id: Uuid,
    pub owner: AuthorityId,
    /// The service whose feed it is.
    pub source: Source,
    pub state: ReadRebuildState,
    /// How often what stands had been replaced when it was asked for.
    pub generation: i64,
    /// The position that had taken effect then.
    pub target: i64,
    pub begun: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// How far it came, once it has ended.
    pub position: i64,
    pub events: u64,
    /// How many facts differed from those that they took the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<u64>,
    pub revision: i64,
}

/// The name of the record of a feed.
#[must_use]
pub fn rebuild_name(feed: &Feed) -> String {
    format!("readRebuilds/{}.{}", feed.reader, feed.source.name())
}

impl ReadRebuild {
    /// The feed.
    #[must_use]
    pub fn feed(&self) -> Feed {
        Feed { source: self.source, reader: self.owner.clone() }
    }

    /// Under what it is kept how far it came.
    #[must_use]
    pub fn key(&self) -> String {
        format!("rebuild:{}:{}", self.feed().checkpoint(), self.id)
    }
}

impl Record for ReadRebuild {
    const KIND: &'static str = "read_rebuild";
    type Place = Place;

    fn name(&self) -> String {
        rebuild_name(&self.feed())
    }

    fn place(&self) -> Place {
        Place {
            state: self.state as i32,
            order: self.begun.as_microsecond(),
            ..Place::of_owner(self.owner.clone())
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
