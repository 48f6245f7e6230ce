//! What is kept of the feeds of one authority, and what an event makes of it.
//!
//! Invariants: a fact is what the newest event says, with the times of the steps that led there; it never holds a value of an
//! earlier version. Whatever order events of different records come in, the facts are the same.

mod alerts;
mod consignments;
mod exchange;
mod sendings;
mod targeting;
mod traces;
mod training;

pub use alerts::{AlertFact, NamedListing, RoundFact, ToParties, VersionFact};
pub use consignments::{
    ApprovalFact, ApprovalStep, ArrivalCount, ArrivalsFact, ControlFact, CorrectionFact, InspectionFact,
    PlanFact, PlannedFact, TrustFact, VerdictStep,
};
pub use exchange::{
    AssessmentFact, ConversationFact, ConversationStep, ListingFact, ListingReportFact, ListingsFact,
    LookFact, RemovalFact,
};
pub use sendings::{
    ClockFact, FollowUpFact, MeasureFact, Pause, Proved, SendingFact, Spell, Step, UnreadableFact,
};
pub use targeting::{
    CriterionFact, KnowledgeFact, MisuseFact, ModelFact, OverrideFact, ReliabilityFact, ScoreFact, StandFact,
    StepOf,
};
pub use traces::{
    CandidateFact, ConclusionFact, IdentifyingField, QuestionFact, TraceFact, TraceStepFact, sending_of,
};
pub use training::{
    ActionFact, ActivityFact, AttendanceFact, CertificatesFact, ContributionFact, DownloadsFact,
    FeedbackFact, FulfilmentFact, GroupCount, LanguageFact, LanguageStanding, MaterialFact, ObligationFact,
    ReachFact, RegistrationsFact, SampleFact,
};

use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::model::{EventStatus, RemovalReason};
use super::recall::RecallFact;
use sendings::resent;

/// The kind of facts that bulletins alone read.
pub const RECALL: &str = "recall";

/// The kind of facts that hold what was found at offers on the web.
const LISTINGS: &str = "listings";

/// One fact. Stored as a document under its kind and name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Alert(AlertFact),
    Sending(SendingFact),
    FollowUp(FollowUpFact),
    Clock(ClockFact),
    Loss(LossFact),
    Trace(TraceFact),
    Candidate(CandidateFact),
    Question(QuestionFact),
    Conversation(ConversationFact),
    /// Of an alert, under its name too.
    Listings(ListingsFact),
    Removal(RemovalFact),
    Assessment(AssessmentFact),
    Control(ControlFact),
    Inspection(InspectionFact),
    Arrivals(ArrivalsFact),
    Plan(PlanFact),
    Trust(TrustFact),
    Approval(ApprovalFact),
    Model(ModelFact),
    Criterion(CriterionFact),
    Override(OverrideFact),
    Reliability(ReliabilityFact),
    Misuse(MisuseFact),
    Activity(ActivityFact),
    Registrations(RegistrationsFact),
    Attendance(AttendanceFact),
    Certificates(CertificatesFact),
    Feedback(FeedbackFact),
    Material(MaterialFact),
    Downloads(DownloadsFact),
    Obligation(ObligationFact),
    Contribution(ContributionFact),
    Action(ActionFact),
    /// Of a confirmed alert, under its name too: read by bulletins alone.
    Recall(Box<RecallFact>),
}

/// That the right to an alert was lost: nothing of it is known any more but this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossFact {
    /// Of the alert.
    pub alert: String,
    /// Whose alert it was, if that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originator: Option<AuthorityId>,
    pub status: EventStatus,
    pub reason: RemovalReason,
    pub time: Timestamp,
}

/// What an event says of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// An alert as it was told at an instant, with this version alone.
    Alert(Box<AlertFact>, Timestamp),
    /// One sending; `spells` has the present one.
    Sending(SendingFact),
    FollowUp(FollowUpFact),
    Clock(ClockFact),
    /// This as it stands now, whatever was before.
    Newest(Fact),
    /// What a confirmed alert says to people.
    Recall(Box<RecallFact>),
    /// What the ledger of a sending proves.
    Proved {
        sending: String,
        proved: Proved,
    },
    /// A conversation, with this step alone.
    Conversation(ConversationFact),
    /// An offer on the web, with this look alone.
    Listings(ListingsFact),
    /// Which offers on the web an alert names, as the reader is shown it.
    Named {
        alert: String,
        listings: Vec<String>,
    },
    /// An alert was taken from the authority whose feed it is.
    Lost(LossFact),
    /// The sending to another authority was revoked.
    Revoked {
        sending: String,
        time: Timestamp,
    },
}

impl Fact {
    /// What it is, in one word, for ever.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Alert(_) => "alert",
            Self::Sending(_) => "sending",
            Self::FollowUp(_) => "follow_up",
            Self::Clock(_) => "clock",
            Self::Loss(_) => "loss",
            Self::Trace(_) => "trace",
            Self::Candidate(_) => "candidate",
            Self::Question(_) => "question",
            Self::Conversation(_) => "conversation",
            Self::Listings(_) => LISTINGS,
            Self::Removal(_) => "removal",
            Self::Assessment(_) => "assessment",
            Self::Control(_) => "control",
            Self::Inspection(_) => "inspection",
            Self::Arrivals(_) => "arrivals",
            Self::Plan(_) => "plan",
            Self::Trust(_) => "trust",
            Self::Approval(_) => "approval",
            Self::Model(_) => "model",
            Self::Criterion(_) => "criterion",
            Self::Override(_) => "override",
            Self::Reliability(_) => "reliability",
            Self::Misuse(_) => "misuse",
            Self::Activity(_) => "activity",
            Self::Registrations(_) => "registrations",
            Self::Attendance(_) => "attendance",
            Self::Certificates(_) => "certificates",
            Self::Feedback(_) => "feedback",
            Self::Material(_) => "material",
            Self::Downloads(_) => "downloads",
            Self::Obligation(_) => "obligation",
            Self::Contribution(_) => "contribution",
            Self::Action(_) => "action",
            Self::Recall(_) => RECALL,
        }
    }

    /// Its name, unique in its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Alert(fact) => &fact.name,
            Self::Sending(fact) => &fact.name,
            Self::FollowUp(fact) => &fact.name,
            Self::Clock(fact) => &fact.name,
            Self::Loss(fact) => &fact.alert,
            Self::Trace(fact) => &fact.name,
            Self::Candidate(fact) => &fact.name,
            Self::Question(fact) => &fact.name,
            Self::Conversation(fact) => &fact.name,
            Self::Listings(fact) => &fact.name,
            Self::Removal(fact) => &fact.name,
            Self::Assessment(fact) => &fact.name,
            Self::Control(fact) => &fact.name,
            Self::Inspection(fact) => &fact.name,
            Self::Arrivals(fact) => &fact.name,
            Self::Plan(fact) => &fact.name,
            Self::Trust(fact) => &fact.name,
            Self::Approval(fact) => &fact.name,
            Self::Model(fact) => &fact.name,
            Self::Criterion(fact) => &fact.name,
            Self::Override(fact) => &fact.name,
            Self::Reliability(fact) => &fact.name,
            Self::Misuse(fact) => &fact.name,
            Self::Activity(fact) => &fact.name,
            Self::Registrations(fact) => &fact.activity,
            Self::Attendance(fact) => &fact.activity,
            Self::Certificates(fact) => &fact.activity,
            Self::Feedback(fact) => &fact.activity,
            Self::Material(fact) => &fact.name,
            Self::Downloads(fact) => &fact.name,
            Self::Obligation(fact) => &fact.name,
            Self::Contribution(fact) => &fact.name,
            Self::Action(fact) => &fact.name,
            Self::Recall(fact) => &fact.name,
        }
    }

    /// The arrangement under which another side shows it, and with whose end it is to be forgotten with all that is about the same;
    /// none for what is the reader's own, or open to everybody, and for alerts, of which their service tells when a right ends.
    #[must_use]
    pub fn shown_under(&self) -> Option<&ArrangementId> {
        match self {
            Self::Control(fact) => fact.shown_under.as_ref(),
            Self::Inspection(fact) => fact.shown_under.as_ref(),
            Self::Misuse(fact) => fact.shown_under.as_ref(),
            Self::Activity(fact) => fact.shown_under.as_ref(),
            Self::Material(fact) => fact.shown_under.as_ref(),
            Self::Obligation(fact) => Some(&fact.arrangement),
            _ => None,
        }
    }

    /// This, with the times that were known before.
    fn following(self, before: Option<Self>) -> Self {
        match (self, before) {
            (Self::Trust(told), Some(Self::Trust(known))) => Self::Trust(told.following(known)),
            (Self::Model(told), Some(Self::Model(known))) => Self::Model(told.following(known)),
            (Self::Criterion(told), Some(Self::Criterion(known))) => Self::Criterion(told.following(known)),
            (Self::Reliability(told), Some(Self::Reliability(known))) => {
                Self::Reliability(told.following(known))
            }
            (Self::Material(told), Some(Self::Material(known))) => {
                Self::Material(MaterialFact { published: known.published.min(told.published), ..told })
            }
            (told, _) => told,
        }
    }
}

impl Said {
    /// The kind and name of the fact that it changes.
    #[must_use]
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Alert(fact, _) => ("alert", &fact.name),
            Self::Sending(fact) => ("sending", &fact.name),
            Self::FollowUp(fact) => ("follow_up", &fact.name),
            Self::Clock(fact) => ("clock", &fact.name),
            Self::Newest(fact) => (fact.kind(), fact.name()),
            Self::Recall(fact) => (RECALL, &fact.name),
            Self::Proved { sending, .. } => ("sending", sending),
            Self::Conversation(fact) => ("conversation", &fact.name),
            Self::Listings(fact) => (LISTINGS, &fact.name),
            Self::Named { alert, .. } => (LISTINGS, alert),
            Self::Lost(fact) => ("loss", &fact.alert),
            Self::Revoked { sending, .. } => ("sending", sending),
        }
    }

    /// The fact as it stands afterwards; none where there is none to change.
    #[must_use]
    pub fn after(self, before: Option<Fact>) -> Option<Fact> {
        match (self, before) {
            (Self::Alert(told, at), before) => {
                let known = match before {
                    Some(Fact::Alert(known)) => Some(known),
                    _ => None,
                };
                Some(Fact::Alert(told.following(known, at)))
            }
            (Self::Sending(told), Some(Fact::Sending(known))) => Some(Fact::Sending(resent(known, told))),
            (Self::Sending(told), _) => Some(Fact::Sending(told)),
            (Self::Revoked { time, .. }, Some(Fact::Sending(mut known))) => {
                if let Some(last) = known.spells.last_mut() {
                    last.revoked = last.revoked.or(Some(time));
                }
                Some(Fact::Sending(known))
            }
            (Self::Revoked { .. }, before) => before,
            (Self::Proved { proved, .. }, Some(Fact::Sending(known))) => {
                Some(Fact::Sending(known.proving(proved)))
            }
            (Self::Proved { .. }, before) => before,
            (Self::Conversation(told), Some(Fact::Conversation(known))) => {
                Some(Fact::Conversation(told.following(known)))
            }
            (Self::Conversation(told), _) => Some(Fact::Conversation(told)),
            (Self::Listings(told), Some(Fact::Listings(known))) => {
                Some(Fact::Listings(told.following(known)))
            }
            (Self::Listings(told), _) => Some(Fact::Listings(told)),
            (Self::Named { listings, .. }, Some(Fact::Listings(known))) => {
                known.naming(&listings).map(Fact::Listings)
            }
            (Self::Named { .. }, before) => before,
            (Self::FollowUp(told), _) => Some(Fact::FollowUp(told)),
            (Self::Clock(told), _) => Some(Fact::Clock(told)),
            (Self::Newest(told), before) => Some(told.following(before)),
            (Self::Recall(mut told), Some(Fact::Recall(known))) => {
                told.confirmed = known.confirmed.or(told.confirmed);
                Some(Fact::Recall(told))
            }
            (Self::Recall(told), _) => Some(Fact::Recall(told)),
            (Self::Lost(told), _) => Some(Fact::Loss(told)),
        }
    }
}

/// The alert that a name belongs to, `notifications/{notification}`, or what else it is about: `activities/{activity}`.
#[must_use]
pub fn alert_of(name: &str) -> &str {
    let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}
