//! Takes people out of what platforms saw. That they were there stays, by the key of their registration; what was seen of them
//! can be told of nobody any more: what names it by a digest of who it was goes as well.

use seamless_identity::AuthorityId;

use super::whose::{Sought, Theirs, Whose};
use crate::domain::{
    ChangeSet, DomainError,
    model::{ActivityId, AskedOf, Attendance, AttendanceFile, KeptAnswer, attendance_name, forget_who},
    ports::RecordReader,
    records::{Record, RecordQuery, all_records, record},
};

/// Files, questions and answers of attendance.
#[derive(Clone, Copy)]
pub struct ForgetAttendance<'a> {
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ForgetAttendance<'_> {
    /// Of one activity.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn of_activity(
        &self,
        activity: ActivityId,
        whose: &Whose,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let found: Option<Attendance> = record(self.records, &attendance_name(activity)).await?;
        match found {
            Some(attendance) => {
                changes.forget(attendance.name());
                self.forget(attendance, whose, changes).await.map(drop)
            }
            None => Ok(()),
        }
    }

    /// Of all activities that an authority leads, by the address or the name.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn of_authority(
        &self,
        organiser: &AuthorityId,
        sought: &Sought,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let whose = Whose::among([], sought);
        let query = RecordQuery { owners: vec![organiser.clone()], ..RecordQuery::default() };
        for attendance in all_records::<Attendance>(self.records, query).await? {
            let name = attendance.name();
            if self.forget(attendance, &whose, changes).await? {
                changes.forget(name);
            }
        }
        Ok(())
    }

    /// Whether there was anything.
    async fn forget(
        &self,
        before: Attendance,
        whose: &Whose,
        changes: &mut ChangeSet,
    ) -> Result<bool, DomainError> {
        let theirs = Theirs::of(whose, Some(&before));
        let (owners, group) = (vec![before.organiser.clone()], Some(before.name()));
        let query = RecordQuery { owners, group, ..RecordQuery::default() };
        let mut is_other = false;
        let mut stays = Vec::new();
        for mut file in all_records::<AttendanceFile>(self.records, query).await? {
            let mut found = false;
            for sighting in file.sightings.iter_mut().filter(|one| theirs.has_sighting(one)) {
                let said = theirs.answer(sighting).filter(|answer| theirs.is_of_another(answer));
                forget_who(sighting);
                // Whoever else was there under the address of the person, was there.
                stays.extend(
                    said.map(|said| KeptAnswer { asked: AskedOf::Stay(sighting.id.clone()), ..said.clone() }),
                );
                found = true;
            }
            if found {
                file.revision += 1;
                changes.put_record(&file, false)?;
                is_other = true;
            }
        }
        let mut after = before.clone();
        after.questions.retain(|one| !theirs.has_question(one));
        after.answers.retain(|one| !theirs.has_answer(one));
        after.answers.extend(stays);
        if after != before {
            after.revision += 1;
            changes.put_record(&after, false)?;
            is_other = true;
        }
        Ok(is_other)
    }
}
