//! From the facts of an authority to what a report says. Pure: the same facts, period and parties give the same content,
//! whatever order the facts come in.

pub(super) mod alerts;
mod annual;
mod behind;
mod case;
mod confirmation;
mod exchange;
mod fields;
mod handling;
pub(super) mod head;
mod import_control;
mod languages;
mod months;
mod quarterly;
mod reaction;
mod reaction_matrix;
mod received;
mod response;
mod review_pack;
mod rules_of_deadlines;
mod shown_to_partner;
mod situation;
pub mod statistics;
mod trace_back;
mod training;
mod waiting;
pub(super) mod words;

pub use behind::{Behind, CellPlace, FigureCases, FigureCell, count_in, group_of};
pub use exchange::ExchangeFacts;
pub use import_control::ControlFacts;
use shown_to_partner::shown_to_partner;
pub use situation::sections as situation;
pub use trace_back::TraceFacts;
pub use training::TrainingFacts;

use std::collections::HashMap;

use jiff::Timestamp;
use seamless_identity::{Arrangement, AuthorityId};

use super::{
    content::{Content, Text},
    facts::{AlertFact, ClockFact, Fact, FollowUpFact, LossFact, SendingFact},
    model::{EventStatus, Period, ReportTemplate},
    source::Source,
};

/// All that a report is calculated from.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub template: ReportTemplate,
    pub owner: &'a Party,
    /// None where the report is about no partner.
    pub partner: Option<&'a Party>,
    pub period: &'a Period,
    /// The zone of the period, as the zone data in force has it.
    pub zone: &'a jiff::tz::TimeZone,
    /// The first instant of the period.
    pub start: Timestamp,
    /// Up to when cases are counted as they stood: the end of the period, or the newest that is known.
    pub cut: Timestamp,
    pub status: EventStatus,
    /// The arrangements in which owner and partner take part, in force or not.
    pub arrangements: &'a [Arrangement],
    /// The jurisdiction of each authority's side.
    pub jurisdictions: &'a HashMap<AuthorityId, String>,
    /// What each authority is called.
    pub names: &'a HashMap<AuthorityId, Text>,
}

impl Question<'_> {
    /// What an authority is called; by its id where it is not in the cooperation any more.
    pub(super) fn name_of(&self, authority: &AuthorityId) -> Text {
        self.names.get(authority).cloned().unwrap_or_else(|| Text::same(authority.to_string()))
    }
}

impl Question<'_> {
    /// Whether an instant is within the period and before the cut.
    #[must_use]
    pub fn is_of_period(&self, at: Timestamp) -> bool {
        at >= self.start && at < self.cut
    }
}

/// A side of a report.
#[derive(Clone, Debug)]
pub struct Party {
    pub id: AuthorityId,
    pub names: Text,
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
    /// Searches for manufacturers.
    pub traces: TraceFacts,
    /// Flags, offers on the web, removals and assessments.
    pub exchange: ExchangeFacts,
    /// Import control.
    pub control: ControlFacts,
    /// Training.
    pub training: TrainingFacts,
}

impl Facts {
    /// Of facts in whatever order.
    #[must_use]
    pub fn of(facts: impl IntoIterator<Item = Fact>, status: EventStatus) -> Self {
        let mut all = Self::default();
        for fact in facts {
            let other = all.traces.take(fact, status).and_then(|fact| all.exchange.take(fact, status));
            let other = other.and_then(|fact| all.control.take(fact, status));
            let Some(fact) = other.and_then(|fact| all.training.take(fact, status)) else { continue };
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
        all.traces.sort();
        all.exchange.sort();
        all.control.sort();
        all.training.sort();
        all.sendings.sort_by(|one, other| one.name.cmp(&other.name));
        for clocks in all.clocks.values_mut() {
            clocks.sort_by(|one, other| one.name.cmp(&other.name));
        }
        all
    }
}

/// What the report says. One about a partner may be published to it, so of alerts that went there it tells what the partner is shown.
#[must_use]
pub fn content(question: &Question<'_>, mut facts: Facts) -> Content {
    shown_to_partner(question, &mut facts);
    let facts = &facts;
    match question.template {
        ReportTemplate::QuarterlyPartner => quarterly::content(question, facts),
        ReportTemplate::AnnualStatistics => annual::content(question, facts),
        ReportTemplate::ResponseTimes => response::content(question, facts),
        ReportTemplate::ImportControl => import_control::content(question, facts),
        ReportTemplate::TraceBack => trace_back::content(question, facts),
        ReportTemplate::Training => training::content(question, facts),
        ReportTemplate::ReviewPack => review_pack::content(question, facts),
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
        ReportTemplate::QuarterlyPartner
        | ReportTemplate::ResponseTimes
        | ReportTemplate::TraceBack
        | ReportTemplate::ReviewPack
        | ReportTemplate::HazardBulletin => true,
        ReportTemplate::AnnualStatistics | ReportTemplate::ImportControl | ReportTemplate::Training => false,
    }
}

/// Of which feeds a template is made.
#[must_use]
pub fn sources_of(template: ReportTemplate) -> &'static [Source] {
    use ReportTemplate::{
        AnnualStatistics, HazardBulletin, ImportControl, QuarterlyPartner, ResponseTimes, ReviewPack,
        TraceBack, Training,
    };
    match template {
        QuarterlyPartner | AnnualStatistics | ResponseTimes | TraceBack | HazardBulletin => {
            &[Source::Notifications]
        }
        ImportControl => &[Source::Consignments],
        Training => &[Source::Training],
        ReviewPack => &Source::ALL,
    }
}

/// The version of a template: it rises where a figure comes, goes, or comes to mean something else.
#[must_use]
pub fn version_of(template: ReportTemplate) -> u32 {
    match template {
        ReportTemplate::QuarterlyPartner
        | ReportTemplate::AnnualStatistics
        | ReportTemplate::ResponseTimes
        | ReportTemplate::ReviewPack
        | ReportTemplate::Training => 3,
        ReportTemplate::ImportControl | ReportTemplate::TraceBack | ReportTemplate::HazardBulletin => 2,
    }
}
