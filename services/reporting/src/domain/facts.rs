//! What is kept of the feeds of one authority, and what an event makes of it.
//!
//! Invariants: a fact is what the newest event says, with the times of the steps that led there; it never holds a value of an
//! earlier version. Whatever order events of different records come in, the facts are the same.

mod consignments;
mod traces;
mod training;

pub use consignments::{
    ApprovalFact, ApprovalStep, ArrivalCount, ArrivalsFact, ControlFact, CorrectionFact, InspectionFact,
    PlanFact, PlannedFact, TrustFact, VerdictStep,
};
pub use traces::{
    CandidateFact, ConclusionFact, IdentifyingField, QuestionFact, TraceFact, TraceStepFact, sending_of,
};
pub use training::{
    ActionFact, ActivityFact, AttendanceFact, CertificatesFact, ContributionFact, DownloadsFact,
    FeedbackFact, FulfilmentFact, GroupCount, LanguageFact, LanguageStanding, MaterialFact, ObligationFact,
    ReachFact, RegistrationsFact, SampleFact,
};

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::model::{
    ClockState, EventStatus, FollowUpState, MeasureAction, MeasureObligation, NoMeasureReason,
    NotTracedReason, NotificationState, NotificationType, ProductCategory, RemovalReason, RiskLevel,
    RiskType,
};
use super::recall::RecallFact;

/// The kind of facts that bulletins alone read.
pub const RECALL: &str = "recall";

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
    Control(ControlFact),
    Inspection(InspectionFact),
    Arrivals(ArrivalsFact),
    Plan(PlanFact),
    Trust(TrustFact),
    Approval(ApprovalFact),
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

/// An alert as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertFact {
    pub name: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub state: NotificationState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ProductCategory>,
    /// Each once, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskType>,
    /// Each once, by code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_online: Option<bool>,
    /// The country of the authority that notifies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifier: Option<CountryCode>,
    /// Each once, by number: of the measures that the alert itself tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureAction>,
    /// Which fields it has by which a manufacturer may be found; each once, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identified_by: Vec<IdentifyingField>,
    /// When it was confirmed; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
    /// The day on which another system notified it, if it was imported from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
    /// When it was withdrawn; none while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
    /// As its parties are shown it, where its originator shows them less than the reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_parties: Option<Box<ToParties>>,
}

/// What the parties are shown of an alert, as far as it is counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ToParties {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NotificationType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ProductCategory>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskType>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sold_online: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notifier: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureAction>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identified_by: Vec<IdentifyingField>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Date>,
}

impl From<AlertFact> for ToParties {
    fn from(alert: AlertFact) -> Self {
        let AlertFact {
            kind,
            level,
            category,
            risks,
            origins,
            sold_online,
            notifier,
            measures,
            identified_by,
            dated,
            ..
        } = alert;
        Self { kind, level, category, risks, origins, sold_online, notifier, measures, identified_by, dated }
    }
}

impl AlertFact {
    /// As its parties are shown it.
    pub fn show_to_parties(&mut self) {
        let Some(shown) = self.to_parties.take() else { return };
        let ToParties {
            kind,
            level,
            category,
            risks,
            origins,
            sold_online,
            notifier,
            measures,
            identified_by,
            dated,
        } = *shown;
        (self.kind, self.level, self.category, self.risks) = (kind, level, category, risks);
        (self.origins, self.sold_online, self.notifier) = (origins, sold_online, notifier);
        (self.measures, self.identified_by, self.dated) = (measures, identified_by, dated);
    }
}

/// An alert as it was sent to a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendingFact {
    pub name: String,
    pub alert: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    pub sender: AuthorityId,
    pub recipient: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    /// Each time that it was sent, in their order: it is sent again after it was revoked.
    pub spells: Vec<Spell>,
}

/// From a sending on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub sent: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reacted: Option<Timestamp>,
    /// When the right to it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// What a recipient does about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpFact {
    pub name: String,
    /// Of which sending.
    pub sending: String,
    pub status: EventStatus,
    pub state: FollowUpState,
    pub steps: Vec<Step>,
    /// Why the manufacturer was not traced; none where it was, or it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_traced: Option<NotTracedReason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<MeasureFact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_measure: Option<NoMeasureReason>,
    /// Paths of fields whose absence stood in the way of tracing, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// A step of a follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub state: FollowUpState,
    pub time: Timestamp,
}

/// A measure of a follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureFact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<MeasureAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligation: Option<MeasureObligation>,
    /// When it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<Timestamp>,
}

/// A deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockFact {
    pub name: String,
    pub sending: String,
    pub status: EventStatus,
    pub rule: String,
    /// Calendar or working days, as the rule counts.
    pub length_days: u32,
    pub state: ClockState,
    pub start: Timestamp,
    /// While it is paused: as if it went on at that moment.
    pub due: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Timestamp>,
}

impl ClockFact {
    /// Whether it stands still at this instant, before what it is for was done or its time had ended.
    #[must_use]
    pub fn stands_still_at(&self, at: Timestamp) -> bool {
        let is_done = self.stopped.is_some_and(|time| time < at);
        let covers = |pause: &Pause| {
            pause.start < at && pause.start <= self.due && pause.end.is_none_or(|end| end >= at)
        };
        !is_done && self.pauses.iter().any(covers)
    }
}

/// A time in which a clock stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub start: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
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
    Alert(AlertFact),
    /// One sending; `spells` has the present one.
    Sending(SendingFact),
    FollowUp(FollowUpFact),
    Clock(ClockFact),
    /// This as it stands now, whatever was before.
    Newest(Fact),
    /// What a confirmed alert says to people.
    Recall(Box<RecallFact>),
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
            Self::Control(_) => "control",
            Self::Inspection(_) => "inspection",
            Self::Arrivals(_) => "arrivals",
            Self::Plan(_) => "plan",
            Self::Trust(_) => "trust",
            Self::Approval(_) => "approval",
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
            Self::Control(fact) => &fact.name,
            Self::Inspection(fact) => &fact.name,
            Self::Arrivals(fact) => &fact.name,
            Self::Plan(fact) => &fact.name,
            Self::Trust(fact) => &fact.name,
            Self::Approval(fact) => &fact.name,
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
            Self::Alert(fact) => ("alert", &fact.name),
            Self::Sending(fact) => ("sending", &fact.name),
            Self::FollowUp(fact) => ("follow_up", &fact.name),
            Self::Clock(fact) => ("clock", &fact.name),
            Self::Newest(fact) => (fact.kind(), fact.name()),
            Self::Recall(fact) => (RECALL, &fact.name),
            Self::Lost(fact) => ("loss", &fact.alert),
            Self::Revoked { sending, .. } => ("sending", sending),
        }
    }

    /// The fact as it stands afterwards; none where there is none to change.
    #[must_use]
    pub fn after(self, before: Option<Fact>) -> Option<Fact> {
        match (self, before) {
            (Self::Alert(mut told), Some(Fact::Alert(known))) => {
                told.confirmed = known.confirmed.or(told.confirmed);
                told.withdrawn = told.withdrawn.map(|time| known.withdrawn.unwrap_or(time));
                Some(Fact::Alert(told))
            }
            (Self::Alert(told), _) => Some(Fact::Alert(told)),
            (Self::Sending(told), Some(Fact::Sending(known))) => Some(Fact::Sending(resent(known, told))),
            (Self::Sending(told), _) => Some(Fact::Sending(told)),
            (Self::Revoked { time, .. }, Some(Fact::Sending(mut known))) => {
                if let Some(last) = known.spells.last_mut() {
                    last.revoked = last.revoked.or(Some(time));
                }
                Some(Fact::Sending(known))
            }
            (Self::Revoked { .. }, before) => before,
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

/// A sending that is told again: the same spell as it stands now, or another one.
fn resent(known: SendingFact, told: SendingFact) -> SendingFact {
    let mut spells = known.spells;
    for spell in told.spells {
        match spells.iter_mut().find(|one| one.sent == spell.sent) {
            Some(one) => *one = Spell { revoked: one.revoked.or(spell.revoked), ..spell },
            None => spells.push(spell),
        }
    }
    spells.sort_by_key(|spell| spell.sent);
    SendingFact { spells, ..told }
}

/// The alert that a name belongs to, `notifications/{notification}`, or what else it is about: `activities/{activity}`.
#[must_use]
pub fn alert_of(name: &str) -> &str {
    let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}
