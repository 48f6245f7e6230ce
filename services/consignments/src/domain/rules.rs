//! What is configuration rather than code: authorities, arrangements, calendars, and the pilot; and who may see what
//! by it.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_calendar::Calendars;
use seamless_disclosure::Audience;
use seamless_identifiers::Unlocode;
use seamless_identity::{AuthorityId, Cooperation};

use super::{
    Caller, DomainError,
    pilot::{EntryPoint, Pilot},
};

/// Everything that the use cases need to know of the world around them.
#[derive(Clone)]
pub struct Rules {
    pub cooperation: Arc<Cooperation>,
    pub calendars: Arc<Calendars>,
    pub pilot: Arc<Pilot>,
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
}
