//! What is configuration rather than code: authorities, arrangements, calendars, zones, limits; and who may see what by it.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_calendar::{Calendars, SeriesLimits, Zones};
use seamless_disclosure::Audience;
use seamless_identity::{AuthorityId, Cooperation};

use super::model::{Activity, ActivityState, ActivityVisibility, Material, MaterialState, Registration};
use super::post::Post;
use super::slots::SlotLimits;

/// Everything that the use cases need to know of the world around them.
#[derive(Clone)]
pub struct Rules {
    pub cooperation: Arc<Cooperation>,
    pub calendars: Arc<Calendars>,
    pub zones: Zones,
    pub limits: Limits,
    /// How people are written to; none where nobody is.
    pub post: Option<Post>,
    /// The authorities whose feeds of reports are followed.
    pub followed_reports: Arc<[AuthorityId]>,
}

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of a rule of recurrence.
    pub series: SeriesLimits,
    /// Registrations of an activity or session, those that ended counted.
    pub registrations: u64,
    /// Of what is asked for when a slot is looked for.
    pub slots: SlotLimits,
    /// How many days before it is missed an obligation is at risk.
    pub obligation_warning_days: u32,
    /// How many days registrations are kept where an activity does not say.
    pub retention_days: u32,
    /// In how many days an erasure begins where nobody says.
    pub erasure_days: u32,
    /// Of calendars that people subscribe to.
    pub calendars: CalendarLimits,
    /// From how many answers on more is told of feedback than their number.
    pub least_feedback: u32,
}

/// How much a calendar shows, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct CalendarLimits {
    /// Links of an authority that are in force.
    pub links: usize,
    /// How many days after its end an activity is shown.
    pub past_days: u32,
    /// How many days it is shown that one was cancelled.
    pub cancelled_days: u32,
    /// Events of a calendar: one for each session, and for each meeting of a series that was moved.
    pub events: usize,
}

impl Rules {
    /// Whether the viewer is on the side of one of the organisers.
    #[must_use]
    pub fn organises(&self, activity: &Activity, viewer: &AuthorityId) -> bool {
        self.is_of_one(activity.organisers(), viewer)
    }

    /// Whether the viewer is on the side of one of them.
    #[must_use]
    pub fn is_of_one<'a>(
        &self,
        owners: impl IntoIterator<Item = &'a AuthorityId>,
        viewer: &AuthorityId,
    ) -> bool {
        owners.into_iter().any(|owner| self.cooperation.sees_as_owner(owner, viewer))
    }

    /// What the viewer is to an activity; none where it may not see it.
    #[must_use]
    pub fn clearance(&self, activity: &Activity, viewer: &AuthorityId, now: Timestamp) -> Option<Audience> {
        if self.organises(activity, viewer) {
            return Some(Audience::Originator);
        }
        if activity.state == ActivityState::Draft || activity.is_cancelled_draft() {
            return None;
        }
        let content = &activity.content;
        let mut participants = content.campaign.iter().flat_map(|campaign| &campaign.participants);
        if participants.any(|one| self.cooperation.sees_as_owner(one, viewer)) {
            return Some(Audience::Parties);
        }
        let is_party =
            content.arrangement.as_ref().is_some_and(|id| self.cooperation.is_open_to_side(id, viewer, now));
        match (content.visibility, is_party) {
            (ActivityVisibility::Organisers, _) | (ActivityVisibility::Arrangement, false) => None,
            (_, true) => Some(Audience::Parties),
            (ActivityVisibility::Public, false) => Some(Audience::Public),
        }
    }

    /// Whether the viewer is more to an activity than the public: an organiser or a party.
    #[must_use]
    pub fn takes_part(&self, activity: &Activity, viewer: &AuthorityId, now: Timestamp) -> bool {
        self.clearance(activity, viewer, now).is_some_and(|clearance| clearance != Audience::Public)
    }

    /// The first instant behind a day where an authority is; in UTC if the cooperation knows it no more.
    #[must_use]
    pub fn end_of_day_at(&self, authority: &AuthorityId, day: Date) -> Timestamp {
        let known = self.cooperation.authority(authority);
        let zone = known.map_or(TimeZone::UTC, |authority| authority.time_zone.clone());
        let next = day.tomorrow().unwrap_or(Date::MAX);
        zone.to_timestamp(next.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
    }

    /// What the viewer is to a material; none where it may not see it.
    #[must_use]
    pub fn material_clearance(
        &self,
        material: &Material,
        viewer: &AuthorityId,
        now: Timestamp,
    ) -> Option<Audience> {
        if self.cooperation.sees_as_owner(&material.originator, viewer) {
            return Some(Audience::Originator);
        }
        let clearance = self.material_reach(material, viewer, now);
        clearance.filter(|_| material.state == MaterialState::Published)
    }

    /// What a viewer of another side is to a material while it is published.
    fn material_reach(&self, material: &Material, viewer: &AuthorityId, now: Timestamp) -> Option<Audience> {
        let content = &material.content;
        let arrangement = content.arrangement.as_ref();
        let is_party = arrangement.is_some_and(|id| self.cooperation.is_open_to_side(id, viewer, now));
        match (content.visibility, is_party) {
            (ActivityVisibility::Organisers, _) | (ActivityVisibility::Arrangement, false) => None,
            (_, true) => Some(Audience::Parties),
            (ActivityVisibility::Public, false) => Some(Audience::Public),
        }
    }

    /// Whom a material is told to, also once it was taken back.
    #[must_use]
    pub fn material_readers(&self, material: &Material, now: Timestamp) -> Vec<AuthorityId> {
        self.cooperation.authorities_that(|viewer| {
            self.cooperation.sees_as_owner(&material.originator, viewer)
                || self.material_reach(material, viewer, now).is_some()
        })
    }

    /// Whom something of an activity is told to: all who may see it now.
    #[must_use]
    pub fn readers(&self, activity: &Activity, now: Timestamp) -> Vec<AuthorityId> {
        self.cooperation.authorities_that(|viewer| self.clearance(activity, viewer, now).is_some())
    }

    /// Whom counts of an activity are told to: organisers and parties.
    #[must_use]
    pub fn counting_readers(&self, activity: &Activity, now: Timestamp) -> Vec<AuthorityId> {
        self.cooperation.authorities_that(|viewer| self.takes_part(activity, viewer, now))
    }

    /// What who organises or takes part is to what is `owner`'s.
    #[must_use]
    pub fn own_or_party(&self, owner: &AuthorityId, viewer: &AuthorityId) -> Audience {
        if self.cooperation.sees_as_owner(owner, viewer) { Audience::Originator } else { Audience::Parties }
    }

    /// Whether the viewer sees a registration: it is on the organiser's side, or on that of who registered.
    #[must_use]
    pub fn sees_registration(&self, registration: &Registration, viewer: &AuthorityId) -> bool {
        self.cooperation.sees_as_owner(&registration.organiser, viewer)
            || self.cooperation.sees_as_owner(&registration.registrar, viewer)
    }
}
