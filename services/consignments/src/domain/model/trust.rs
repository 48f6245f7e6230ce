//! How far the results of an inspection body can be trusted, in one product area, for one examining side.

use jiff::Timestamp;
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    InspectionBodyId, Probability, ProductAreaId,
    vocabulary::{SwitchingState, Verdict},
};
use crate::domain::records::{Place, Record};

/// A reliability, with all that it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    /// The contact point of the side that examined.
    pub side: AuthorityId,
    pub body: InspectionBodyId,
    /// The body's own authority.
    pub body_authority: AuthorityId,
    pub area: ProductAreaId,
    /// None over all entry points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<Unlocode>,
    pub verdict: Verdict,
    /// The share of unsafe goods among those that the body passed.
    pub false_pass: Probability,
    pub passed: Tally,
    /// The share of unsafe goods among those that nobody checked.
    pub unchecked: Probability,
    pub not_checked: Tally,
    pub reliable_probability: f64,
    pub useful_probability: f64,
    /// None where there is a verdict, or where no number that can be foreseen would bring one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_examinations: Option<u32>,
    pub switching: SwitchingState,
    /// In words.
    pub rule: String,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// Examinations, and how many of them found the goods unsafe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub examined: u32,
    pub found_unsafe: u32,
}

/// `inspectionBodies/{body}/trust/{side}.{area}`, or `….{entry point}`.
#[must_use]
pub fn trust_name(
    side: &AuthorityId,
    body: &InspectionBodyId,
    area: &ProductAreaId,
    entry_point: Option<&Unlocode>,
) -> String {
    let place = entry_point.map(|entry_point| format!(".{entry_point}")).unwrap_or_default();
    format!("inspectionBodies/{body}/trust/{side}.{area}{place}")
}

impl Trust {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        trust_name(&self.side, &self.body, &self.area, self.entry_point.as_ref())
    }

    /// True if both say the same of the body: all that is published but the time.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { update_time, revision, .. } = *self;
        *self == Self { update_time, revision, ..other.clone() }
    }
}

impl Record for Trust {
    const KIND: &'static str = "trust";
    type Place = Place;

    fn name(&self) -> String {
        Trust::name(self)
    }

    /// Listed by name; its party sees it by itself.
    fn place(&self) -> Place {
        Place {
            owner: self.side.clone(),
            party: Some(self.body_authority.clone()),
            arrangement: None,
            group: self.body.to_string(),
            state: self.verdict as i32,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

/// What a reliability said first, or said otherwise than before. Kept are the first verdict and its changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrustChange {
    /// As it was after the change.
    pub trust: Trust,
    /// None for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Verdict>,
    /// `controls/{control}`: whose outcome brought it.
    pub control: String,
    pub time: Timestamp,
}

impl Record for TrustChange {
    const KIND: &'static str = "trust-change";
    type Place = Place;

    fn name(&self) -> String {
        format!("{}/changes/{}", self.trust.name(), self.trust.revision)
    }

    fn place(&self) -> Place {
        let trust = self.trust.place();
        Place { group: self.trust.name(), order: self.trust.revision, ..trust }
    }

    fn revision(&self) -> i64 {
        1
    }
}

/// What the reliabilities of one side and area rest on: counts every random examination that they count, so that of two
/// that come at once one is decided anew, and none is lost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrustBasis {
    pub side: AuthorityId,
    pub area: ProductAreaId,
    pub revision: i64,
}

impl TrustBasis {
    /// Its name.
    #[must_use]
    pub fn name_of(side: &AuthorityId, area: &ProductAreaId) -> String {
        format!("trustBases/{side}.{area}")
    }
}

impl Record for TrustBasis {
    const KIND: &'static str = "trust-basis";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(&self.side, &self.area)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.side.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
