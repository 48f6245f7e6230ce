//! From what is known of alerts to what a bulletin says. Pure: the same alerts, question and glossary give the same content, whatever
//! order the alerts come in.

mod chapters;
mod counts;
mod findings;

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use seamless_identifiers::{CountryCode, PartialDate};

use super::{
    chapters::Chapter,
    content::Content,
    figures::Party,
    glossary::Glossary,
    model::{EventStatus, Month, NotificationState, NotificationType, RiskType, TermFinding},
    recall::RecallFact,
};

/// All that a bulletin is made of besides alerts and glossary.
#[derive(Clone, Debug)]
pub struct BulletinQuestion<'a> {
    pub owner: &'a Party,
    /// The side whose alerts it lists.
    pub recalling: &'a Party,
    pub origin: CountryCode,
    pub month: Month,
    /// Where the month is.
    pub zone: &'a TimeZone,
    pub status: EventStatus,
    /// The newest that is known.
    pub cut: Timestamp,
}

/// What a bulletin says.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Title, facts and counts.
    pub head: Content,
    pub clusters: Vec<Cluster>,
    pub findings: Vec<TermFinding>,
    /// The clusters and the findings, as documents have them.
    pub chapters: Vec<Chapter>,
}

/// The alerts of one hazard.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// None for alerts that tell of none.
    pub risk: Option<RiskType>,
    /// By date and name.
    pub alerts: Vec<Listed>,
}

/// An alert that is listed, with the date by which it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub date: PartialDate,
    pub alert: RecallFact,
}

impl BulletinQuestion<'_> {
    /// The date by which an alert is in the bulletin; none where it is not.
    #[must_use]
    pub fn lists(&self, alert: &RecallFact) -> Option<PartialDate> {
        let is_told = alert.status == self.status
            && self.recalling.members.contains(&alert.originator)
            && alert.origins.contains(&self.origin)
            && alert.confirmed.is_some()
            && alert.state != NotificationState::Withdrawn
            && alert.kind != Some(NotificationType::FollowUp);
        let date = is_told.then(|| alert.date(self.zone)).flatten()?;
        self.month.has(&date).then_some(date)
    }
}

/// What the bulletin says of these alerts; those that are not of it are left out.
#[must_use]
pub fn bulletin(question: &BulletinQuestion<'_>, alerts: Vec<RecallFact>, glossary: &Glossary) -> Said {
    let dated = alerts.into_iter().filter_map(|alert| Some(Listed { date: question.lists(&alert)?, alert }));
    let mut listed: Vec<Listed> = dated.collect();
    listed.sort_by(|one, other| (one.date, &one.alert.name).cmp(&(other.date, &other.alert.name)));
    let findings = findings::of(&listed, glossary);
    let head = counts::head(question, &listed, findings.len(), glossary);
    let clusters = clustered(listed);
    let chapters = chapters::of(&clusters, &findings);
    Said { head, clusters, findings, chapters }
}

/// Each alert under the first of its hazards, the most frequent first; those without last.
fn clustered(listed: Vec<Listed>) -> Vec<Cluster> {
    let mut counts: BTreeMap<i32, (RiskType, usize)> = BTreeMap::new();
    for risk in listed.iter().flat_map(|one| &one.alert.risks) {
        counts.entry(*risk as i32).or_insert((*risk, 0)).1 += 1;
    }
    let mut order: Vec<(RiskType, usize)> = counts.into_values().collect();
    // Stable: of hazards that are as frequent the one with the smaller number stands first.
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let risks = order.into_iter().map(|(risk, _)| Some(risk)).chain([None]);
    let mut clusters: Vec<Cluster> = risks.map(|risk| Cluster { risk, alerts: Vec::new() }).collect();
    for one in listed {
        let is_of = |cluster: &&mut Cluster| cluster.risk.is_none_or(|risk| one.alert.risks.contains(&risk));
        if let Some(cluster) = clusters.iter_mut().find(is_of) {
            cluster.alerts.push(one);
        }
    }
    clusters.retain(|cluster| !cluster.alerts.is_empty());
    clusters
}
