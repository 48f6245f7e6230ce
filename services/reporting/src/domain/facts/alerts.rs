//! What is kept of an alert: of the feed of the notifications service.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::traces::IdentifyingField;
use crate::domain::model::{
    EventStatus, MeasureAction, MeasureObligation, NotificationState, NotificationType, ProductCategory,
    RiskLevel, RiskType,
};

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
    /// Each once, by number: whether its measures are compulsory or voluntary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<MeasureObligation>,
    /// Whether it says that the product is a counterfeit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterfeit: Option<bool>,
    /// Offers on the web that it names; each once, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<NamedListing>,
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
    /// The versions by their numbers, as they came to be known; the first is the one that was known first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<VersionFact>,
    /// Each time that it was handed to the contact point, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundFact>,
}

/// An offer on the web that an alert names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NamedListing {
    /// The last part of its name: made of the URL, which is not kept.
    pub id: String,
    /// Whether the alert says that it is on sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
}

/// A version of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionFact {
    pub number: u32,
    /// When it was told.
    pub time: Timestamp,
}

/// From the moment at which an alert was handed to the contact point to what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundFact {
    pub submitted: Timestamp,
    /// When that was, and as what the alert stood then; none while it is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<(Timestamp, NotificationState)>,
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
    /// Each once, by number: whether its measures are compulsory or voluntary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<MeasureObligation>,
    /// Whether it says that the product is a counterfeit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterfeit: Option<bool>,
    /// Offers on the web that it names; each once, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<NamedListing>,
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
            obligations,
            counterfeit,
            listings,
            identified_by,
            dated,
            ..
        } = alert;
        Self {
            kind,
            level,
            category,
            risks,
            origins,
            sold_online,
            notifier,
            measures,
            obligations,
            counterfeit,
            listings,
            identified_by,
            dated,
        }
    }
}

impl AlertFact {
    /// Whether it follows up an alert of others: it counts by itself alone.
    #[must_use]
    pub fn is_follow_up(&self) -> bool {
        self.kind == Some(NotificationType::FollowUp)
    }

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
            obligations,
            counterfeit,
            listings,
            identified_by,
            dated,
        } = *shown;
        (self.kind, self.level, self.category, self.risks) = (kind, level, category, risks);
        (self.origins, self.sold_online, self.notifier) = (origins, sold_online, notifier);
        (self.measures, self.obligations, self.counterfeit) = (measures, obligations, counterfeit);
        (self.listings, self.identified_by, self.dated) = (listings, identified_by, dated);
    }

    /// This, as an event told it at an instant, with the times that were known before.
    pub(super) fn following(mut self, known: Option<Self>, at: Timestamp) -> Self {
        let was_submitted = known.as_ref().is_some_and(|known| known.state == NotificationState::Submitted);
        if let Some(known) = known {
            self.confirmed = known.confirmed.or(self.confirmed);
            self.withdrawn = self.withdrawn.map(|time| known.withdrawn.unwrap_or(time));
            let newest = known.versions.last().map_or(0, |version| version.number);
            self.versions.retain(|version| version.number > newest);
            self.versions.splice(..0, known.versions);
            self.rounds = known.rounds;
        }
        match (was_submitted, self.state) {
            (false, NotificationState::Submitted) => {
                self.rounds.push(RoundFact { submitted: at, ended: None })
            }
            (true, NotificationState::Submitted) | (false, _) => {}
            (true, state) => {
                if let Some(round) = self.rounds.last_mut() {
                    round.ended = Some((at, state));
                }
            }
        }
        self
    }
}
