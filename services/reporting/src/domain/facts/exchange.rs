//! What is kept of flags and questions, of offers on the web, of removals and of other authorities' assessments: of the feed of the
//! notifications service. Nothing of what was said in words, and no address.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use crate::domain::model::{
    ConversationKind, ConversationState, EventStatus, ListingStatus, RemovalReason, RiskLevel,
};

/// A flag or a discussion between the two sides of a sending, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationFact {
    pub name: String,
    /// Of which sending.
    pub sending: String,
    pub status: EventStatus,
    pub kind: ConversationKind,
    pub raised_by: AuthorityId,
    pub opened: Timestamp,
    /// To which state it came when, after it was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ConversationStep>,
    /// Paths of the fields that are asked for, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

/// A step of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationStep {
    pub state: ConversationState,
    pub time: Timestamp,
}

impl ConversationFact {
    /// This, with the steps that were known before.
    pub(super) fn following(mut self, known: Self) -> Self {
        let told = std::mem::replace(&mut self.steps, known.steps);
        for step in told {
            if !self.steps.contains(&step) {
                self.steps.push(step);
            }
        }
        self
    }
}

/// Offers on the web that are followed for an alert: those that it names, as the reader is shown it, and those that recipients reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingsFact {
    /// Of the alert.
    pub name: String,
    pub status: EventStatus,
    /// By id.
    pub listings: Vec<ListingFact>,
}

/// An offer on the web, and what was found there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingFact {
    /// The last part of its name.
    pub id: String,
    /// By recipients, as far as the reader sees them; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<ListingReportFact>,
    /// In the order of their times; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub looks: Vec<LookFact>,
}

/// That a recipient reported an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingReportFact {
    pub by: AuthorityId,
    pub time: Timestamp,
}

/// A look at an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookFact {
    pub by: AuthorityId,
    pub time: Timestamp,
    pub found: ListingStatus,
}

impl ListingsFact {
    /// This, with the offers and looks that were known before.
    pub(super) fn following(self, known: Self) -> Self {
        let mut listings = known.listings;
        for told in self.listings {
            match listings.iter_mut().find(|one| one.id == told.id) {
                Some(one) => {
                    one.reports = told.reports;
                    one.looks.extend(told.looks);
                    one.looks.sort_by(|one, other| (one.time, &one.by).cmp(&(other.time, &other.by)));
                    one.looks.dedup();
                }
                None => listings.push(told),
            }
        }
        listings.sort_by(|one, other| one.id.cmp(&other.id));
        Self { listings, ..self }
    }

    /// This without the offers that nobody reported and that the alert, as the reader is shown it now, does not name; none where
    /// nothing is left.
    pub(super) fn naming(mut self, named: &[String]) -> Option<Self> {
        self.listings.retain(|one| !one.reports.is_empty() || named.contains(&one.id));
        (!self.listings.is_empty()).then_some(self)
    }
}

/// The order to a holder to remove an alert, or fields of it. It says nothing of what they held, so it stays known after the right to
/// the alert has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalFact {
    pub name: String,
    pub alert: String,
    pub status: EventStatus,
    pub originator: AuthorityId,
    /// Who is to remove it.
    pub holder: AuthorityId,
    pub reason: RemovalReason,
    pub ordered: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Timestamp>,
}

/// What an authority itself says of the risk of another's alert, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentFact {
    pub name: String,
    pub status: EventStatus,
    pub authority: AuthorityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<RiskLevel>,
    /// When it was first recorded.
    pub assessed: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
}
