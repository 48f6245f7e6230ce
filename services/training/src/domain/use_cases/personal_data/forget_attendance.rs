//! Takes people out of what platforms saw. That they were there stays, by the key of their registration; what was seen of them
//! can be told of nobody any more.

use seamless_attendance::Sighting;
use seamless_identity::AuthorityId;

use super::whose::Whose;
use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityId, AskedOf, Attendance, AttendanceFile, attendance_name},
    ports::RecordReader,
    records::{RecordQuery, all_records, record},
};

/// Files and questions of attendance.
#[derive(Clone, Copy)]
pub struct ForgetAttendance<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ForgetAttendance<'_> {
    /// Of one activity.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_activity(
        &self,
        organiser: &AuthorityId,
        activity: ActivityId,
        whose: &Whose,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        self.files(organiser, Some(attendance_name(activity)), whose, changes).await?;
        let found: Option<Attendance> = record(self.records, &attendance_name(activity)).await?;
        let Some(mut attendance) = found else { return Ok(()) };
        changes.forget(attendance_name(activity));
        let before = (attendance.questions.len(), attendance.answers.len());
        attendance.questions.retain(|one| !whose.is(&one.name, one.address.as_deref()));
        attendance.answers.retain(|one| match &one.asked {
            AskedOf::All { name, address } => !whose.is(name, address.as_deref()),
            AskedOf::Stay(_) => true,
        });
        if (attendance.questions.len(), attendance.answers.len()) != before {
            attendance.revision += 1;
            changes.put_record(&attendance, false)?;
        }
        Ok(())
    }

    /// Of all activities that an authority leads: files alone, by the address.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn of_authority(
        &self,
        organiser: &AuthorityId,
        address: &str,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let whose = Whose::with_address(address);
        self.files(organiser, None, &whose, changes).await
    }

    async fn files(
        &self,
        organiser: &AuthorityId,
        group: Option<String>,
        whose: &Whose,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let query = RecordQuery { owners: vec![organiser.clone()], group, ..RecordQuery::default() };
        for mut file in all_records::<AttendanceFile>(self.records, query).await? {
            let of = |one: &&mut Sighting| whose.is(&one.name, one.address.as_deref());
            let mut found = 0;
            for sighting in file.sightings.iter_mut().filter(of) {
                sighting.name.clear();
                (sighting.address, sighting.device, sighting.guest) = (None, None, None);
                found += 1;
            }
            if found > 0 {
                file.revision += 1;
                changes.put_record(&file, false)?;
            }
        }
        Ok(())
    }
}
