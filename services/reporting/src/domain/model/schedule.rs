//! A schedule of reports or bulletins, and its runs.
//!
//! Invariant: when it is due next follows from the run that was due last, never from when that ran; and the two are stored together with
//! the report that was asked for. A run never changes.

use jiff::{Timestamp, ToSpan, civil::Date};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Period, Rhythm, WrongPeriod,
    ids::{ReportId, ScheduleId},
    period::spelled,
    vocabulary::{EventStatus, ReportTemplate, ScheduleOutcome, SchedulePeriod, ScheduleState},
};
use crate::domain::records::{Place, Record};

/// What its owner says of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleTerms {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub display_name: String,
    pub template: ReportTemplate,
    /// With whose side; none where the template is about no partner. Of bulletins who speaks for the recalling side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<AuthorityId>,
    /// Of bulletins the country of origin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<CountryCode>,
    pub status: EventStatus,
    pub cron_expression: String,
    /// An IANA zone.
    pub time_zone: String,
    pub period: SchedulePeriod,
    /// No person finds its reports right.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approve_automatically: bool,
    /// To whom a report is published as it is approved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<AuthorityId>,
}

/// A schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSchedule {
    pub id: ScheduleId,
    pub owner: AuthorityId,
    pub terms: ScheduleTerms,
    pub state: ScheduleState,
    /// The next run is the first one behind this instant: the run that was due last, or when it was created, changed or resumed.
    pub counted_from: Timestamp,
    /// When the next run is due by the zone data of when this was reckoned; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// When the last run was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// The report that the last run had generated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_report: Option<ReportId>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// A run of a schedule, or several that were missed one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRun {
    pub id: Uuid,
    pub schedule: ScheduleId,
    pub owner: AuthorityId,
    /// When it was due; of several the first.
    pub intended: Timestamp,
    /// When it ran, or was found missed.
    pub time: Timestamp,
    pub outcome: ScheduleOutcome,
    pub period: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// It is a bulletin.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bulletin: bool,
    /// Of several that were missed, when the last was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_intended: Option<Timestamp>,
    /// How many.
    pub count: u64,
    /// Why no report could be asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failure: String,
}

/// The resource name of a schedule.
#[must_use]
pub fn schedule_name(id: ScheduleId) -> String {
    format!("schedules/{id}")
}

impl ReportSchedule {
    /// Whether it has come further than the run that is next by this time: it ran while the clock was ahead, and would be silent until then.
    /// That replicas tell the time by some seconds otherwise is less.
    #[must_use]
    pub fn is_ahead_of(&self, now: Timestamp, zones: &seamless_calendar::Zones) -> bool {
        let next = || self.terms.rhythm(zones).ok().and_then(|rhythm| rhythm.next(now));
        self.counted_from > now && next().is_some_and(|next| self.counted_from > next)
    }
}

impl ScheduleTerms {
    /// Whether it asks for bulletins.
    #[must_use]
    pub fn is_of_bulletins(&self) -> bool {
        self.template == ReportTemplate::HazardBulletin
    }

    /// When it is due.
    ///
    /// # Errors
    /// Each field that is wrong.
    pub fn rhythm(&self, zones: &seamless_calendar::Zones) -> Result<Rhythm, Vec<WrongPeriod>> {
        Rhythm::read(&self.cron_expression, &self.time_zone, zones)
    }

    /// The same with the zone as the zone data spells it.
    #[must_use]
    pub fn spelled(self, zones: &seamless_calendar::Zones) -> Self {
        Self { time_zone: spelled(self.time_zone, zones), ..self }
    }

    /// The period that a run of this local day is for; none at the ends of the representable time.
    #[must_use]
    pub fn period_of(&self, day: Date) -> Option<Period> {
        let month = day.first_of_month();
        let (first, behind) = match self.period {
            SchedulePeriod::PreviousMonth => (month.checked_sub(1.month()).ok()?, month),
            SchedulePeriod::PreviousQuarter => {
                let quarter = month.checked_sub(i64::from((day.month() - 1) % 3).months()).ok()?;
                (quarter.checked_sub(3.months()).ok()?, quarter)
            }
            SchedulePeriod::PreviousYear => {
                let year = day.first_of_year();
                (year.checked_sub(1.year()).ok()?, year)
            }
            SchedulePeriod::Previous24Months => (month.checked_sub(24.months()).ok()?, month),
            SchedulePeriod::PreviousDay => (day.yesterday().ok()?, day),
        };
        Some(Period { first, last: behind.yesterday().ok()?, zone: self.time_zone.clone() })
    }
}

impl Record for ReportSchedule {
    const KIND: &'static str = "schedule";
    type Place = Place;

    fn name(&self) -> String {
        schedule_name(self.id)
    }

    fn place(&self) -> Place {
        Place {
            state: self.state as i32,
            order: self.create_time.as_microsecond(),
            ..Place::of_owner(self.owner.clone())
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for ScheduleRun {
    const KIND: &'static str = "schedule_run";
    type Place = Place;

    fn name(&self) -> String {
        format!("{}/runs/{}", schedule_name(self.schedule), self.id)
    }

    fn place(&self) -> Place {
        Place {
            group: schedule_name(self.schedule),
            state: self.outcome as i32,
            order: self.intended.as_microsecond(),
            ..Place::of_owner(self.owner.clone())
        }
    }

    fn revision(&self) -> i64 {
        1
    }
}
