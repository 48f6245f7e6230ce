//! What is configuration rather than code: authorities, arrangements, calendars, and the pilot; and who may see what
//! by it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use seamless_calendar::Calendars;
use seamless_disclosure::Audience;
use seamless_identifiers::{Unlocode, Violation};
use seamless_identity::{AuthorityId, Cooperation};
use serde::Deserialize;

use super::{
    Caller, DomainError,
    local_day::today,
    model::Screening,
    pilot::{EntryPoint, Pilot},
};

/// Everything that the use cases need to know of the world around them.
#[derive(Clone)]
pub struct Rules {
    pub cooperation: Arc<Cooperation>,
    pub calendars: Arc<Calendars>,
    pub pilot: Arc<Pilot>,
    pub arrivals: ArrivalTimes,
}

/// Which times of arrival, and of examinations beside them, are taken for meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrivalTimes {
    /// How far ahead goods may be announced, in days.
    pub days_ahead: u32,
    /// How long ago they may have arrived, in days.
    pub days_back: u32,
    /// How long before their time of arrival, which is often an expected one, goods may have been examined, in days.
    pub days_early: u32,
}

impl ArrivalTimes {
    /// What is wrong with a time of arrival at `field`.
    #[must_use]
    pub fn wrong(self, field: &str, arrival: Timestamp, now: Timestamp) -> Option<Violation> {
        let Self { days_ahead, days_back, .. } = self;
        let violation = |wanted: String| Some(Violation::new(field, format!("{wanted}; got {arrival}")));
        if now.checked_add(days(days_ahead)).is_ok_and(|latest| arrival > latest) {
            return violation(format!("wants at most {days_ahead} days ahead"));
        }
        if now.checked_sub(days(days_back)).is_ok_and(|earliest| arrival < earliest) {
            return violation(format!("wants at most {days_back} days ago"));
        }
        None
    }

    /// What is wrong with a time of examination at `field` of goods that arrive then.
    #[must_use]
    pub fn wrong_examination(self, field: &str, time: Timestamp, arrival: Timestamp) -> Option<Violation> {
        let earliest = arrival.checked_sub(days(self.days_early)).ok()?;
        let wanted = format!("wants {earliest} or later, {} days before the goods arrive", self.days_early);
        (time < earliest).then(|| Violation::new(field, format!("{wanted}; got {time}")))
    }
}

fn days(number: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(number) * 24)
}

impl Rules {
    /// The day at a side: in its contact point's time zone; in UTC if the cooperation knows it no more.
    #[must_use]
    pub fn today_at(&self, side: &AuthorityId, now: Timestamp) -> Date {
        let known = self.cooperation.authority(side);
        let zone = known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        zone.to_datetime(now).date()
    }

    /// What the viewer is to a record of `owner`: sees all of it, or what parties see.
    #[must_use]
    pub fn clearance(&self, owner: &AuthorityId, viewer: &AuthorityId) -> Audience {
        if self.cooperation.sees_as_owner(owner, viewer) { Audience::Originator } else { Audience::Parties }
    }

    /// The day on which goods arrive elsewhere than where their plan is, there: as plans count, it is today of those that are said
    /// to have arrived before. None for goods that arrive where their plan is, and where this service knows no such entry point.
    #[must_use]
    pub fn arrives_elsewhere(&self, screening: &Screening) -> Option<Date> {
        let place = &screening.consignment.entry_point;
        let entry_point =
            self.pilot.entry_points.get(place).filter(|_| *place != screening.draw.entry_point)?;
        Some(today(entry_point, screening.consignment.arrival.max(screening.time)))
    }

    /// The entry point, if the caller works there, or is the contact point of who does.
    ///
    /// # Errors
    /// `Denied` otherwise: whoever has no part in an entry point need not know of it.
    pub fn own_entry_point(&self, caller: &Caller, id: &Unlocode) -> Result<&EntryPoint, DomainError> {
        let known = self.pilot.entry_points.get(id);
        let own = known
            .filter(|entry_point| self.cooperation.sees_as_owner(&entry_point.authority, &caller.authority));
        own.ok_or(DomainError::Denied)
    }

    /// What is wrong with an entry point as that of a caller's goods, told of the field at this path.
    pub fn wrong_entry_point(&self, field: &str, caller: &Caller, id: &Unlocode) -> Option<Violation> {
        let is_wrong = self.own_entry_point(caller, id).is_err();
        let description = || format!("wants an entry point of {}; got {id}", caller.authority);
        is_wrong.then(|| Violation::new(field, description()))
    }
}
