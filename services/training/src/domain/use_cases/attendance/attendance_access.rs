//! Finds what was merged of an activity, for its organisers' sides.

use jiff::Timestamp;

use crate::domain::{
    Caller, DomainError,
    model::{ActivityId, Attendance, attendance_name},
    ports::RecordReader,
    records::{RecordQuery, record},
    use_cases::ActivityAccess,
};

/// Whoever does not organise the activity does not learn whether anything was merged.
pub struct AttendanceAccess<'a> {
    pub activities: ActivityAccess<'a>,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl AttendanceAccess<'_> {
    /// What was merged.
    ///
    /// # Errors
    /// `Denied`, also where nothing was; those of the store.
    pub async fn seen(
        &self,
        caller: &Caller,
        activity: ActivityId,
        now: Timestamp,
    ) -> Result<Attendance, DomainError> {
        let found = self.activities.seen(caller, activity, now).await?;
        if !self.activities.rules.organises(&found, &caller.authority) {
            return Err(DomainError::DENIED);
        }
        let attendance = record(self.records, &attendance_name(activity)).await?;
        attendance.ok_or(DomainError::DENIED)
    }
}
