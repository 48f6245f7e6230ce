//! Says how far an authority has read in a conversation.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    correspondence::{ConversationFacts, Turn},
    event::EventKind,
    model::{Conversation, NotificationId},
    use_cases::ConversationAccess,
};

/// Moves the caller's mark forward.
pub struct MarkRead<'a> {
    pub facts: ConversationFacts<'a>,
}

impl MarkRead<'_> {
    /// Marks all up to `number` as read; what was read stays read.
    ///
    /// # Errors
    /// `Denied`; `Invalid` for a number beyond the last message.
    pub async fn execute(
        &self,
        caller: &Caller,
        notification: NotificationId,
        id: Uuid,
        number: u32,
        now: Timestamp,
    ) -> Result<Decision<Conversation>, DomainError> {
        let access = ConversationAccess { facts: self.facts };
        let (before, mut transmission) = access.execute(caller, notification, id).await?;
        let last = before.message_count;
        if number > last {
            return Err(DomainError::invalid("number", format!("wants 1 to {last}; got {number}")));
        }
        let mut changes = ChangeSet::default();
        let mut after = before.clone();
        after.mark_read(&caller.authority, number);
        if after.read != before.read {
            after.revision += 1;
            let told = EventKind::MessagesRead {
                conversation: Box::new(after.clone()),
                authority: caller.authority.clone(),
                previous: before.read_by(&caller.authority),
            };
            changes.tell_both(self.facts.rules, &transmission, now, told);
            let turn = Turn { before: Some(&before), after: &after, message: None };
            self.facts.put(&mut changes, &mut transmission, turn, now).await?;
        }
        Ok(Decision { outcome: after, changes })
    }
}
