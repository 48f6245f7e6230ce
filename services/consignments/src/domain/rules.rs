//! What is configuration rather than code: authorities, arrangements, calendars, and the pilot; and who may see what
//! by it.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_calendar::Calendars;
use seamless_disclosure::Audience;
use seamless_identifiers::Unlocode;
use seamless_identity::{ArrangementId, AuthorityId, Cooperation};

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
    /// The side of an authority: its contact point, or itself.
    #[must_use]
    pub fn side_of<'a>(&'a self, authority: &'a AuthorityId) -> &'a AuthorityId {
        self.cooperation.contact_point_of(authority)
    }

    /// The authorities whose own records the viewer sees: itself, and those that stand behind it.
    #[must_use]
    pub fn seen_owners(&self, viewer: &AuthorityId) -> Vec<AuthorityId> {
        let all = self.cooperation.authorities().map(|authority| &authority.id);
        all.filter(|owner| self.sees_as_owner(owner, viewer)).cloned().collect()
    }

    /// True if the viewer sees what is `owner`'s own: it is the owner, or its contact point.
    #[must_use]
    pub fn sees_as_owner(&self, owner: &AuthorityId, viewer: &AuthorityId) -> bool {
        owner == viewer || self.side_of(owner) == viewer
    }

    /// The arrangements in force in which the viewer takes part, itself or through its contact point.
    #[must_use]
    pub fn open_arrangements(&self, viewer: &AuthorityId, now: Timestamp) -> Vec<ArrangementId> {
        let side = self.side_of(viewer);
        let open = self.cooperation.in_force(now).filter(|arrangement| arrangement.has_party(side));
        open.map(|arrangement| arrangement.id.clone()).collect()
    }

    /// True if the arrangement is in force, and the viewer takes part in it.
    #[must_use]
    pub fn is_open_to_side(&self, arrangement: &ArrangementId, viewer: &AuthorityId, now: Timestamp) -> bool {
        let arrangement = self.cooperation.arrangement(arrangement);
        arrangement.is_some_and(|known| known.is_in_force(now) && known.has_party(self.side_of(viewer)))
    }

    /// Whom events under an arrangement are told to: every authority that takes part in it.
    #[must_use]
    pub fn members(&self, arrangement: &ArrangementId) -> Vec<AuthorityId> {
        let Some(known) = self.cooperation.arrangement(arrangement) else { return Vec::new() };
        let all = self.cooperation.authorities().map(|authority| &authority.id);
        all.filter(|authority| known.has_party(self.side_of(authority))).cloned().collect()
    }

    /// Every authority of a side: the contact point, and those that stand behind it.
    #[must_use]
    pub fn side_members(&self, side: &AuthorityId) -> Vec<AuthorityId> {
        let all = self.cooperation.authorities().map(|authority| &authority.id);
        all.filter(|authority| self.side_of(authority) == side).cloned().collect()
    }

    /// The day at a side: in its contact point's time zone; in UTC if the cooperation knows it no more.
    #[must_use]
    pub fn today_at(&self, side: &AuthorityId, now: Timestamp) -> Date {
        let known = self.cooperation.authority(side);
        let zone = known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        zone.to_datetime(now).date()
    }

    /// The owner and its contact point.
    #[must_use]
    pub fn own_side(&self, owner: &AuthorityId) -> Vec<AuthorityId> {
        let side = self.side_of(owner);
        if side == owner { vec![owner.clone()] } else { vec![owner.clone(), side.clone()] }
    }

    /// What the viewer is to a record of `owner`: sees all of it, or what parties see.
    #[must_use]
    pub fn clearance(&self, owner: &AuthorityId, viewer: &AuthorityId) -> Audience {
        if self.sees_as_owner(owner, viewer) { Audience::Originator } else { Audience::Parties }
    }

    /// The entry point, if the caller works there, or is the contact point of who does.
    ///
    /// # Errors
    /// `Denied` otherwise: whoever has no part in an entry point need not know of it.
    pub fn own_entry_point(&self, caller: &Caller, id: &Unlocode) -> Result<&EntryPoint, DomainError> {
        let known = self.pilot.entry_points.get(id);
        let own = known.filter(|entry_point| self.sees_as_owner(&entry_point.authority, &caller.authority));
        own.ok_or(DomainError::Denied)
    }
}
