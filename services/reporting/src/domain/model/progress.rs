//! How far the generation of a report or a bulletin has come: told while it is generated, by whichever replica does it.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{ReportId, vocabulary::GenerationStage};
use crate::domain::records::{Place, Record};

/// The step that was begun last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Of which report or bulletin.
    pub id: ReportId,
    pub owner: AuthorityId,
    pub stage: GenerationStage,
    /// Which document is written, from 1 on; 0 in other stages.
    pub document: u32,
    /// Of how many.
    pub documents: u32,
    /// When it was begun.
    pub time: Timestamp,
    pub revision: i64,
}

/// The resource name of the progress of a report or a bulletin.
#[must_use]
pub fn progress_name(id: ReportId) -> String {
    format!("progress/{id}")
}

impl Record for Progress {
    const KIND: &'static str = "progress";
    type Place = Place;

    fn name(&self) -> String {
        progress_name(self.id)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.owner.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
