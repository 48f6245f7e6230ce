//! Answers questions about numbers, and lists the cases behind them.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_suppression::{Budget, Rule, SuppressionError};

use super::published::Published;

use crate::domain::{
    Caller, DomainError, Reached, Rules, Violation,
    content::Text,
    cut::{cut, settled},
    error::Refusal,
    figures::{
        Facts, Party, Question,
        statistics::{Found, Notified, Statistics, StatisticsQuery, World, found, statistics, wrong},
    },
    model::{Input, ReportTemplate},
    ports::{FactReader, Known},
    small_counts::{JudgedBy, Released, release, statistics_for_others},
    source::Feed,
};

/// What is asked, and of whose facts.
#[derive(Clone, Debug)]
pub struct StatisticsRequest {
    pub query: StatisticsQuery,
    /// None for the caller's own.
    pub authority: Option<AuthorityId>,
}

/// Answers questions about numbers.
pub struct AskStatistics<'a> {
    pub rules: &'a Rules,
    pub facts: &'a dyn FactReader,
    /// How far feeds are known to have been told.
    pub reached: &'a Reached,
}

/// All that an answer is calculated from, of one moment.
#[derive(Clone, Debug)]
pub struct StatisticsBasis {
    pub query: StatisticsQuery,
    /// Whose facts.
    pub owner: AuthorityId,
    /// Up to when cases count as they stood.
    pub cut: Timestamp,
    /// All is known that was told of its period.
    is_over: bool,
    /// How far each feed was read.
    pub inputs: Vec<Input>,
    party: Party,
    start: Timestamp,
    facts: Facts,
    /// The zone of the period.
    zone: TimeZone,
    zones: Zones,
    jurisdictions: HashMap<AuthorityId, String>,
    names: HashMap<AuthorityId, Text>,
}

impl AskStatistics<'_> {
    /// Looks up what an answer is calculated from.
    ///
    /// # Errors
    /// Every wrong field; `Denied` where the facts are not of the caller's side; that no feed is followed.
    pub async fn basis(
        &self,
        caller: &Caller,
        asked: StatisticsRequest,
        now: Timestamp,
    ) -> Result<StatisticsBasis, DomainError> {
        let StatisticsRequest { query, authority } = asked;
        let owner = authority.unwrap_or_else(|| caller.authority.clone());
        if !self.rules.cooperation.sees_as_owner(&owner, &caller.authority) {
            return Err(DomainError::DENIED);
        }
        self.check(&query, now)?;
        let feed = Feed::of_alerts(&owner);
        let party = self.rules.party(&owner).filter(|_| self.rules.follows(&feed));
        let party = party.ok_or_else(|| DomainError::NotFollowed(feed.clone()))?;
        let zones = self.rules.zones.clone();
        let bounds = query.period.start(&zones).zip(query.period.end(&zones));
        let Some(((start, end), zone)) = bounds.zip(zones.get(&query.period.zone).ok()) else {
            return Err(DomainError::DENIED);
        };
        let Known { facts, inputs } = self.facts.known(&owner).await?;
        let known = settled(feed.source, end);
        let is_over = known <= now && self.reached.until_of(&feed).is_some_and(|until| until >= known);
        Ok(StatisticsBasis {
            cut: cut(start, end, is_over, &inputs),
            is_over,
            facts: Facts::of(facts, query.status),
            jurisdictions: self.rules.jurisdictions(),
            names: self.rules.names(),
            query,
            owner,
            inputs,
            party,
            start,
            zone,
            zones,
        })
    }

    /// What is wrong with a query, by its fields.
    fn check(&self, query: &StatisticsQuery, now: Timestamp) -> Result<(), DomainError> {
        let mut found: Vec<Violation> = Vec::new();
        for one in query.period.wrong(&self.rules.zones, now) {
            let field = format!("query.period.{}", one.field);
            found.push(Violation { field, description: one.wanted });
        }
        for Violation { field, description } in wrong(query) {
            found.push(Violation { field: format!("query.{field}"), description });
        }
        if found.is_empty() { Ok(()) } else { Err(found.into()) }
    }
}

impl StatisticsBasis {
    /// The figures.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        statistics(&self.question(), &self.query, &self.facts, self.world())
    }

    /// The cases behind a figure, the newest first.
    #[must_use]
    pub fn cases(&self) -> Vec<Found> {
        found(&self.question(), &self.query, &self.facts, self.world())
    }

    /// The figures as others may have them, judged by what was published before.
    ///
    /// # Errors
    /// `WantsFirst` where it would tell of few alerts whatever is withheld of it, where it is too large to be judged, and where not all of
    /// its period is known yet; `Fault` where it was stopped.
    pub fn released(
        &self,
        published: &Published,
        rule: Rule,
        budget: &Budget<'_>,
    ) -> Result<(Statistics, Released), DomainError> {
        let refused = |remedy: String| Refusal::WantsFirst {
            resource: "statistics".to_owned(),
            state: None,
            verb: "releasing",
            remedy,
        };
        if let Some(description) = published.wrong_zone(&self.query.period.zone) {
            return Err(vec![Violation { field: "query.period.time_zone".to_owned(), description }].into());
        }
        if !self.is_over {
            let soon = "not all of its period is known yet; ask again when the feed was read until its end";
            return Err(refused(soon.to_owned()).into());
        }
        let (question, query) = (self.question(), &self.query);
        let alerts = Notified::of(&question, &self.facts, self.world());
        let by = JudgedBy { before: &published.before, rule, budget };
        let days = (query.period.first, query.period.last);
        let released = release(&alerts, query.status, days, &query.dimensions, by);
        let released = released.map_err(|error| match error {
            SuppressionError::TooLarge { .. } => refused(format!("{error}; ask about longer times")),
            _ => Refusal::Fault(error.to_string()),
        })?;
        let few = "it would tell of few alerts, whatever is withheld of it; ask about more of them";
        let released = released.ok_or_else(|| refused(few.to_owned()))?;
        Ok((statistics_for_others(&question, query, &released), released))
    }

    fn question(&self) -> Question<'_> {
        Question {
            template: ReportTemplate::AnnualStatistics,
            owner: &self.party,
            partner: None,
            period: &self.query.period,
            zone: &self.zone,
            start: self.start,
            cut: self.cut,
            status: self.query.status,
            arrangements: &[],
            jurisdictions: &self.jurisdictions,
            names: &self.names,
        }
    }

    fn world(&self) -> World<'_> {
        World { zones: &self.zones, jurisdictions: &self.jurisdictions }
    }
}
