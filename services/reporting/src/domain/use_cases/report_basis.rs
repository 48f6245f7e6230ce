//! What a report is calculated by, beside the facts: whose it is, which instants, who is who.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use seamless_identity::{Arrangement, AuthorityId};

use crate::domain::{
    Rules,
    content::Text,
    figures::{Party, Question},
    model::Report,
};

/// What a report is calculated by.
#[derive(Clone, Debug)]
pub struct ReportBasis<'a> {
    report: &'a Report,
    owner: Party,
    partner: Option<Party>,
    zone: TimeZone,
    /// The first instant of the period, and the first behind it.
    pub bounds: (Timestamp, Timestamp),
    arrangements: Vec<Arrangement>,
    jurisdictions: HashMap<AuthorityId, String>,
    names: HashMap<AuthorityId, Text>,
}

impl<'a> ReportBasis<'a> {
    /// As the configuration has it now.
    ///
    /// # Errors
    /// What it has no more, for the report's owner.
    pub fn of(rules: &Rules, report: &'a Report) -> Result<Self, String> {
        let partner = report.partner.as_ref().map(|partner| rules.party(partner));
        let (Some(owner), None | Some(Some(_))) = (rules.party(&report.owner), &partner) else {
            return Err("owner or partner is not in the cooperation any more".to_owned());
        };
        let zones = &rules.zones;
        let bounds = report.period.start(zones).zip(report.period.end(zones));
        let Some((bounds, zone)) = bounds.zip(zones.get(&report.period.zone).ok()) else {
            return Err(format!("the time zone {} is not known any more", report.period.zone));
        };
        let arrangements =
            report.partner.as_ref().map(|partner| rules.arrangements_of(&report.owner, partner));
        Ok(Self {
            report,
            owner,
            partner: partner.flatten(),
            zone,
            bounds,
            arrangements: arrangements.unwrap_or_default(),
            jurisdictions: rules.jurisdictions(),
            names: rules.names(),
        })
    }

    /// What is asked, up to a cut.
    #[must_use]
    pub fn question(&self, cut: Timestamp) -> Question<'_> {
        Question {
            template: self.report.template,
            owner: &self.owner,
            partner: self.partner.as_ref(),
            period: &self.report.period,
            zone: &self.zone,
            start: self.bounds.0,
            cut,
            status: self.report.status,
            arrangements: &self.arrangements,
            jurisdictions: &self.jurisdictions,
            names: &self.names,
        }
    }
}
