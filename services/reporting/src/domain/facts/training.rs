//! What is kept of the feed of the training service: activities, counts of people, materials, feedback, campaigns, obligations. Counts
//! alone: nobody is known here.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::{CountryCode, LocalizedText};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use crate::domain::{
    chapters::Passage,
    content::Text,
    model::{
        ActionItemState, ActivityFormat, ActivityKind, ActivityState, EventStatus, MaterialState,
        ObligationKind, ObligationState, ReachUnit, TargetAudience,
    },
    recall::is_without_versions,
};

/// An activity, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityFact {
    pub name: String,
    #[serde(default, skip_serializing_if = "is_without_versions")]
    pub title: LocalizedText,
    pub status: EventStatus,
    pub organiser: AuthorityId,
    pub state: ActivityState,
    pub kind: ActivityKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ActivityFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    /// Each once, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Languages that are spoken, each once, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Instants of the first meeting's start and the last one's end; none where there is no meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// The days on which a campaign runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u64>,
    /// How many took part, as the organiser counts; none until it was held, and where it is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_under: Option<ArrangementId>,
}

impl ActivityFact {
    /// What it is called, in each language, with a mark where that is not what it should be; by its name where it has no title.
    #[must_use]
    pub fn called(&self) -> Text {
        Passage::told(&self.title).map_or_else(|| Text::same(self.name.as_str()), |title| title.marked())
    }
}

/// How seats of an activity are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationsFact {
    pub activity: String,
    pub status: EventStatus,
    pub confirmed: u64,
    pub waiting: u64,
    /// Confirmed seats.
    pub groups: Vec<GroupCount>,
}

/// How many there are of one country and audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    pub count: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<TargetAudience>,
}

/// Who was at a session of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttendanceFact {
    pub activity: String,
    pub status: EventStatus,
    pub groups: Vec<GroupCount>,
    pub unregistered: u64,
    pub open_questions: u64,
}

/// Certificates of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificatesFact {
    pub activity: String,
    pub status: EventStatus,
    pub issued: Vec<GroupCount>,
    pub revoked: u64,
}

/// All feedback of an activity, as far as enough was given for it to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackFact {
    pub activity: String,
    pub status: EventStatus,
    pub answers: u64,
    /// How often the ratings 1 to 5 were given, for usefulness, clarity and organisation.
    pub usefulness: Vec<u64>,
    pub clarity: Vec<u64>,
    pub organisation: Vec<u64>,
}

/// A material, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialFact {
    pub name: String,
    pub originator: AuthorityId,
    pub state: MaterialState,
    /// When it was told to be published first.
    pub published: Timestamp,
    pub languages: Vec<LanguageFact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_under: Option<ArrangementId>,
}

/// How a language of a material stands to its original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageFact {
    /// BCP 47.
    pub language: String,
    pub standing: LanguageStanding,
}

/// How a language stands to the present original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageStanding {
    Original,
    Translated,
    /// A translation of an earlier original.
    Stale,
    Missing,
}

/// How often files of a material were given on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadsFact {
    /// `{material}/days/{day}`.
    pub name: String,
    /// In UTC.
    pub day: Date,
    pub count: u64,
}

/// Something that was promised, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObligationFact {
    pub name: String,
    pub arrangement: ArrangementId,
    pub kind: ObligationKind,
    pub state: ObligationState,
    pub first_day: Date,
    pub last_day: Date,
    pub due: Timestamp,
    pub required: u64,
    /// The activities that were done towards it, with their days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<FulfilmentFact>,
    /// Those that are announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<FulfilmentFact>,
}

/// What is done towards an obligation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FulfilmentFact {
    /// `activities/{activity}`, or `reports/{report}`.
    pub by: String,
    /// On which the activity begins, or the report was published.
    pub day: Date,
}

/// What an authority did in a campaign or a joint surveillance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContributionFact {
    /// `activities/{activity}/contributions/{authority}`.
    pub name: String,
    pub status: EventStatus,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reach: Vec<ReachFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<SampleFact>,
}

/// Whom a campaign reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachFact {
    pub unit: ReachUnit,
    pub value: u64,
}

/// What samples of a product area showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFact {
    pub area: String,
    pub taken: u64,
    pub tested: u64,
    pub non_compliant: u64,
}

/// Something that was agreed to be done, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionFact {
    /// `activities/{activity}/actionItems/{action_item}`.
    pub name: String,
    pub status: EventStatus,
    pub owner: AuthorityId,
    pub state: ActionItemState,
    pub due: Timestamp,
    /// When it was done or dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}
