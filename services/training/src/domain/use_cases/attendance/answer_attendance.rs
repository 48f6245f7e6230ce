//! Says who somebody is who could not be told.

use std::collections::BTreeSet;

use jiff::Timestamp;
use seamless_attendance::comparable;

use super::Merging;
use crate::domain::{
    ChangeSet, Decision, DomainError, Violation,
    model::{Activity, AskedOf, Attendance, KeptAnswer, RegisteredPerson, attendance_name},
    records::record,
    use_cases::require_revision,
};

/// What is said is kept, and counts for files that come later.
#[derive(Clone, Copy)]
pub struct AnswerAttendance<'a> {
    pub merging: Merging<'a>,
    /// The most answers that are kept.
    pub most: usize,
}

impl AnswerAttendance<'_> {
    /// Keeps the answers, and merges anew.
    ///
    /// # Errors
    /// `Denied` where nothing was taken in; `Invalid`; `EtagMismatch`; those of the store.
    pub async fn execute(
        &self,
        activity: &Activity,
        said: &[(AskedOf, Option<RegisteredPerson>)],
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Attendance>, DomainError> {
        let name = attendance_name(activity.id);
        let present: Option<Attendance> = record(self.merging.records, &name).await?;
        let mut attendance = present.ok_or(DomainError::DENIED)?;
        require_revision(revision, attendance.revision, || name)?;
        let (files, registered) =
            (self.merging.files(activity).await?, self.merging.registered(activity, None).await?);
        let sightings = || files.iter().flat_map(|file| &file.sightings).filter(|one| !one.is_erased());
        let stays: BTreeSet<&str> = sightings().map(|one| one.id.as_str()).collect();
        let seen: BTreeSet<_> = sightings().map(|one| (comparable(&one.name), one.address.clone())).collect();
        let mut found = Vec::new();
        for (index, (asked, is)) in said.iter().enumerate() {
            if let AskedOf::Stay(id) = asked
                && !stays.contains(id.as_str())
            {
                found.push(Violation::new(format!("answers[{index}].stay"), "wants the id of a stay"));
            }
            if let AskedOf::All { name, address } = asked
                && !seen.contains(&(name.clone(), address.clone()))
            {
                let wanted = "wants name and address as a question has them: nobody was seen under these";
                found.push(Violation::new(format!("answers[{index}].name_asked"), wanted));
            }
            let is_there = |who: &RegisteredPerson| {
                let of = registered.iter().find(|one| one.id == who.registration);
                of.and_then(|one| one.content.people.get(who.person as usize))
                    .is_some_and(|one| !one.is_erased())
            };
            if is.as_ref().is_some_and(|who| !is_there(who)) {
                let wanted = "wants a person of a confirmed registration for the activity";
                found.push(Violation::new(format!("answers[{index}].is"), wanted));
            }
            attendance.answers.retain(|kept| kept.asked != *asked);
            attendance.answers.push(KeptAnswer { asked: asked.clone(), is: is.clone(), time: now });
        }
        if attendance.answers.len() > self.most {
            let wanted = format!("wants at most {} answers to be kept", self.most);
            found.push(Violation::new("answers", wanted));
        }
        if !found.is_empty() {
            return Err(found.into());
        }
        let mut changes = ChangeSet::default();
        let merged = self.merging.merge(activity, attendance, &files, &registered).await?;
        let outcome = self.merging.put(activity, merged.attendance, now, &mut changes)?;
        Ok(Decision { outcome, changes })
    }
}
