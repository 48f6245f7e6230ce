//! The turns of those whom the meetings of an activity want.

use seamless_identity::AuthorityId;

use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityContent, BookingTurn, booking_turn_name},
    ports::RecordReader,
    records::{RecordQuery, record},
    slots::Schedule,
};

/// Turns as they were before it was looked when anybody is busy.
#[derive(Debug)]
pub struct BookingTurns(Vec<BookingTurn>);

impl BookingTurns {
    /// Of all who speak in the content, of its rooms, and of whom the schedule names. To be read before their meetings are.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn read(
        records: &dyn RecordReader<RecordQuery>,
        authority: &AuthorityId,
        schedule: Option<&Schedule>,
        content: &ActivityContent,
    ) -> Result<Self, DomainError> {
        let asked = schedule.into_iter().flat_map(|schedule| {
            let sides = schedule.sides.iter().map(|side| side.name.as_str());
            sides.chain(schedule.resources.iter().map(|one| one.name.as_str()))
        });
        let wanted = content.sessions.iter().flat_map(|session| {
            let speakers = session.speakers.iter().map(|speaker| speaker.name.as_str());
            speakers.chain(session.rooms())
        });
        let mut turns = Vec::new();
        for number in BookingTurn::numbers(asked.chain(wanted)) {
            let found: Option<BookingTurn> = record(records, &booking_turn_name(number)).await?;
            let revision = found.map_or(0, |turn| turn.revision);
            turns.push(BookingTurn { number, by: authority.clone(), revision });
        }
        Ok(Self(turns))
    }

    /// Takes them: the change set is written only if nobody else took one since.
    ///
    /// # Errors
    /// `Fault` if they cannot be written.
    pub fn take(self, changes: &mut ChangeSet) -> Result<(), DomainError> {
        for turn in self.0 {
            let next = BookingTurn { revision: turn.revision + 1, ..turn };
            changes.put_record(&next, next.revision == 1)?;
        }
        Ok(())
    }
}
