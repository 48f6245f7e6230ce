//! Answers, asks again, resolves, withdraws, posts: the steps of a conversation.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError, Refusal,
    correspondence::{ConversationFacts, Turn, require_standing},
    event::EventKind,
    model::{
        Conversation, ConversationStep, Message, MessageText, NotificationId, Transmission, conversation_name,
    },
    records::record,
    use_cases::require_revision,
};

/// Finds a conversation of which the caller is a side.
pub struct ConversationAccess<'a> {
    pub facts: ConversationFacts<'a>,
}

impl ConversationAccess<'_> {
    /// The conversation, with its transmission.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has no part in it.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: Uuid,
    ) -> Result<(Conversation, Transmission), DomainError> {
        let name = conversation_name(notification, id);
        let found: Conversation = record(self.facts.records, &name).await?.ok_or(Refusal::Denied)?;
        let transmission = self.facts.transmission(caller, notification, &found.recipient).await?;
        Ok((found, transmission))
    }
}

/// What a step made.
#[derive(Debug)]
pub struct Said {
    pub conversation: Conversation,
    pub message: Option<Message>,
}

/// Takes a step in a conversation.
pub struct TakeConversationStep<'a> {
    pub facts: ConversationFacts<'a>,
}

impl TakeConversationStep<'_> {
    /// Takes the step, with what is said with it.
    ///
    /// # Errors
    /// `Denied`, also for the other side's steps; `EtagMismatch`; `IllegalTransition` where the state does not allow it, or
    /// after the notification was withdrawn for all but closing; `LimitReached` at the limit of messages.
    #[allow(
        clippy::too_many_arguments,
        reason = "each is one fact of the step; a struct would name them once more"
    )]
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: Uuid,
        revision: Option<i64>,
        step: ConversationStep,
        text: Option<&MessageText>,
        now: Timestamp,
    ) -> Result<Decision<Said>, DomainError> {
        let access = ConversationAccess { facts: self.facts };
        let (before, mut transmission) = access.execute(caller, notification, id).await?;
        require_revision(revision, before.revision, || before.name())?;
        let mut after = before.clone();
        after.take(step, after.side_of(&caller.authority), now)?;
        if !step.is_closing() {
            require_standing(&transmission, step.verb())?;
        }
        let message = match text {
            Some(text) => Some(after.add_message(&caller.authority, &caller.principal, text.clone(), now)?),
            None => None,
        };
        after.revision += 1;
        let conversation = Box::new(after.clone());
        let told = match (step, message.clone().map(Box::new)) {
            (ConversationStep::Post, Some(message)) => EventKind::MessagePosted(conversation, message),
            (_, message) => EventKind::ConversationChanged { conversation, previous: before.state, message },
        };
        let mut changes = ChangeSet::default();
        changes.tell_both(self.facts.rules, &transmission, now, told);
        let turn = Turn { before: Some(&before), after: &after, message: message.as_ref() };
        self.facts.put(&mut changes, &mut transmission, turn, now).await?;
        Ok(Decision { outcome: Said { conversation: after, message }, changes })
    }
}
