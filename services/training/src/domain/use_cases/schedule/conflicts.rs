//! What overlaps since clocks were changed by law.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Time};

use super::KnownMeetings;
use crate::domain::{
    DomainError,
    model::{Activity, ActivityState, Conflict, Meeting, Session, ToldMeeting},
    slots::{Availability, Hours, Resource, Rule, Schedule, Side, SlotQuestion, Stay},
};

/// Conflicts of an activity that are kept.
const MOST: usize = 100;
/// Whoever speaks may do so at any hour: it was agreed on.
const ALL_DAY: Hours = Hours { from: Time::midnight(), to: Time::midnight() };

/// Decides by the rule by which slots are found and booked.
#[derive(Clone, Copy)]
pub struct Conflicts<'a> {
    pub known: KnownMeetings<'a>,
}

impl Conflicts<'_> {
    /// What the meetings that were moved overlap, in the activities that somebody sees who sees both; and what was found before
    /// and still holds.
    ///
    /// # Errors
    /// Those of the store; a zone that the data has no more.
    pub async fn of(
        &self,
        activity: &Activity,
        moved: &[&ToldMeeting],
        now: Timestamp,
    ) -> Result<Vec<Conflict>, DomainError> {
        let rules = self.known.rules;
        let Some(span) = activity.content.span(&rules.zones).map_err(DomainError::calendar)? else {
            return Ok(Vec::new());
        };
        let sides = rules.cooperation.authorities_that(|viewer| rules.organises(activity, viewer));
        let owners: BTreeSet<_> =
            sides.iter().flat_map(|viewer| rules.cooperation.seen_owners(viewer)).collect();
        let is_moved = |session: &Session, meeting: &Meeting| {
            moved.iter().any(|told| (&told.session, told.meeting) == (&session.id, meeting.id))
        };
        let mut found = Vec::new();
        let look = |other: &Activity| {
            if other.id != activity.id && sides.iter().any(|viewer| rules.organises(other, viewer)) {
                found.extend(self.between(activity, other, now, is_moved)?);
            }
            Ok(())
        };
        self.known.each(owners.into_iter().collect(), span, look).await?;
        for before in self.still(activity, now).await? {
            let is_same = |one: &Conflict| (&one.session, one.activity) == (&before.session, before.activity);
            if !found.iter().any(is_same) {
                found.push(before);
            }
        }
        found.truncate(MOST);
        Ok(found)
    }

    /// Those of an activity that still hold, as the others are now.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub async fn still(&self, activity: &Activity, now: Timestamp) -> Result<Vec<Conflict>, DomainError> {
        if activity.conflicts.is_empty() || activity.state != ActivityState::Published {
            return Ok(Vec::new());
        }
        let others: BTreeSet<_> = activity.conflicts.iter().map(|one| one.activity).collect();
        let others: Vec<_> = others.into_iter().collect();
        let mut found = Vec::new();
        let mut all = self.known.activities.activities_of(&others).await?;
        all.retain(|other| matches!(other.state, ActivityState::Draft | ActivityState::Published));
        all.sort_by_key(Activity::in_order);
        for other in all {
            let from = |session: &Session, meeting: &Meeting| {
                activity.conflicts.iter().any(|one| {
                    (one.activity, &one.session) == (other.id, &session.id) && one.meeting <= meeting.id
                })
            };
            found.extend(self.between(activity, &other, now, from)?);
        }
        Ok(found)
    }

    /// What the meetings of one that are to be looked at, and still to come, overlap in another, by session.
    fn between(
        &self,
        one: &Activity,
        other: &Activity,
        now: Timestamp,
        is_looked_at: impl Fn(&Session, &Meeting) -> bool,
    ) -> Result<Vec<Conflict>, DomainError> {
        let rules = self.known.rules;
        let mut found = Vec::new();
        for session in &one.content.sessions {
            let mut schedule = wanted(session);
            self.known.add(&mut schedule, other)?;
            let sides = schedule.sides.iter().map(|side| &side.busy);
            if sides.chain(schedule.resources.iter().map(|room| &room.busy)).all(Vec::is_empty) {
                continue;
            }
            let most = rules.limits.series.meetings;
            let meetings = session.meetings(most, &rules.zones).map_err(DomainError::calendar)?;
            let window = (Timestamp::MIN, Timestamp::MAX);
            let question = SlotQuestion { schedule, minutes: session.minutes, window, step: 1 };
            let availability = Availability::new(&question, &rules.calendars, &rules.zones, now);
            let availability = availability.map_err(DomainError::calendar)?;
            for meeting in meetings.iter().filter(|one| one.end > now && is_looked_at(session, one)) {
                let fits = availability.fits_for(meeting.start, session.minutes_of(meeting.id));
                let refusals = fits.err().unwrap_or_default();
                let is_wanted = |name: &str| {
                    question.schedule.sides.iter().any(|side| side.name == name) || meeting.room == name
                };
                let busy: BTreeSet<String> = refusals
                    .into_iter()
                    .filter(|refusal| refusal.rule == Rule::Busy && is_wanted(&refusal.side))
                    .map(|refusal| refusal.side)
                    .collect();
                if !busy.is_empty() {
                    let speakers = question.schedule.sides.iter().map(|side| &side.name);
                    let room = Some(&meeting.room).filter(|room| busy.contains(*room));
                    found.push(Conflict {
                        activity: other.id,
                        organisers: other.organisers().cloned().collect(),
                        session: session.id.clone(),
                        meeting: meeting.id,
                        speakers: speakers.filter(|name| busy.contains(*name)).cloned().collect(),
                        room: room.cloned().unwrap_or_default(),
                    });
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Those whom a session wants: who speaks, and its rooms.
fn wanted(session: &Session) -> Schedule {
    let stays = || vec![Stay { from: None, zone: session.start.zone().to_owned(), calendar: None }];
    let names: BTreeSet<_> = session.speakers.iter().map(|speaker| &speaker.name).collect();
    let sides = names.into_iter().map(|name| Side {
        name: name.clone(),
        stays: stays(),
        humane: ALL_DAY,
        office: ALL_DAY,
        saturdays: true,
        busy: Vec::new(),
    });
    let rooms: BTreeSet<&str> = session.rooms().collect();
    let rooms = rooms.into_iter().map(|name| Resource { name: name.to_owned(), busy: Vec::new() });
    Schedule { sides: sides.collect(), resources: rooms.collect(), notice: 0 }
}
