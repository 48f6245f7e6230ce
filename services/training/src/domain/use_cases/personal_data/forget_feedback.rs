//! Takes what somebody said in words out of the feedback of a registration. The ratings stay: they name nobody.

use crate::domain::{
    ChangeSet, DomainError,
    model::{Feedback, Registration, feedback_name},
    ports::RecordReader,
    records::{RecordQuery, record},
};

/// Empties the text, if there is one.
///
/// # Errors
/// Those of the store.
pub async fn forget_feedback(
    records: &dyn RecordReader<RecordQuery>,
    registration: &Registration,
    changes: &mut ChangeSet,
) -> Result<(), DomainError> {
    let name = feedback_name(registration.pool.activity, registration.id);
    let found: Option<Feedback> = record(records, &name).await?;
    if let Some(mut feedback) = found.filter(|one| !one.content.text.is_empty()) {
        (feedback.content.text, feedback.content.language) = (String::new(), None);
        feedback.revision += 1;
        changes.put_record(&feedback, false)?;
    }
    Ok(())
}
