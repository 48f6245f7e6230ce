//! What a plan came to, once its day is over.

use jiff::civil::Date;
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    model::{Plan, Selection},
    records::{Place, Record},
};

/// A plan whose day is over.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedPlan {
    pub plan: Plan,
    /// Who examines there.
    pub authority: AuthorityId,
    /// That of the day's last screening; 0 where nothing was screened.
    pub threshold: f64,
    pub chosen: Vec<ChosenCount>,
}

/// How many actual consignments a plan chose in one way, and how many of them have a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenCount {
    pub selection: Selection,
    pub selected: u64,
    pub examined: u64,
}

/// Up to which day an entry point's plans were told as over: each once, whatever number of replicas tells them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlansClosed {
    pub entry_point: Unlocode,
    pub authority: AuthorityId,
    pub until: Date,
    pub revision: i64,
}

impl PlansClosed {
    /// The name of the record of an entry point.
    #[must_use]
    pub fn name_of(entry_point: &Unlocode) -> String {
        format!("entryPoints/{entry_point}/plansClosed")
    }
}

impl Record for PlansClosed {
    const KIND: &'static str = "plans-closed";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(&self.entry_point)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.authority.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
