//! Writes what a step made of a conversation: the conversation, its message, the sum of the transmission's conversations,
//! and the clocks.
//!
//! Invariant: the recipient's clocks that pause on questions stand still exactly as long as one of its questions is OPEN,
//! since every change of a conversation comes through here.

use jiff::Timestamp;
use seamless_identity::AuthorityId;

use super::{
    Caller, ChangeSet, DomainError,
    clocks::Clocks,
    model::{Conversation, Correspondence, Message, NotificationId, Transmission, TransmissionState},
    ports::{ClockReader, RecordReader, TransmissionReader},
    records::record,
    rules::Rules,
    use_cases::{TransmissionAccess, require_shared_files},
};

/// What the changes of conversations need to know.
#[derive(Clone, Copy)]
pub struct ConversationFacts<'a> {
    pub rules: &'a Rules,
    pub transmissions: &'a dyn TransmissionReader,
    pub clocks: &'a dyn ClockReader,
    pub records: &'a dyn RecordReader,
}

/// A conversation before and after a change.
pub struct Turn<'a> {
    /// None for a new one.
    pub before: Option<&'a Conversation>,
    pub after: &'a Conversation,
    pub message: Option<&'a Message>,
}

impl ConversationFacts<'_> {
    /// The transmission of which the caller is a side.
    ///
    /// # Errors
    /// `Denied` if there is none or the caller has nothing to do with it.
    pub async fn transmission(
        &self,
        caller: &Caller,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Transmission, DomainError> {
        let access = TransmissionAccess { rules: self.rules, transmissions: self.transmissions };
        access.execute(caller, notification, recipient).await
    }

    /// What was said on a transmission so far, in sum.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn correspondence(&self, transmission: &Transmission) -> Result<Correspondence, DomainError> {
        let Transmission { notification, recipient, originator, .. } = transmission;
        let name = Correspondence::name_of(*notification, recipient);
        let stored: Option<Correspondence> = record(self.records, &name).await?;
        Ok(stored.unwrap_or_else(|| Correspondence::empty(*notification, recipient, originator)))
    }

    /// Adds a change of a conversation to the change set. The transmission is written with it where clocks hold or go on,
    /// and with every new conversation: so that none is opened on what is being withdrawn.
    ///
    /// # Errors
    /// `LimitReached` for a new one at the limit of conversations; those of the store and the calendars.
    pub async fn put(
        &self,
        changes: &mut ChangeSet,
        transmission: &mut Transmission,
        turn: Turn<'_>,
        now: Timestamp,
    ) -> Result<(), DomainError> {
        let Turn { before, after, message } = turn;
        let stored = self.correspondence(transmission).await?;
        let mut correspondence = stored.clone();
        correspondence.account(before, after)?;
        if correspondence != stored {
            put_correspondence(changes, correspondence)?;
        }
        changes.put_record(after, before.is_none())?;
        if let Some(message) = message {
            require_shared_files(self.records, transmission, named_files(message)).await?;
            changes.put_record(message, true)?;
        }
        let held = before.is_some_and(Conversation::holds_clocks);
        if held != after.holds_clocks() {
            let stored =
                self.clocks.clock_list_of(transmission.notification, &transmission.recipient).await?;
            let mut clocks = Clocks::of(self.rules, stored);
            match held {
                false => clocks.question_opened(&after.name(), now)?,
                true => clocks.question_closed(&after.name(), now)?,
            }
            clocks.settle(changes, transmission, now);
        }
        if held != after.holds_clocks() || before.is_none() {
            transmission.revision += 1;
            changes.put_transmission(transmission, false);
        }
        Ok(())
    }
}

/// Adds the sum in its next revision.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn put_correspondence(
    changes: &mut ChangeSet,
    mut correspondence: Correspondence,
) -> Result<(), DomainError> {
    let is_new = correspondence.revision == 0;
    correspondence.revision += 1;
    changes.put_record(&correspondence, is_new)
}

/// Refuses what is not allowed any more after the notification was withdrawn.
///
/// # Errors
/// `IllegalTransition`.
pub fn require_standing(transmission: &Transmission, verb: &'static str) -> Result<(), DomainError> {
    match transmission.state {
        TransmissionState::Withdrawn => {
            Err(DomainError::illegal(transmission.name(), transmission.state, verb))
        }
        _ => Ok(()),
    }
}

/// The attachments that a message names, each with its field in the request.
fn named_files(message: &Message) -> Vec<(String, String)> {
    let files = message.text.attachments.iter().enumerate();
    files.map(|(index, name)| (format!("message.attachments[{index}]"), name.clone())).collect()
}
