//! The questions of a recipient that wait for an answer, by whichever way they were asked: in a conversation or in a trace.

use super::{
    DomainError,
    model::{
        Correspondence, MAX_QUESTIONS, Trace, TraceKey, TraceQuestion, TraceQuestionState, Transmission,
    },
    ports::RecordReader,
    records::{RecordQuery, record, records},
};

/// The names of the open questions on a transmission. Whoever asks or answers writes the transmission, too: what is decided
/// by them, on a transmission that was read before them, is decided anew if another one came in between.
///
/// # Errors
/// Those of the store.
pub async fn open_questions_of(
    reader: &dyn RecordReader,
    transmission: &Transmission,
) -> Result<Vec<String>, DomainError> {
    let Transmission { notification, recipient, .. } = transmission;
    let said =
        record::<Correspondence, _>(reader, &Correspondence::name_of(*notification, recipient)).await?;
    let mut names = said.map(|said| said.open_questions).unwrap_or_default();
    let trace = record::<Trace, _>(reader, &TraceKey::of(transmission).name()).await?;
    if trace.is_some_and(|trace| trace.open_questions > 0) {
        let mut query = RecordQuery {
            party: Some(recipient.clone()),
            ..RecordQuery::of_notification(recipient, *notification, u64::from(MAX_QUESTIONS))
        };
        query.page.states = vec![TraceQuestionState::Open as i32];
        let asked = records::<TraceQuestion, _>(reader, &query).await?;
        names.extend(asked.iter().map(TraceQuestion::name));
    }
    Ok(names)
}
