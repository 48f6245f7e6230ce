//! What comes of activities: minutes, action items, what those who take part in a campaign report.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ActivityId, FormKey, ProductAreaId, activity_name,
    vocabulary::{ActionItemState, EventStatus, ReachUnit},
};
use crate::domain::records::{Place, Record};

/// The minutes of an activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Minutes {
    pub activity: ActivityId,
    /// The authority that leads the activity.
    pub organiser: AuthorityId,
    pub status: EventStatus,
    pub content: MinutesContent,
    /// Sides, by their contact points.
    pub agreed_by: Vec<AuthorityId>,
    pub version: u32,
    pub recorded_by: AuthorityId,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// What minutes say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MinutesContent {
    pub summary: LocalizedText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<MinutedDecision>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
}

/// Something that was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MinutedDecision {
    pub id: FormKey,
    pub text: LocalizedText,
}

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionItem {
    pub id: Uuid,
    pub activity: ActivityId,
    pub organiser: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    pub status: EventStatus,
    pub content: ActionItemContent,
    pub state: ActionItemState,
    /// The first instant that is too late.
    pub due: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// What is to be done, by whom, until when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionItemContent {
    pub text: LocalizedText,
    pub owner: AuthorityId,
    pub due_date: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<FormKey>,
    pub warn_before_days: u32,
}

/// What one authority did in a campaign or a joint surveillance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    pub activity: ActivityId,
    /// Who reports.
    pub authority: AuthorityId,
    pub status: EventStatus,
    /// Whether it is of a joint surveillance.
    pub is_surveillance: bool,
    pub content: ContributionContent,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// What is reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContributionContent {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reach: Vec<Reach>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<SampleResult>,
    pub remarks: LocalizedText,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
}

/// Whom something reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    pub channel: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    pub value: u64,
    pub unit: ReachUnit,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_until: Option<Date>,
}

/// What samples showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleResult {
    pub product_area: ProductAreaId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hazard: String,
    pub taken: u32,
    pub tested: u32,
    pub non_compliant: u32,
}

impl ActionItem {
    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, ActionItemState::Open | ActionItemState::DueSoon | ActionItemState::Overdue)
    }

    /// Where its clock has it at a time, while it is to be done.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> ActionItemState {
        let warned = jiff::SignedDuration::from_hours(24 * i64::from(self.content.warn_before_days));
        match () {
            () if !self.is_open() => self.state,
            () if now >= self.due => ActionItemState::Overdue,
            () if now >= self.due.checked_sub(warned).unwrap_or(Timestamp::MIN) => ActionItemState::DueSoon,
            () => ActionItemState::Open,
        }
    }
}

/// The name of the minutes of an activity.
#[must_use]
pub fn minutes_name(activity: ActivityId) -> String {
    format!("{}/minutes", activity_name(activity))
}

/// The name of an action item.
#[must_use]
pub fn action_item_name(activity: ActivityId, id: Uuid) -> String {
    format!("{}/actionItems/{id}", activity_name(activity))
}

/// The name of what an authority reports.
#[must_use]
pub fn contribution_name(activity: ActivityId, authority: &AuthorityId) -> String {
    format!("{}/contributions/{authority}", activity_name(activity))
}

impl Record for Minutes {
    const KIND: &'static str = "minutes";
    type Place = Place;

    fn name(&self) -> String {
        minutes_name(self.activity)
    }

    fn place(&self) -> Place {
        let order = self.create_time.as_microsecond();
        Place { group: activity_name(self.activity), order, ..Place::of_owner(self.organiser.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for ActionItem {
    const KIND: &'static str = "action-item";
    type Place = Place;

    fn name(&self) -> String {
        action_item_name(self.activity, self.id)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.organiser.clone(),
            party: Some(self.content.owner.clone()),
            arrangement: self.arrangement.clone(),
            group: activity_name(self.activity),
            state: self.state as i32,
            order: self.due.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for Contribution {
    const KIND: &'static str = "contribution";
    type Place = Place;

    fn name(&self) -> String {
        contribution_name(self.activity, &self.authority)
    }

    fn place(&self) -> Place {
        let order = self.create_time.as_microsecond();
        Place { group: activity_name(self.activity), order, ..Place::of_owner(self.authority.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
