//! Training reach and obligations: activities, people as counts, materials, feedback, campaigns, what was promised, and what is to be
//! done.

mod actions;
mod activities;
mod campaigns;
mod feedback;
mod materials;
mod obligations;
mod reach;

use std::collections::HashMap;

use seamless_identity::ArrangementId;

use super::{Facts, Question, head};
use crate::domain::{
    content::{Content, Section},
    facts::{
        ActionFact, ActivityFact, AttendanceFact, CertificatesFact, ContributionFact, DownloadsFact, Fact,
        FeedbackFact, MaterialFact, ObligationFact, RegistrationsFact,
    },
    model::{ActivityState, EventStatus},
};

/// What the feed of training told of one status; materials and obligations have none, and count with actual alone.
#[derive(Clone, Debug, Default)]
pub struct TrainingFacts {
    /// All in the order of their names.
    pub activities: Vec<ActivityFact>,
    /// By the name of the activity.
    pub registrations: HashMap<String, RegistrationsFact>,
    pub attendance: HashMap<String, AttendanceFact>,
    pub certificates: HashMap<String, CertificatesFact>,
    pub feedback: HashMap<String, FeedbackFact>,
    pub materials: Vec<MaterialFact>,
    pub downloads: Vec<DownloadsFact>,
    pub obligations: Vec<ObligationFact>,
    pub contributions: Vec<ContributionFact>,
    pub actions: Vec<ActionFact>,
}

impl TrainingFacts {
    /// Takes a fact in; gives it back where it is of another feed.
    pub(super) fn take(&mut self, fact: Fact, status: EventStatus) -> Option<Fact> {
        let is_actual = status == EventStatus::Actual;
        match fact {
            Fact::Activity(fact) if fact.status == status => self.activities.push(fact),
            Fact::Registrations(fact) if fact.status == status => {
                self.registrations.insert(fact.activity.clone(), fact);
            }
            Fact::Attendance(fact) if fact.status == status => {
                self.attendance.insert(fact.activity.clone(), fact);
            }
            Fact::Certificates(fact) if fact.status == status => {
                self.certificates.insert(fact.activity.clone(), fact);
            }
            Fact::Feedback(fact) if fact.status == status => {
                self.feedback.insert(fact.activity.clone(), fact);
            }
            Fact::Material(fact) if is_actual => self.materials.push(fact),
            Fact::Downloads(fact) if is_actual => self.downloads.push(fact),
            Fact::Obligation(fact) if is_actual => self.obligations.push(fact),
            Fact::Contribution(fact) if fact.status == status => self.contributions.push(fact),
            Fact::Action(fact) if fact.status == status => self.actions.push(fact),
            Fact::Activity(_)
            | Fact::Registrations(_)
            | Fact::Attendance(_)
            | Fact::Certificates(_)
            | Fact::Feedback(_)
            | Fact::Material(_)
            | Fact::Downloads(_)
            | Fact::Obligation(_)
            | Fact::Contribution(_)
            | Fact::Action(_) => {}
            other => return Some(other),
        }
        None
    }

    /// The activity of this name; none where it is not shown.
    pub(in crate::domain::figures) fn activity(&self, name: &str) -> Option<&ActivityFact> {
        let at = self.activities.binary_search_by(|one| one.name.as_str().cmp(name)).ok()?;
        self.activities.get(at)
    }

    /// Puts all in the order of their names.
    pub(super) fn sort(&mut self) {
        self.activities.sort_by(|one, other| one.name.cmp(&other.name));
        self.materials.sort_by(|one, other| one.name.cmp(&other.name));
        self.downloads.sort_by(|one, other| one.name.cmp(&other.name));
        self.obligations.sort_by(|one, other| one.name.cmp(&other.name));
        self.contributions.sort_by(|one, other| one.name.cmp(&other.name));
        self.actions.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

/// What owner and partner promised each other, and the activities under their arrangements.
pub(super) fn promised(question: &Question<'_>, facts: &TrainingFacts) -> Vec<Section> {
    let is_theirs =
        |arrangement: &ArrangementId| question.arrangements.iter().any(|one| one.id == *arrangement);
    let of_period = facts.activities.iter().filter(|activity| is_of_period(question, activity));
    let theirs: Vec<&ActivityFact> =
        of_period.filter(|activity| activity.arrangement.as_ref().is_some_and(is_theirs)).collect();
    let held: Vec<&ActivityFact> =
        theirs.iter().filter(|activity| activity.state == ActivityState::Held).copied().collect();
    let obligations = facts.obligations.iter().filter(|one| is_theirs(&one.arrangement));
    let obligations: Vec<&ObligationFact> = obligations.collect();
    vec![obligations::section(question, facts, &obligations), activities::section(question, &theirs, &held)]
}

/// What was promised for a time that the period is in; none where nothing was.
pub(super) fn obligations_of(question: &Question<'_>, facts: &TrainingFacts) -> Option<Section> {
    let section = obligations::section(question, facts, &facts.obligations.iter().collect::<Vec<_>>());
    section.figures.iter().any(|figure| figure.cases > 0).then_some(section)
}

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let facts = &facts.training;
    let of_period: Vec<&ActivityFact> =
        facts.activities.iter().filter(|activity| is_of_period(question, activity)).collect();
    let held: Vec<&ActivityFact> =
        of_period.iter().filter(|activity| activity.state == ActivityState::Held).copied().collect();
    let sections = vec![
        activities::section(question, &of_period, &held),
        reach::section(facts, &held),
        feedback::section(facts, &held),
        materials::section(question, facts),
        campaigns::section(facts, &of_period),
        obligations::section(question, facts, &facts.obligations.iter().collect::<Vec<_>>()),
        actions::section(question, facts),
    ];
    let title = head::title(question, "Training reach and obligations", "培训覆盖与承诺履行");
    Content { title, facts: head::facts(question), sections }
}

/// Whether it began within the period: by its first meeting, or by the first day of a campaign.
fn is_of_period(question: &Question<'_>, activity: &ActivityFact) -> bool {
    match (activity.start, activity.first_day) {
        (Some(start), _) => start >= question.start && start < question.cut,
        (None, Some(day)) => question.period.first <= day && day <= question.period.last,
        (None, None) => false,
    }
}
