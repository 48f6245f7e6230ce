//! Marks a suspension whose due time passed without a decision.

use jiff::Timestamp;

use super::settle_control::{control_overdue, suspension};
use crate::domain::{
    ChangeSet, DomainError, Rules,
    model::{Control, ControlState, Suspension, control_name},
    records::{RecordPage, RecordQuery, RecordReader, record, records},
};

/// Looks for such suspensions, and decides what becomes of them. The control stays suspended: people decide.
pub struct MarkOverdue<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl MarkOverdue<'_> {
    /// Suspensions that are due, the longest first, `limit` at most.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64, now: Timestamp) -> Result<Vec<Suspension>, DomainError> {
        let query = RecordQuery {
            owners: self.rules.cooperation.authorities().map(|authority| authority.id.clone()).collect(),
            group: Some(Suspension::OPEN.to_owned()),
            page: RecordPage { limit, ..RecordPage::default() },
            ..RecordQuery::default()
        };
        let mut open: Vec<Suspension> = records(self.records, &query).await?;
        open.retain(|suspension| suspension.due <= now);
        Ok(open)
    }

    /// Marks the control, and takes it from the watch. Whoever commits first does it; the others meet a conflict.
    ///
    /// # Errors
    /// `Fault` if the control is not there; those of the store.
    pub async fn execute(&self, due: &Suspension, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let name = control_name(due.control);
        let control: Option<Control> = record(self.records, &name).await?;
        let mut control =
            control.ok_or_else(|| DomainError::Fault(format!("{name} is suspended and not there")))?;
        let mut changes = ChangeSet::default();
        if control.state != ControlState::Suspended || control.overdue {
            return Ok(changes);
        }
        control.overdue = true;
        control.revision += 1;
        control.update_time = now;
        changes.put_record(&suspension(&control, due.due, false), false)?;
        changes.put_record(&control, false)?;
        changes.tell(control_overdue(self.rules, &control, now));
        Ok(changes)
    }
}
