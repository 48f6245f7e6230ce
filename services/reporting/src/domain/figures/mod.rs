//! From the facts of an authority to what a report says. Pure: the same facts, period and parties give the same content,
//! whatever order the facts come in.

mod alerts;
mod annual;
mod case;
mod handling;
mod head;
mod quarterly;
mod reaction;
mod received;
mod response;
pub(super) mod words;

use std::collections::HashMap;

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{
    content::Content,
    facts::{AlertFact, ClockFact, Fact, FollowUpFact, LossFact, SendingFact},
    model::{EventStatus, Period, ReportTemplate},
};

/// All that a report is calculated from.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub template: ReportTemplate,
    pub owner: &'a Party,
    /// None where the report is about no partner.
    pub partner: Option<&'a Party>,
    pub period: &'a Period,
    /// The first instant of the period.
    pub start: Timestamp,
    /// Up to when cases are counted as they stood: the end of the period, or the newest that is known.
    pub cut: Timestamp,
    pub status: EventStatus,
}

/// A side of a report.
#[derive(Clone, Debug)]
pub struct Party {
    pub id: AuthorityId,
    pub names: super::content::Text,
    /// Every authority of the side.
    pub members: Vec<AuthorityId>,
}

/// The facts of an authority, of one status, by name.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub alerts: HashMap<String, AlertFact>,
    /// In the order of their names.
    pub sendings: Vec<SendingFact>,
    /// By the name of the sending.
    pub follow_ups: HashMap<String, FollowUpFact>,
    /// By the name of the sending, in the order of their names.
    pub clocks: HashMap<String, Vec<ClockFact>>,
    pub losses: Vec<LossFact>,
}

impl Facts {
    /// Of facts in whatever order.
    #[must_use]
    pub fn of(facts: impl IntoIterator<Item = Fact>, status: EventStatus) -> Self {
        let mut all = Self::default();
        for fact in facts {
            match fact {
                Fact::Alert(fact) if fact.status == status => {
                    all.alerts.insert(fact.name.clone(), fact);
                }
                Fact::Sending(fact) if fact.status == status => all.sendings.push(fact),
                Fact::FollowUp(fact) if fact.status == status => {
                    all.follow_ups.insert(fact.sending.clone(), fact);
                }
                Fact::Clock(fact) if fact.status == status => {
                    all.clocks.entry(fact.sending.clone()).or_default().push(fact);
                }
                Fact::Loss(fact) if fact.status == status => all.losses.push(fact),
                _ => {}
            }
        }
        all.sendings.sort_by(|one, other| one.name.cmp(&other.name));
        for clocks in all.clocks.values_mut() {
            clocks.sort_by(|one, other| one.name.cmp(&other.name));
        }
        all
    }
}

/// What the report says.
#[must_use]
pub fn content(question: &Question<'_>, facts: &Facts) -> Content {
    match question.template {
        ReportTemplate::QuarterlyPartner => quarterly::content(question, facts),
        ReportTemplate::AnnualStatistics => annual::content(question, facts),
        ReportTemplate::ResponseTimes => response::content(question, facts),
        // What a bulletin says is told of its alerts, by `bulletins`.
        ReportTemplate::HazardBulletin => Content {
            title: head::title(question, "Hazard bulletin", "危害通报"),
            facts: head::facts(question),
            sections: Vec::new(),
        },
    }
}

/// Whether a template is about a partner.
#[must_use]
pub fn has_partner(template: ReportTemplate) -> bool {
    match template {
        ReportTemplate::QuarterlyPartner | ReportTemplate::ResponseTimes | ReportTemplate::HazardBulletin => {
            true
        }
        ReportTemplate::AnnualStatistics => false,
    }
}

/// The version of a template: it rises where a figure comes to mean something else.
#[must_use]
pub fn version_of(template: ReportTemplate) -> u32 {
    match template {
        ReportTemplate::QuarterlyPartner
        | ReportTemplate::AnnualStatistics
        | ReportTemplate::ResponseTimes
        | ReportTemplate::HazardBulletin => 1,
    }
}
