//! When speakers and rooms have something else to do, as far as the caller's own side knows.

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;

use crate::domain::{
    Caller, DomainError, Rules,
    model::{Activity, ActivityId, ActivityState, Meeting, SessionId},
    ports::{ActivityQuery, ActivityReader},
    slots::{Interval, Schedule},
};

/// Activities of a page.
const PAGE: u64 = 200;
/// How far new zone data may move what is stored by the data of before.
const MOVED: SignedDuration = SignedDuration::from_hours(26);

/// Adds to a schedule what stands in the activities of the caller's side: nobody learns of others' by looking for a slot.
#[derive(Clone, Copy)]
pub struct KnownMeetings<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
}

impl KnownMeetings<'_> {
    /// The schedule with the meetings within a time at which its speakers and rooms are busy, those of one activity left out.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn added_to(
        &self,
        caller: &Caller,
        mut schedule: Schedule,
        (from, to): Interval,
        except: Option<ActivityId>,
    ) -> Result<Schedule, DomainError> {
        let owners = self.rules.cooperation.seen_owners(&caller.authority);
        let add = |activity: &Activity| match self.rules.organises(activity, &caller.authority) {
            true if Some(activity.id) != except => self.add(&mut schedule, activity),
            _ => Ok(()),
        };
        self.each(owners, (from, to), add).await?;
        Ok(schedule)
    }

    /// Has a look at the drafted and announced activities that may take place within a time, those of these owners among them.
    pub(super) async fn each(
        &self,
        owners: Vec<AuthorityId>,
        (from, to): Interval,
        mut look: impl FnMut(&Activity) -> Result<(), DomainError> + Send,
    ) -> Result<(), DomainError> {
        let mut query = ActivityQuery {
            owners,
            states: vec![ActivityState::Draft, ActivityState::Published],
            from: Some(from.checked_sub(MOVED).unwrap_or(Timestamp::MIN)),
            until: Some(to.checked_add(MOVED).unwrap_or(Timestamp::MAX)),
            limit: PAGE,
            ..ActivityQuery::default()
        };
        loop {
            let page = self.activities.activity_list(&query).await?;
            page.iter().try_for_each(&mut look)?;
            match page.last() {
                Some(last) if page.len() as u64 == PAGE => query.after = Some(last.in_order()),
                _ => return Ok(()),
            }
        }
    }

    /// Adds when an activity keeps those of the schedule busy.
    pub(super) fn add(&self, schedule: &mut Schedule, activity: &Activity) -> Result<(), DomainError> {
        let meetings = activity.meetings(&self.rules.zones).map_err(DomainError::calendar)?;
        for session in &activity.content.sessions {
            let speaks = |name: &str| session.speakers.iter().any(|speaker| speaker.name == name);
            let of_session = meetings.iter().filter(|(id, _)| *id == session.id);
            let time = |(_, meeting): &(SessionId, Meeting)| (meeting.start, meeting.end);
            for side in schedule.sides.iter_mut().filter(|side| speaks(&side.name)) {
                side.busy.extend(of_session.clone().map(time));
            }
            for room in &mut schedule.resources {
                let is_there = |one: &&(SessionId, Meeting)| one.1.room == room.name;
                room.busy.extend(of_session.clone().filter(is_there).map(time));
            }
        }
        Ok(())
    }
}
