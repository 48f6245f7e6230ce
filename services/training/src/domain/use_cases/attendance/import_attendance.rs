//! Takes what a file says in.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use seamless_attendance::{Export, Sighting, SightingId};

use super::Merging;
use crate::domain::{
    ChangeSet, Decision, DomainError,
    error::Refusal,
    model::{Activity, ActivityState, Attendance, AttendanceFile, FileFacts, attendance_name, forget_who},
    records::record,
    retention::begin_retention,
};

/// The organiser takes files in; each counts once, whatever it is called and however often it comes.
#[derive(Clone, Copy)]
pub struct ImportAttendance<'a> {
    pub merging: Merging<'a>,
    /// The most files of an activity.
    pub most: usize,
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct Imported {
    pub file: FileFacts,
    pub attendance: Attendance,
    /// Whether it changed nothing.
    pub is_known: bool,
}

impl ImportAttendance<'_> {
    /// Takes it in; it is one about which nothing is asked.
    ///
    /// # Errors
    /// `IllegalTransition` unless the activity was published; `LimitReached`; those of the store.
    pub async fn execute(
        &self,
        activity: &Activity,
        mapping: &str,
        platform: &str,
        export: &Export,
        now: Timestamp,
    ) -> Result<Decision<Imported>, DomainError> {
        if !matches!(activity.state, ActivityState::Published | ActivityState::Held) {
            return Err(DomainError::illegal(activity.name(), activity.state, "importing attendance"));
        }
        let mut files = self.merging.files(activity).await?;
        let present: Option<Attendance> = record(self.merging.records, &attendance_name(activity.id)).await?;
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut facts = FileFacts {
            digest: export.digest.clone(),
            mapping: mapping.to_owned(),
            platform: platform.to_owned(),
            stays: count(export.sightings.len()),
            refused: count(export.refused.len()),
            absent: export.absent,
            time: now,
        };
        let mut attendance = present.unwrap_or_else(|| begun(activity, now));
        let known = files.iter().position(|file| file.facts.digest == export.digest);
        let mut changes = ChangeSet::default();
        let sightings = export.sightings.clone();
        let file = match known.map(|place| files.swap_remove(place)) {
            Some(file) if is_read_alike(&file.sightings, &sightings) && file.facts.mapping == mapping => {
                let outcome = Imported { file: file.facts, attendance, is_known: true };
                return Ok(Decision { outcome, changes });
            }
            // Read by another mapping, or in another zone: it takes its own place.
            Some(file) => {
                facts.time = file.facts.time;
                attendance.files.retain(|one| one.digest != facts.digest);
                let sightings = read_anew(&file.sightings, sightings);
                AttendanceFile { facts, sightings, revision: file.revision + 1, ..file }
            }
            None => {
                let maximum = self.most;
                if files.len() >= maximum {
                    let subject = attendance_name(activity.id);
                    return Err(Refusal::LimitReached { subject, limit: "files", maximum }.into());
                }
                let organiser = activity.organiser.clone();
                AttendanceFile { activity: activity.id, organiser, facts, sightings, revision: 1 }
            }
        };
        let facts = file.facts.clone();
        attendance.files.push(facts.clone());
        attendance.files.sort_by(|a, b| (a.time, &a.digest).cmp(&(b.time, &b.digest)));
        let days = self.merging.rules.limits.retention_days;
        begin_retention(self.merging.records, activity, days, &mut changes).await?;
        changes.put_record(&file, file.revision == 1)?;
        files.push(file);
        let registered = self.merging.registered(activity, None).await?;
        let merged = self.merging.merge(activity, attendance, &files, &registered).await?;
        let attendance = self.merging.put(activity, merged.attendance, now, &mut changes)?;
        Ok(Decision { outcome: Imported { file: facts, attendance, is_known: false }, changes })
    }
}

/// Whether a file was read as before. Who was erased since is known by the row and the times alone.
fn is_read_alike(before: &[Sighting], now: &[Sighting]) -> bool {
    let is_same = |(before, now): (&Sighting, &Sighting)| match before.is_erased() {
        true => (before.row, before.join, before.leave) == (now.row, now.join, now.leave),
        false => before.id == now.id,
    };
    before.len() == now.len() && before.iter().zip(now).all(is_same)
}

/// A file that is read otherwise; who was erased is not brought back by it, and what was said of the stay still counts.
fn read_anew(before: &[Sighting], mut now: Vec<Sighting>) -> Vec<Sighting> {
    let erased = before.iter().filter(|one| one.is_erased());
    let mut erased: BTreeMap<u32, VecDeque<&SightingId>> = erased.fold(BTreeMap::new(), |mut all, one| {
        all.entry(one.row).or_default().push_back(&one.id);
        all
    });
    for sighting in &mut now {
        if let Some(ids) = erased.get_mut(&sighting.row) {
            forget_who(sighting);
            if let Some(id) = ids.pop_front() {
                sighting.id.clone_from(id);
            }
        }
    }
    now
}

fn begun(activity: &Activity, now: Timestamp) -> Attendance {
    Attendance {
        activity: activity.id,
        organiser: activity.organiser.clone(),
        arrangement: activity.content.arrangement.clone(),
        status: activity.content.status,
        files: Vec::new(),
        answers: Vec::new(),
        presences: Vec::new(),
        questions: Vec::new(),
        present: Vec::new(),
        unregistered: 0,
        elsewhere: 0,
        create_time: now,
        update_time: now,
        revision: 0,
    }
}
