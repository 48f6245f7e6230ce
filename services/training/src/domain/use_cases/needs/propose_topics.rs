//! Proposes topics for training from the alerts of a period.

use jiff::Timestamp;
use seamless_identifiers::CountryCode;

use super::{Alerts, cover::Covering};
use crate::domain::{
    Caller, DomainError, Rules, Violation,
    model::{EventStatus, ProductAreaId, RiskType},
    needs::{Grouped, KnownFeed, ProductAreas, Topic, TopicPeriod, TopicQuestion, topics},
    ports::ActivityReader,
    use_cases::MaterialAccess,
};

/// The use case.
pub struct ProposeTopics<'a> {
    pub rules: &'a Rules,
    pub alerts: Alerts<'a>,
    pub activities: &'a dyn ActivityReader,
    pub materials: MaterialAccess<'a>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct TopicRequest {
    /// None for now.
    pub end: Option<Timestamp>,
    /// At least 1, once it was checked.
    pub days: i32,
    pub product_area: Option<ProductAreaId>,
    pub hazards: Vec<RiskType>,
    pub origin: Option<CountryCode>,
    pub least: u64,
    /// Only those that nothing covers.
    pub not_covered: bool,
    pub status: EventStatus,
}

impl TopicRequest {
    /// What is wrong: a period that is too long or not over, a product area that is not known.
    #[must_use]
    pub fn violations(&self, areas: &ProductAreas, longest_days: u32, now: Timestamp) -> Vec<Violation> {
        let mut wrong = Vec::new();
        if let Err(one) = checked_days(self.days, longest_days) {
            wrong.push(one);
        }
        if let Some(end) = self.end.filter(|end| *end > now) {
            let why = format!("wants an instant that is not later than now, {now}; got {end}");
            wrong.push(Violation::new("end_time", why));
        }
        if let Some(area) = self.product_area.as_ref().filter(|area| areas.get(area).is_none()) {
            let why = format!("wants one of those that ListProductAreas lists; got {area}");
            wrong.push(Violation::new("product_area", why));
        }
        wrong
    }
}

/// A number of days that there can be.
///
/// # Errors
/// What it wants and what it got.
pub fn checked_days(days: i32, longest: u32) -> Result<u32, Violation> {
    let given = u32::try_from(days).ok().filter(|days| (1..=longest).contains(days));
    given.ok_or_else(|| Violation::new("days", format!("wants 1 to {longest}; got {days}")))
}

/// What was found.
pub struct Proposed {
    pub period: TopicPeriod,
    /// Without its topics.
    pub all: Grouped,
    /// In their order, each with what covers it.
    pub topics: Vec<(Topic, Vec<String>)>,
    pub known: KnownFeed,
}

impl ProposeTopics<'_> {
    /// All topics of the period of a request that was checked.
    ///
    /// # Errors
    /// Those of [`Alerts`], and of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        request: TopicRequest,
        now: Timestamp,
    ) -> Result<Proposed, DomainError> {
        let known = self.alerts.known(&caller.authority, request.status).await?;
        let period =
            TopicPeriod { end: request.end.unwrap_or(now), days: u32::try_from(request.days).unwrap_or(1) };
        let span = (period.start_before(), period.end);
        let alerts = self.alerts.within(&caller.authority, request.status, &[span]).await?;
        let question = TopicQuestion {
            period,
            product_area: request.product_area,
            hazards: request.hazards,
            origin: request.origin,
            least: request.least,
            named: self.alerts.named,
        };
        let mut all = topics(&alerts, self.alerts.areas, &question);
        let covering = Covering { rules: self.rules, activities: self.activities, materials: self.materials };
        let cover = covering.since(caller, request.status, period.start(), now).await?;
        let with_cover = |topic: Topic| {
            let of = (topic.key.product_area.clone(), topic.key.hazard);
            let names = cover.get(&of).cloned().unwrap_or_default();
            (topic, names)
        };
        let mut topics: Vec<_> = std::mem::take(&mut all.topics).into_iter().map(with_cover).collect();
        topics.retain(|(_, cover)| !request.not_covered || cover.is_empty());
        Ok(Proposed { period, all, topics, known })
    }
}
