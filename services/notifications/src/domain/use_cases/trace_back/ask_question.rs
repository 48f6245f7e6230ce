//! Asks the notifier: clocks that may stand still do so from now on.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    clocks::Clocks,
    correspondence::require_standing,
    event::EventKind,
    model::{NotificationId, TraceQuestion},
    ports::ClockReader,
};

/// Asks in a trace of the caller's.
pub struct AskQuestion<'a> {
    pub access: TraceAccess<'a>,
    pub clocks: &'a dyn ClockReader,
}

impl AskQuestion<'_> {
    /// Asks; the trace is WAITING.
    ///
    /// # Errors
    /// `Denied`; `IllegalTransition` once the trace is CONCLUDED or the notification withdrawn; `LimitReached`.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        authority: &AuthorityId,
        fields: Vec<String>,
        text: LocalizedText,
        now: Timestamp,
    ) -> Result<Decision<TraceQuestion>, DomainError> {
        let (mut trace, mut transmission) = self.access.as_tracer(caller, notification, authority).await?;
        require_standing(&transmission, "asking a question")?;
        let question = trace.ask(fields, text, now)?;
        let stored = self.clocks.clock_list_of(notification, authority).await?;
        let mut clocks = Clocks::of(self.access.rules, stored);
        clocks.question_opened(&question.name(), now)?;
        let mut changes = ChangeSet::default();
        clocks.settle(&mut changes, &mut transmission, now);
        changes.put_record(&question, true)?;
        let asked = EventKind::TraceQuestionChanged(Box::new(question.clone()));
        put_trace(self.access.rules, &mut changes, &trace, false, &mut transmission, (now, asked))?;
        Ok(Decision { outcome: question, changes })
    }
}
