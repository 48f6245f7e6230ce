//! Import-control effectiveness: what examinations found by the way in which goods were chosen, how well they were chosen, what arrived,
//! suspensions, and how far the passes of inspection bodies held.

mod arrivals;
mod bodies;
mod capacity;
mod examinations;
mod hit_rates;
mod reliability;
mod seen;
mod suspensions;
mod targeting;

use std::collections::HashSet;

use super::{Facts, Party, Question, head};
use crate::domain::{
    content::{Content, Section},
    facts::{
        ApprovalFact, ArrivalsFact, ControlFact, CriterionFact, Fact, InspectionFact, MisuseFact, ModelFact,
        OverrideFact, PlanFact, ReliabilityFact, TrustFact,
    },
    model::EventStatus,
};

/// What the feed of consignments told of one status; what it tells of actual alone counts with actual alone.
#[derive(Clone, Debug, Default)]
pub struct ControlFacts {
    /// All in the order of their names.
    pub controls: Vec<ControlFact>,
    pub inspections: Vec<InspectionFact>,
    pub arrivals: Vec<ArrivalsFact>,
    pub plans: Vec<PlanFact>,
    pub trust: Vec<TrustFact>,
    pub approvals: Vec<ApprovalFact>,
    pub models: Vec<ModelFact>,
    pub criteria: Vec<CriterionFact>,
    pub overrides: Vec<OverrideFact>,
    pub reliabilities: Vec<ReliabilityFact>,
    pub misused: Vec<MisuseFact>,
}

impl ControlFacts {
    /// Takes a fact in; gives it back where it is of another feed.
    pub(super) fn take(&mut self, fact: Fact, status: EventStatus) -> Option<Fact> {
        let is_actual = status == EventStatus::Actual;
        match fact {
            Fact::Control(fact) if fact.status == status => self.controls.push(fact),
            Fact::Inspection(fact) if fact.status == status => self.inspections.push(fact),
            Fact::Arrivals(fact) if is_actual => self.arrivals.push(fact),
            Fact::Plan(fact) if is_actual => self.plans.push(fact),
            Fact::Trust(fact) if is_actual => self.trust.push(fact),
            Fact::Approval(fact) if is_actual => self.approvals.push(fact),
            Fact::Model(fact) if is_actual => self.models.push(fact),
            Fact::Criterion(fact) if is_actual => self.criteria.push(fact),
            Fact::Override(fact) if fact.status == status => self.overrides.push(fact),
            Fact::Reliability(fact) if is_actual => self.reliabilities.push(fact),
            Fact::Misuse(fact) if fact.status == status => self.misused.push(fact),
            Fact::Control(_)
            | Fact::Inspection(_)
            | Fact::Arrivals(_)
            | Fact::Plan(_)
            | Fact::Trust(_)
            | Fact::Approval(_)
            | Fact::Model(_)
            | Fact::Criterion(_)
            | Fact::Override(_)
            | Fact::Reliability(_)
            | Fact::Misuse(_) => {}
            other => return Some(other),
        }
        None
    }

    /// Reduces them to what a side is shown of its own pre-inspections: what became of them when the goods were examined, and the
    /// verdicts on its bodies; not how goods were chosen, nor what they are, nor anything of what others inspected.
    pub(super) fn show_to(&mut self, side: &Party) {
        self.inspections.retain(|inspection| side.members.contains(&inspection.originator));
        let bodies: HashSet<&str> =
            self.inspections.iter().map(|inspection| inspection.body.as_str()).collect();
        self.controls.retain(|control| control.body.as_deref().is_some_and(|body| bodies.contains(body)));
        for control in &mut self.controls {
            (control.selection, control.is_screened, control.probability) = (None, false, None);
            (control.lane, control.entry_point, control.is_passed) = (None, None, false);
            (control.matched_alerts, control.has_alert) = (0, false);
            (control.knowledge, control.plan_day) = (None, None);
        }
        self.trust.retain(|trust| bodies.contains(trust.body.as_str()));
        self.approvals.retain(|approval| bodies.contains(approval.body.as_str()));
        self.reliabilities.retain(|reliability| bodies.contains(reliability.body.as_str()));
        self.misused.retain(|misuse| bodies.contains(misuse.body.as_str()));
        (self.models, self.criteria, self.overrides) = (Vec::new(), Vec::new(), Vec::new());
        self.arrivals.clear();
        self.plans.clear();
    }

    /// Puts all in the order of their names.
    pub(super) fn sort(&mut self) {
        self.controls.sort_by(|one, other| one.name.cmp(&other.name));
        self.inspections.sort_by(|one, other| one.name.cmp(&other.name));
        self.arrivals.sort_by(|one, other| one.name.cmp(&other.name));
        self.plans.sort_by(|one, other| one.name.cmp(&other.name));
        self.trust.sort_by(|one, other| one.name.cmp(&other.name));
        self.approvals.sort_by(|one, other| one.name.cmp(&other.name));
        self.models.sort_by(|one, other| one.name.cmp(&other.name));
        self.criteria.sort_by(|one, other| one.name.cmp(&other.name));
        self.overrides.sort_by(|one, other| one.name.cmp(&other.name));
        self.reliabilities.sort_by(|one, other| one.name.cmp(&other.name));
        self.misused.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

/// What was examined, and what came of pre-inspections: how far these can steer control.
pub(super) fn evidence(question: &Question<'_>, facts: &ControlFacts) -> [Section; 2] {
    let seen = seen::seen(question, &facts.controls);
    [examinations::section(&seen), bodies::section(question, facts, &seen)]
}

/// What was found so far, by the way of choosing; none where nothing arrived and nothing was examined.
pub(super) fn so_far(question: &Question<'_>, facts: &ControlFacts) -> Option<Section> {
    let seen = seen::seen(question, &facts.controls);
    let arrived = |hour: &ArrivalsFact| hour.hour >= question.start && hour.hour < question.cut;
    let is_any = !seen.is_empty() || facts.arrivals.iter().any(arrived);
    is_any.then(|| hit_rates::section(question, &seen, &facts.arrivals))
}

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let facts = &facts.control;
    let seen = seen::seen(question, &facts.controls);
    // Who is told of others' controls alone is not shown how these were chosen, nor what they screened: nothing of it was none.
    let is_own = !facts.arrivals.is_empty() || examinations::is_shown(&seen);
    let chosen = [
        Some(hit_rates::section(question, &seen, &facts.arrivals)),
        targeting::section(question, facts, &seen),
        Some(arrivals::section(question, facts, &seen)),
    ];
    let sections = [Some(examinations::section(&seen))]
        .into_iter()
        .chain(chosen.into_iter().map(|section| section.filter(|_| is_own)))
        .chain([
            Some(suspensions::section(question, &facts.controls)),
            Some(bodies::section(question, facts, &seen)),
        ]);
    let sections = sections.flatten().collect();
    let title = head::title(question, "Import-control effectiveness", "进口管控成效");
    Content { title, facts: head::facts(question), sections }
}
