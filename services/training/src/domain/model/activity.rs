//! An activity: what an organiser prepares, publishes, moves, cancels or holds.
//!
//! Invariant: SEQUENCE never falls, and rises with whatever an invitation must tell; `told` holds the instants that were told
//! last, so that it is known when new zone data gives others.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use seamless_calendar::{CalendarError, Zones};
use seamless_disclosure::{Audience, Override};
use seamless_identifiers::{CountryCode, LanguageTag, LocalizedText};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};

use super::{
    ActivityId, Campaign, Conflict, Meeting, Pool, ProductAreaId, RegistrationTerms, Session, SessionId,
    activity_name, search_form,
    vocabulary::{
        ActivityFormat, ActivityKind, ActivityState, ActivityVisibility, EventStatus, RiskType,
        TargetAudience,
    },
};

/// More meetings than any series may have.
pub const ALL_MEETINGS: usize = 100_000;

/// An activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub organiser: AuthorityId,
    pub state: ActivityState,
    pub content: ActivityContent,
    /// Whether it was ever announced.
    #[serde(default)]
    pub was_published: bool,
    /// SEQUENCE of RFC 5545.
    pub sequence: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub change_note: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cancel_reason: String,
    /// The instants of the meetings as they were worked out last, which is what was told of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<ToldMeeting>,
    /// By which zone data `told` was worked out.
    pub zone_data: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
    /// What overlaps since clocks were changed by law, as it was found then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    /// Counts every change from 1 on.
    pub revision: i64,
}

/// When a meeting is, as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldMeeting {
    pub session: SessionId,
    pub meeting: DateTime,
    pub start: Timestamp,
}

/// What the organiser says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityContent {
    pub kind: ActivityKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub co_organisers: Vec<AuthorityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub programme: String,
    pub visibility: ActivityVisibility,
    pub title: LocalizedText,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub description: LocalizedText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_areas: Vec<ProductAreaId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<TargetAudience>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<LanguageTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ActivityFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub join_link: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub web_page: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationTerms>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Campaign>,
    /// Whether the parties review their cooperation there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_review: bool,
    pub status: EventStatus,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosures: Vec<Override>,
    /// What it is about, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<RiskType>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Venue {
    pub name: LocalizedText,
    pub country: CountryCode,
}

/// Who comes from one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delegation {
    pub authority: AuthorityId,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
    pub size: u32,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub participants: u32,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub conclusions: LocalizedText,
    pub time: Timestamp,
}

impl Activity {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        activity_name(self.id)
    }

    /// The authorities that organise it, the leading one first.
    pub fn organisers(&self) -> impl Iterator<Item = &AuthorityId> {
        std::iter::once(&self.organiser).chain(&self.content.co_organisers)
    }

    /// Its meetings by the zone data given, in the order of sessions and meetings.
    ///
    /// # Errors
    /// A zone that the data has no more; times beyond the calendar.
    pub fn meetings(&self, zones: &Zones) -> Result<Vec<(SessionId, Meeting)>, CalendarError> {
        self.content.meetings(zones)
    }

    /// Whether it was cancelled before anybody outside heard of it.
    #[must_use]
    pub fn is_cancelled_draft(&self) -> bool {
        self.state == ActivityState::Cancelled && !self.was_published
    }

    /// The seats of the activity.
    #[must_use]
    pub fn pool(&self) -> Pool {
        Pool { activity: self.id, session: None }
    }

    /// Until when registrations, and what platforms saw, are kept with what is personal: so long after the last meeting; where there
    /// is none, after it took place or was cancelled, or else after the period of the campaign.
    #[must_use]
    pub fn keep_until(&self, days_as_configured: u32) -> Timestamp {
        let asked = self.content.registration.as_ref().map_or(0, |terms| terms.retention_days);
        let days = if asked > 0 { asked } else { days_as_configured };
        let kept = SignedDuration::from_hours(24 * i64::from(days));
        let held = || self.held.as_ref().map(|held| held.time);
        let cancelled = || (self.state == ActivityState::Cancelled).then_some(self.update_time);
        let period = || {
            let (_, last) = self.content.campaign.as_ref()?.period?;
            last.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok().map(|over| over.timestamp())
        };
        let over = self.ends().or_else(held).or_else(cancelled).or_else(period);
        over.and_then(|over| over.checked_add(kept).ok()).unwrap_or(Timestamp::MAX)
    }

    /// The seats that there are: of the activity, and of each session that has its own.
    #[must_use]
    pub fn pools(&self) -> Vec<(Pool, u32)> {
        let Some(terms) = &self.content.registration else { return Vec::new() };
        let own = self.content.sessions.iter().filter_map(|session| {
            let pool = Pool { activity: self.id, session: Some(session.id.clone()) };
            session.capacity.map(|capacity| (pool, capacity))
        });
        std::iter::once((self.pool(), terms.capacity)).chain(own).collect()
    }

    /// Where it stands in lists: the first to begin first, those without a time last.
    #[must_use]
    pub fn in_order(&self) -> (i64, ActivityId) {
        (self.begins().map_or(i64::MAX, Timestamp::as_microsecond), self.id)
    }

    /// When it begins, as was told last.
    #[must_use]
    pub fn begins(&self) -> Option<Timestamp> {
        self.told.iter().map(|told| told.start).min()
    }

    /// When its last meeting begins, as was told last: from then on nobody else comes any more.
    #[must_use]
    pub fn last_begins(&self) -> Option<Timestamp> {
        self.last_begins_for(&self.pool())
    }

    /// When the last meeting begins that these seats are for, as was told last: from then on nobody gets one any more.
    #[must_use]
    pub fn last_begins_for(&self, pool: &Pool) -> Option<Timestamp> {
        let is_of_it =
            |told: &&ToldMeeting| pool.session.as_ref().is_none_or(|session| told.session == *session);
        self.told.iter().filter(is_of_it).map(|told| told.start).max()
    }

    /// When it ends, as was told last.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        let end = |told: &ToldMeeting| {
            let session = self.content.sessions.iter().find(|session| session.id == told.session);
            let minutes = session.map_or(0, |session| session.minutes_of(told.meeting));
            told.start.checked_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX)
        };
        self.told.iter().map(end).max()
    }
}

impl ActivityContent {
    /// The meetings by the zone data given, in the order of sessions and meetings.
    ///
    /// # Errors
    /// A zone that the data has no more; times beyond the calendar.
    pub fn meetings(&self, zones: &Zones) -> Result<Vec<(SessionId, Meeting)>, CalendarError> {
        let mut all = Vec::new();
        for session in &self.sessions {
            let meetings = session.meetings(ALL_MEETINGS, zones)?;
            all.extend(meetings.into_iter().map(|meeting| (session.id.clone(), meeting)));
        }
        Ok(all)
    }

    /// From the start of the first meeting to the end of the last; none where there is none.
    ///
    /// # Errors
    /// As [`Self::meetings`].
    pub fn span(&self, zones: &Zones) -> Result<Option<(Timestamp, Timestamp)>, CalendarError> {
        let meetings = self.meetings(zones)?;
        let first = meetings.iter().map(|(_, meeting)| meeting.start).min();
        Ok(first.zip(meetings.iter().map(|(_, meeting)| meeting.end).max()))
    }

    /// When the last meeting begins; none where there is none.
    ///
    /// # Errors
    /// As [`Self::meetings`].
    pub fn last_begins(&self, zones: &Zones) -> Result<Option<Timestamp>, CalendarError> {
        Ok(self.meetings(zones)?.iter().map(|(_, meeting)| meeting.start).max())
    }

    /// The instants of its meetings, as they are told.
    ///
    /// # Errors
    /// As [`Self::meetings`].
    pub fn to_tell(&self, zones: &Zones) -> Result<Vec<ToldMeeting>, CalendarError> {
        let meetings = self.meetings(zones)?.into_iter();
        let told = meetings.map(|(session, meeting)| ToldMeeting {
            session,
            meeting: meeting.id,
            start: meeting.start,
        });
        Ok(told.collect())
    }

    /// What it is searched by, of the fields that are taken.
    #[must_use]
    pub fn searched(&self, takes: impl Fn(&str) -> bool) -> String {
        let texts = |text: &LocalizedText| {
            text.versions().iter().map(|version| version.text.clone()).collect::<Vec<_>>()
        };
        let venue = self.venue.as_ref().map(|venue| texts(&venue.name)).unwrap_or_default();
        let fields = [
            ("title", texts(&self.title)),
            ("description", texts(&self.description)),
            ("topics", self.topics.clone()),
            ("programme", vec![self.programme.clone()]),
            ("venue", venue),
        ];
        let taken = fields.into_iter().filter(|(field, _)| takes(field));
        let words: Vec<String> = taken.flat_map(|(_, words)| words).collect();
        search_form(&words.join("\n"))
    }

    /// Whether the organiser lets somebody of this clearance see this field of the public, and all within it.
    #[must_use]
    pub fn shows(&self, field: &str, clearance: Audience) -> bool {
        let mut of_field = self.disclosures.iter().filter(|one| one.path.split('.').next() == Some(field));
        of_field.all(|one| one.audience <= clearance)
    }

    /// Whether the organiser left this field, and all within it, as open as it is.
    #[must_use]
    pub fn is_open_to_all(&self, field: &str) -> bool {
        let narrows =
            |one: &Override| one.path.split('.').next() == Some(field) && one.audience != Audience::Public;
        !self.disclosures.iter().any(narrows)
    }
}

fn is_empty(text: &LocalizedText) -> bool {
    text.versions().is_empty()
}
