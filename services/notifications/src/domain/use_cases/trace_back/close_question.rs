//! Answers a question, or takes it back: clocks that stood still because of it alone go on.

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;

use super::{TraceAccess, put_trace};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    clocks::Clocks,
    event::EventKind,
    model::{NotificationId, TraceAnswer, TraceKey, TraceQuestion},
    ports::ClockReader,
    use_cases::require_revision,
};

/// Closes a question: the notifier answers, the tracing authority takes back. Also once the notification was withdrawn.
pub struct CloseQuestion<'a> {
    pub access: TraceAccess<'a>,
    pub clocks: &'a dyn ClockReader,
}

/// How a question is closed.
#[derive(Clone, Debug)]
pub enum ClosingWord {
    /// With an answer of the originator's side.
    Answer { text: LocalizedText, updated_fields: Vec<String> },
    /// By who asked.
    Withdraw,
}

impl CloseQuestion<'_> {
    /// OPEN to ANSWERED or WITHDRAWN.
    ///
    /// # Errors
    /// `Denied`, `EtagMismatch`; `IllegalTransition` unless it is OPEN.
    pub async fn execute(
        &self,
        caller: &Caller,
        (notification, authority, number): (NotificationId, &AuthorityId, u32),
        revision: Option<i64>,
        word: ClosingWord,
        now: Timestamp,
    ) -> Result<Decision<TraceQuestion>, DomainError> {
        let (mut trace, mut transmission) = match word {
            ClosingWord::Answer { .. } => self.access.as_notifier(caller, notification, authority).await?,
            ClosingWord::Withdraw => self.access.as_tracer(caller, notification, authority).await?,
        };
        let name = TraceKey::of(&transmission).question_name(number);
        let mut question: TraceQuestion = self.access.below(&name).await?;
        require_revision(revision, question.revision, || name.clone())?;
        let answer = match word {
            ClosingWord::Answer { text, updated_fields } => {
                Some(TraceAnswer { text, updated_fields, authority: caller.authority.clone() })
            }
            ClosingWord::Withdraw => None,
        };
        trace.close_question(&mut question, answer, now)?;
        trace.touch(now);
        let stored = self.clocks.clock_list_of(notification, authority).await?;
        let mut clocks = Clocks::of(self.access.rules, stored);
        clocks.question_closed(&name, now)?;
        let mut changes = ChangeSet::default();
        clocks.settle(&mut changes, &mut transmission, now);
        changes.put_record(&question, false)?;
        let closed = EventKind::TraceQuestionChanged(Box::new(question.clone()));
        put_trace(self.access.rules, &mut changes, &trace, false, &mut transmission, (now, closed))?;
        Ok(Decision { outcome: question, changes })
    }
}
