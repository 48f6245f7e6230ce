//! Whether the meetings of an activity suit everybody whom they are to suit.

use jiff::Timestamp;

use super::{BookingTurns, KnownMeetings};
use crate::domain::{
    Caller, DomainError, Rules, Violation,
    model::{ActivityContent, ActivityId},
    ports::RecordReader,
    records::RecordQuery,
    slots::{Availability, Schedule, SlotQuestion},
};

/// Decides by the rule by which slots are found.
#[derive(Clone, Copy)]
pub struct Booking<'a> {
    pub rules: &'a Rules,
    pub known: KnownMeetings<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl Booking<'_> {
    /// The turns of all who are wanted: read before [`Self::violations`] looks when they are busy, and taken with what is decided.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn turns(
        &self,
        caller: &Caller,
        schedule: Option<&Schedule>,
        content: &ActivityContent,
    ) -> Result<BookingTurns, DomainError> {
        BookingTurns::read(self.records, &caller.authority, schedule, content).await
    }

    /// What speaks against the meetings, by session; nothing where nobody is asked. Of an activity that is moved, its own
    /// sessions of before keep nobody busy.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn violations(
        &self,
        caller: &Caller,
        schedule: Option<&Schedule>,
        content: &ActivityContent,
        moved: Option<ActivityId>,
        now: Timestamp,
    ) -> Result<Vec<Violation>, DomainError> {
        let zones = &self.rules.zones;
        let span = content.span(zones).map_err(DomainError::calendar)?;
        let (Some(schedule), Some(span)) = (schedule, span) else { return Ok(Vec::new()) };
        let schedule = self.known.added_to(caller, schedule.clone(), span, moved).await?;
        let mut found = Vec::new();
        for (index, session) in content.sessions.iter().enumerate() {
            let most = self.rules.limits.series.meetings;
            let meetings = session.meetings(most, zones).map_err(DomainError::calendar)?;
            let minutes = session.minutes;
            let question = SlotQuestion { schedule: schedule.clone(), minutes, window: span, step: 1 };
            let availability = Availability::new(&question, &self.rules.calendars, zones, now);
            let availability = availability.map_err(DomainError::calendar)?;
            for meeting in meetings {
                if let Err(refusals) = availability.fits_for(meeting.start, session.minutes_of(meeting.id)) {
                    let why: Vec<String> = refusals.iter().map(ToString::to_string).collect();
                    let (at, why) = (meeting.at.local(), why.join("; "));
                    let wanted = format!("wants a time that suits everybody; {at}: {why}");
                    found.push(Violation::new(format!("sessions[{index}].start"), wanted));
                }
            }
        }
        Ok(found)
    }
}
