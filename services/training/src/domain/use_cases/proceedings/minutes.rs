//! Records minutes, and notes who agrees to them.

use jiff::Timestamp;

use super::told;
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Rules, Violation,
    event::EventKind,
    model::{Activity, ActivityKind, ActivityState, Minutes, MinutesContent, minutes_name},
    ports::RecordReader,
    records::{RecordQuery, record},
    use_cases::require_revision,
};

/// The minutes of activities. A correction is a version of its own, to which the sides agree anew.
#[derive(Clone, Copy)]
pub struct MinutesOf<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl MinutesOf<'_> {
    /// The minutes of an activity that the caller sees, where it is an organiser or a party.
    ///
    /// # Errors
    /// `Denied`; those of the store.
    pub async fn seen(&self, activity: &Activity) -> Result<Minutes, DomainError> {
        let found = record(self.records, &minutes_name(activity.id)).await?;
        found.ok_or(DomainError::DENIED)
    }

    /// Records them, by an organiser.
    ///
    /// # Errors
    /// `Denied`; `Invalid`; `WantsFirst` before the activity begins; `EtagMismatch`; those of the store.
    pub async fn record(
        &self,
        caller: &Caller,
        activity: &Activity,
        content: MinutesContent,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Minutes>, DomainError> {
        if !self.rules.organises(activity, &caller.authority) {
            return Err(DomainError::DENIED);
        }
        let state = activity.state;
        if !matches!(state, ActivityState::Published | ActivityState::Held) {
            return Err(DomainError::illegal(activity.name(), state, "recording minutes"));
        }
        require_meeting(activity)?;
        if let Some(begins) = activity.begins()
            && begins > now
        {
            let remedy = format!("its first meeting begins at {begins}");
            return Err(DomainError::wants_first(activity.name(), state, "recording minutes", remedy));
        }
        let present: Option<Minutes> = record(self.records, &minutes_name(activity.id)).await?;
        let known = present.as_ref().map_or(0, |present| present.revision);
        require_revision(revision, known, || minutes_name(activity.id))?;
        let minutes = Minutes {
            activity: activity.id,
            organiser: activity.organiser.clone(),
            status: activity.content.status,
            content,
            agreed_by: vec![self.rules.cooperation.contact_point_of(&caller.authority).clone()],
            version: present.as_ref().map_or(0, |present| present.version) + 1,
            recorded_by: caller.authority.clone(),
            create_time: present.as_ref().map_or(now, |present| present.create_time),
            update_time: now,
            revision: known + 1,
        };
        self.changed(activity, minutes, now)
    }

    /// Agrees to them for the caller's side; once is enough.
    ///
    /// # Errors
    /// `Denied` where the side neither organises nor sent anybody; `EtagMismatch`; those of the store.
    pub async fn agree(
        &self,
        caller: &Caller,
        activity: &Activity,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Minutes>, DomainError> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority);
        let sends = activity
            .content
            .delegations
            .iter()
            .any(|one| self.rules.cooperation.contact_point_of(&one.authority) == side);
        if !sends && !self.rules.organises(activity, &caller.authority) {
            return Err(DomainError::DENIED);
        }
        let present = self.seen(activity).await?;
        require_revision(revision, present.revision, || minutes_name(activity.id))?;
        if present.agreed_by.contains(side) {
            return Ok(Decision { outcome: present, changes: ChangeSet::default() });
        }
        let mut minutes = Minutes { update_time: now, revision: present.revision + 1, ..present };
        minutes.agreed_by.push(side.clone());
        self.changed(activity, minutes, now)
    }

    fn changed(
        &self,
        activity: &Activity,
        minutes: Minutes,
        now: Timestamp,
    ) -> Result<Decision<Minutes>, DomainError> {
        let mut changes = ChangeSet::default();
        changes.put_record(&minutes, minutes.revision == 1)?;
        let kind = EventKind::MinutesRecorded(Box::new(minutes.clone()));
        changes.tell(told(self.rules, activity, kind, now));
        Ok(Decision { outcome: minutes, changes })
    }
}

/// Whether people meet there, so that there is something to be minuted.
fn require_meeting(activity: &Activity) -> Result<(), DomainError> {
    use ActivityKind::{Campaign, SelfPacedCourse};
    match activity.content.kind {
        Campaign | SelfPacedCourse => {
            let wanted = "wants an activity at which people meet";
            Err(vec![Violation::new("parent", wanted)].into())
        }
        _ => Ok(()),
    }
}
