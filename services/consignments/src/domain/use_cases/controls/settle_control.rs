//! What every change of a control brings with it: its record and its event, the end of its suspension, what its outcome
//! tells, and the reliabilities that rest on that.

use jiff::Timestamp;

use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{Control, ControlState, Suspension},
    ports::ExaminationReader,
    records::{RecordQuery, RecordReader},
    use_cases::RecomputeTrust,
};

/// Settles a change.
#[derive(Clone, Copy)]
pub struct SettleControl<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
    pub examinations: &'a dyn ExaminationReader,
}

impl SettleControl<'_> {
    /// The changes that make `after` true; it carries its new revision and time. `before` is none for a new control.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(
        &self,
        before: Option<&Control>,
        after: &mut Control,
        now: Timestamp,
    ) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        let was_watched = before.is_some_and(|before| !before.overdue && before.due.is_some())
            && before.is_some_and(|before| before.state == ControlState::Suspended);
        let mut told_overdue = false;
        if let (true, Some(due)) = (was_watched, after.due.as_ref()) {
            // The watch may not have looked since the due time: it passed all the same.
            told_overdue = now >= due.time;
            changes.put_record(&suspension(after, due.time, false), false)?;
        }
        after.overdue |= told_overdue;
        if let (None, Some(due)) = (before, after.due.as_ref()) {
            changes.put_record(&suspension(after, due.time, true), true)?;
        }
        changes.put_record(after, before.is_none())?;
        if told_overdue {
            changes.tell(control_overdue(self.rules, after, now));
        }
        changes.tell(control_changed(self.rules, after, now));
        let side = self.rules.cooperation.contact_point_of(&after.authority);
        if before.map(|before| before.outcome) != Some(after.outcome)
            && let Some(told) = after.examination(side, now)
        {
            let former = before.and_then(|before| before.examination(side, now));
            let trust =
                RecomputeTrust { rules: self.rules, records: self.records, examinations: self.examinations };
            trust.execute(&told, former.as_ref(), &mut changes).await?;
            changes.examinations.push(told);
        }
        Ok(changes)
    }
}

/// The suspension of a control, as the watch of due times knows it.
pub(super) fn suspension(control: &Control, due: Timestamp, open: bool) -> Suspension {
    Suspension { control: control.id, authority: control.authority.clone(), due, open }
}

/// The event that tells of a control, to its side and to who shared the inspection of the goods.
fn control_changed(rules: &Rules, control: &Control, now: Timestamp) -> DomainEvent {
    let mut readers = rules.cooperation.own_side(&control.authority);
    if let Some(cover) = &control.cover
        && !readers.contains(&cover.originator)
    {
        readers.push(cover.originator.clone());
    }
    DomainEvent {
        kind: EventKind::ControlChanged(Box::new(control.clone())),
        time: now,
        arrangement: control.cover.as_ref().map(|cover| cover.arrangement.clone()),
        readers,
    }
}

/// The event that tells of a due time that passed, to the control's side.
pub(super) fn control_overdue(rules: &Rules, control: &Control, now: Timestamp) -> DomainEvent {
    DomainEvent {
        kind: EventKind::ControlOverdue(Box::new(control.clone())),
        time: now,
        arrangement: None,
        readers: rules.cooperation.own_side(&control.authority),
    }
}
