//! Compares the alerts before and after an activity.

use jiff::{Timestamp, tz::TimeZone};

use super::{Alerts, propose_topics::checked_days};
use crate::domain::{
    Caller, DomainError, Rules, Violation,
    model::{Activity, ActivityId, ActivityState, EventStatus, ProductAreaId, RiskType},
    needs::{Compared, ComparedTimes, KnownFeed, areas_of, compare, hazards_of},
    use_cases::ActivityAccess,
};

/// The use case.
pub struct GetEffect<'a> {
    pub rules: &'a Rules,
    pub alerts: Alerts<'a>,
    pub activities: ActivityAccess<'a>,
}

/// What was found.
pub struct EffectFound {
    pub activity: ActivityId,
    pub status: EventStatus,
    pub times: ComparedTimes,
    pub compared: Compared,
    pub known: KnownFeed,
}

/// What an activity is about, as far as the caller sees it.
struct About<'a> {
    areas: &'a [ProductAreaId],
    hazards: Vec<RiskType>,
}

impl GetEffect<'_> {
    /// The alerts of the caller's authority in so many days before and after.
    ///
    /// # Errors
    /// `Denied`; `Invalid` for too many days; an activity that is not announced, or does not say what it is about and when;
    /// those of [`Alerts`].
    pub async fn execute(
        &self,
        caller: &Caller,
        id: ActivityId,
        days: i32,
        now: Timestamp,
    ) -> Result<EffectFound, DomainError> {
        let activity = self.activities.seen(caller, id, now).await?;
        let days = checked_days(days, self.alerts.longest_days).map_err(|wrong| vec![wrong])?;
        let status = activity.content.status;
        let known = self.alerts.known(&caller.authority, status).await?;
        if !matches!(activity.state, ActivityState::Published | ActivityState::Held) {
            return Err(DomainError::illegal(activity.name(), activity.state, "GetEffect"));
        }
        let clearance = self.rules.clearance(&activity, &caller.authority, now);
        let clearance = clearance.ok_or(DomainError::DENIED)?;
        let meant = About {
            areas: areas_of(&activity.content, clearance),
            hazards: hazards_of(&activity.content, clearance),
        };
        let (begins, ends) = self.complete(&activity, &meant)?;
        let times = ComparedTimes::around(begins, ends, days, known.known_until);
        let spans = [times.known_before(), times.known_after()].map(|span| (span.start, span.end));
        let alerts = self.alerts.within(&caller.authority, status, &spans).await?;
        let compared = compare(&alerts, self.alerts.areas, (meant.areas, &meant.hazards), &times);
        Ok(EffectFound { activity: id, status, times, compared, known })
    }

    /// When it is, if it says that and what it is about.
    fn complete(
        &self,
        activity: &Activity,
        meant: &About<'_>,
    ) -> Result<(Timestamp, Timestamp), DomainError> {
        let mut missing = Vec::new();
        if meant.areas.is_empty() {
            let wanted = "name at least one product area: ListProductAreas lists them";
            missing.push(Violation::new("product_areas", wanted));
        }
        let is_unknown = |area: &&ProductAreaId| self.alerts.areas.get(area).is_none();
        for area in meant.areas.iter().filter(is_unknown) {
            let wanted = format!("{area} means no alerts: name one of those that ListProductAreas lists");
            missing.push(Violation::new("product_areas", wanted));
        }
        if meant.hazards.is_empty() {
            missing.push(Violation::new("hazards", "name at least one hazard"));
        }
        let time = self.time_of(activity);
        if time.is_none() {
            missing.push(Violation::new("sessions", "say when it takes place"));
        }
        match time.filter(|_| missing.is_empty()) {
            Some(time) => Ok(time),
            None => Err(DomainError::Incomplete { resource: activity.name(), missing }),
        }
    }

    /// From its first meeting to its last; of a campaign its days, where its organiser is.
    fn time_of(&self, activity: &Activity) -> Option<(Timestamp, Timestamp)> {
        if let Some(time) = activity.begins().zip(activity.ends()) {
            return Some(time);
        }
        let (first, last) = activity.content.campaign.as_ref()?.period?;
        let known = self.rules.cooperation.authority(&activity.organiser);
        let zone = known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        let begins = zone.to_timestamp(first.at(0, 0, 0, 0)).ok()?;
        Some((begins, self.rules.end_of_day_at(&activity.organiser, last)))
    }
}
