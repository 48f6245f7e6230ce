//! Until when what is personal of an activity is kept where people do not register for it: what platforms saw.
//!
//! Invariant: the record of the seats says until when; where there are no seats, one without seats says so.

use super::{
    ChangeSet, DomainError,
    model::{Activity, SeatPool},
    ports::RecordReader,
    records::{RecordQuery, record},
};

/// Has what was taken in of an activity end in time, also where it ended before.
///
/// # Errors
/// Those of the store.
pub async fn begin_retention(
    records: &dyn RecordReader<RecordQuery>,
    activity: &Activity,
    days_as_configured: u32,
    changes: &mut ChangeSet,
) -> Result<(), DomainError> {
    let pool = activity.pool();
    let found: Option<SeatPool> = record(records, &pool.record_name()).await?;
    match found {
        Some(found) if found.is_erased => {
            changes.put_seats(&SeatPool { is_erased: false, revision: found.revision + 1, ..found })
        }
        Some(_) => Ok(()),
        None => {
            let keep_until = activity.keep_until(days_as_configured);
            let none = SeatPool::new(pool, activity.organiser.clone(), 0, keep_until);
            changes.put_seats(&SeatPool { is_closed: true, ..none })
        }
    }
}

/// Has it end when the activity says now; where people register, the seats follow by themselves.
///
/// # Errors
/// Those of the store.
pub async fn follow_retention(
    records: &dyn RecordReader<RecordQuery>,
    before: &Activity,
    after: &Activity,
    days_as_configured: u32,
    changes: &mut ChangeSet,
) -> Result<(), DomainError> {
    if before.content.registration.is_some() || after.content.registration.is_some() {
        return Ok(());
    }
    let found: Option<SeatPool> = record(records, &after.pool().record_name()).await?;
    let keep_until = after.keep_until(days_as_configured);
    match found.filter(|found| found.keep_until != keep_until) {
        Some(found) => changes.put_seats(&SeatPool { keep_until, revision: found.revision + 1, ..found }),
        None => Ok(()),
    }
}
