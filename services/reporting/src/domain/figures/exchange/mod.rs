//! What the two sides said and did beside follow-ups: flags and questions, offers on the web, versions and removals, assessments.

mod assessments;
mod flags;
mod listings;
mod removals;

use std::collections::{BTreeMap, HashMap};

use crate::domain::{
    facts::{AssessmentFact, ConversationFact, Fact, ListingsFact, RemovalFact, alert_of},
    model::EventStatus,
};

pub(super) use assessments::section as assessments;
pub(super) use flags::sections as flags;
pub(super) use listings::{of_alerts as listings_of_alerts, section as listings, takedown};
pub(super) use removals::section as removals;

/// What is known of these, of one status.
#[derive(Clone, Debug, Default)]
pub struct ExchangeFacts {
    /// In the order of their names.
    pub conversations: Vec<ConversationFact>,
    /// By the name of the alert.
    pub listings: HashMap<String, ListingsFact>,
    /// In the order of their names.
    pub removals: Vec<RemovalFact>,
    /// By the name of the alert, in the order of their names.
    pub assessments: BTreeMap<String, Vec<AssessmentFact>>,
}

impl ExchangeFacts {
    /// Takes a fact in; gives it back where it is of something else.
    pub(super) fn take(&mut self, fact: Fact, status: EventStatus) -> Option<Fact> {
        match fact {
            Fact::Conversation(fact) if fact.status == status => self.conversations.push(fact),
            Fact::Listings(fact) if fact.status == status => {
                self.listings.insert(fact.name.clone(), fact);
            }
            Fact::Removal(fact) if fact.status == status => self.removals.push(fact),
            Fact::Assessment(fact) if fact.status == status => {
                self.assessments.entry(alert_of(&fact.name).to_owned()).or_default().push(fact);
            }
            Fact::Conversation(_) | Fact::Listings(_) | Fact::Removal(_) | Fact::Assessment(_) => {}
            other => return Some(other),
        }
        None
    }

    /// Puts all in the order of their names.
    pub(super) fn sort(&mut self) {
        self.conversations.sort_by(|one, other| one.name.cmp(&other.name));
        self.removals.sort_by(|one, other| one.name.cmp(&other.name));
        for assessments in self.assessments.values_mut() {
            assessments.sort_by(|one, other| one.name.cmp(&other.name));
        }
    }
}
