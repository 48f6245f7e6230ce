//! Conversations: flags and discussions on a transmission, with their messages. The states and the steps between them are
//! here and nowhere else.
//!
//! Invariant: a [`Correspondence`] says of the conversations of a transmission what they add up to. It is written with each
//! of them, so that it cannot differ, and so that two changes that concern the sum never pass each other unseen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seamless_identifiers::LocalizedText;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ConversationKind, ConversationState, EventStatus, NotificationId};
use crate::domain::{
    error::{DomainError, Refusal},
    records::{Place, Record},
};

/// The most messages of one conversation.
pub const MAX_MESSAGES: u32 = 1_000;
/// The most conversations on one transmission.
pub const MAX_CONVERSATIONS: u32 = 200;

/// The two sides of a transmission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The originator and its contact point.
    Originator,
    Recipient,
}

/// What somebody does to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationStep {
    Answer,
    AskAgain,
    Resolve,
    Withdraw,
    /// Says something, and leaves the state as it is.
    Post,
}

/// A flag or a discussion between the two sides of a transmission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// A UUID version 7.
    pub id: Uuid,
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    /// Whose notification it is.
    pub originator: AuthorityId,
    pub kind: ConversationKind,
    pub state: ConversationState,
    pub raised_by: AuthorityId,
    pub subject: String,
    pub matter: Matter,
    pub message_count: u32,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub answer_time: Option<Timestamp>,
    pub close_time: Option<Timestamp>,
    pub status: EventStatus,
    /// The number of the last message that each authority has read.
    pub read: BTreeMap<AuthorityId, u32>,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
}

/// What a flag is about, as its kind asks for it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Matter {
    /// The id of the listing that is still there.
    pub listing: Option<String>,
    /// The URL of an offer that is no listing; empty for none.
    pub url: String,
    /// Paths of the fields that are asked for.
    pub requested_fields: Vec<String>,
    /// The other notification of the same product.
    pub duplicate_of: Option<NotificationId>,
}

/// What is said in a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessageText {
    pub body: LocalizedText,
    /// Paths of fields of the notification; what stands in them is never copied.
    pub mentions: Vec<String>,
    /// Resource names.
    pub attachments: Vec<String>,
}

/// One message. It is written once and never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub conversation: Uuid,
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    pub originator: AuthorityId,
    /// From 1 on, without a gap.
    pub number: u32,
    pub sender: AuthorityId,
    /// Who sent it, for the sending authority alone.
    pub principal: String,
    pub text: MessageText,
    pub send_time: Timestamp,
    /// The state of the conversation after it.
    pub resulting_state: ConversationState,
}

/// What the conversations on a transmission, and its recipient's reports of listings, add up to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correspondence {
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    pub originator: AuthorityId,
    pub conversation_count: u32,
    /// Flags that are OPEN.
    pub open_flag_count: u32,
    /// Messages that the recipient has not read.
    pub unread_message_count: u32,
    /// Names of the recipient's questions that are OPEN.
    pub open_questions: Vec<String>,
    /// Listings that the recipient has reported.
    pub report_count: u32,
    pub revision: i64,
}

/// True for all kinds but discussions.
#[must_use]
pub fn is_flag(kind: ConversationKind) -> bool {
    kind != ConversationKind::Discussion
}

/// True for a final state.
fn is_closed(state: ConversationState) -> bool {
    matches!(state, ConversationState::Resolved | ConversationState::Withdrawn)
}

impl ConversationStep {
    /// What it is called, for messages.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Answer => "answering",
            Self::AskAgain => "asking again",
            Self::Resolve => "resolving",
            Self::Withdraw => "withdrawing the flag",
            Self::Post => "posting a message",
        }
    }

    /// True if it is allowed after the notification was withdrawn.
    #[must_use]
    pub fn is_closing(self) -> bool {
        matches!(self, Self::Resolve | Self::Withdraw)
    }

    /// The state that it leads to from `state`, or `None` where it is not allowed.
    fn target(self, state: ConversationState) -> Option<ConversationState> {
        use ConversationState::{Answered, Open, Resolved, Withdrawn};
        match (self, state) {
            (Self::Answer, Open) => Some(Answered),
            (Self::AskAgain, Answered) => Some(Open),
            (Self::Resolve, Open | Answered) => Some(Resolved),
            (Self::Withdraw, Open | Answered) => Some(Withdrawn),
            (Self::Post, Open | Answered) => Some(state),
            _ => None,
        }
    }
}

impl Conversation {
    /// `notifications/{id}/conversations/{id}`.
    #[must_use]
    pub fn name(&self) -> String {
        conversation_name(self.notification, self.id)
    }

    /// The side on which an authority is that takes part.
    #[must_use]
    pub fn side_of(&self, authority: &AuthorityId) -> Side {
        if *authority == self.recipient { Side::Recipient } else { Side::Originator }
    }

    /// The side that raised the flag or started the discussion.
    #[must_use]
    pub fn raiser(&self) -> Side {
        self.side_of(&self.raised_by)
    }

    /// True while it is a question of the recipient that waits for an answer: then its clocks stand still.
    #[must_use]
    pub fn holds_clocks(&self) -> bool {
        self.kind == ConversationKind::MoreInformation
            && self.raiser() == Side::Recipient
            && self.state == ConversationState::Open
    }

    /// How many messages an authority has not read.
    #[must_use]
    pub fn unread_by(&self, authority: &AuthorityId) -> u32 {
        self.message_count.saturating_sub(self.read_by(authority))
    }

    /// The number of the last message that an authority has read; 0 for none.
    #[must_use]
    pub fn read_by(&self, authority: &AuthorityId) -> u32 {
        self.read.get(authority).copied().unwrap_or_default()
    }

    /// Marks what an authority has read; the mark only moves forward.
    pub fn mark_read(&mut self, authority: &AuthorityId, number: u32) {
        let mark = self.read.entry(authority.clone()).or_default();
        *mark = (*mark).max(number);
    }

    /// Takes a step for one of its sides.
    ///
    /// # Errors
    /// `Invalid` for a step that discussions do not know, `Denied` for one that is the other side's, `IllegalTransition`
    /// where the state does not allow it; nothing changes then.
    pub fn take(&mut self, step: ConversationStep, side: Side, now: Timestamp) -> Result<(), DomainError> {
        let is_raiser = side == self.raiser();
        let is_theirs = match step {
            ConversationStep::Answer | ConversationStep::AskAgain | ConversationStep::Withdraw
                if !is_flag(self.kind) =>
            {
                return Err(DomainError::invalid("name", "wants a flag; got a discussion"));
            }
            ConversationStep::Answer => !is_raiser,
            ConversationStep::AskAgain | ConversationStep::Withdraw => is_raiser,
            ConversationStep::Resolve => is_raiser || !is_flag(self.kind),
            ConversationStep::Post => true,
        };
        if !is_theirs {
            return Err(Refusal::Denied.into());
        }
        let Some(target) = step.target(self.state) else {
            return Err(DomainError::illegal(self.name(), self.state, step.verb()));
        };
        self.state = target;
        self.update_time = now;
        if step == ConversationStep::Answer {
            self.answer_time = Some(now);
        }
        if is_closed(target) {
            self.close_time = Some(now);
        }
        Ok(())
    }

    /// Adds a message in the present state; who writes has read all that came before.
    ///
    /// # Errors
    /// `LimitReached` at the limit of messages.
    pub fn add_message(
        &mut self,
        sender: &AuthorityId,
        principal: &str,
        text: MessageText,
        now: Timestamp,
    ) -> Result<Message, DomainError> {
        if self.message_count >= MAX_MESSAGES {
            return Err(Refusal::LimitReached {
                subject: self.name(),
                limit: "messages",
                maximum: MAX_MESSAGES as usize,
            }
            .into());
        }
        self.message_count += 1;
        self.update_time = now;
        self.mark_read(sender, self.message_count);
        Ok(Message {
            conversation: self.id,
            notification: self.notification,
            recipient: self.recipient.clone(),
            originator: self.originator.clone(),
            number: self.message_count,
            sender: sender.clone(),
            principal: principal.to_owned(),
            text,
            send_time: now,
            resulting_state: self.state,
        })
    }
}

/// `notifications/{id}/conversations/{id}`.
#[must_use]
pub fn conversation_name(notification: NotificationId, conversation: Uuid) -> String {
    format!("notifications/{notification}/conversations/{conversation}")
}

impl Message {
    /// `notifications/{id}/conversations/{id}/messages/{number}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/messages/{}", conversation_name(self.notification, self.conversation), self.number)
    }
}

impl Correspondence {
    /// That of a transmission on which nothing was said yet.
    #[must_use]
    pub fn empty(notification: NotificationId, recipient: &AuthorityId, originator: &AuthorityId) -> Self {
        Self {
            notification,
            recipient: recipient.clone(),
            originator: originator.clone(),
            conversation_count: 0,
            open_flag_count: 0,
            unread_message_count: 0,
            open_questions: Vec::new(),
            report_count: 0,
            revision: 0,
        }
    }

    /// `notifications/{id}/transmissions/{recipient}/correspondence`.
    #[must_use]
    pub fn name_of(notification: NotificationId, recipient: &AuthorityId) -> String {
        format!("notifications/{notification}/transmissions/{recipient}/correspondence")
    }

    /// Replaces what a conversation added before by what it adds now; none before for a new one.
    ///
    /// # Errors
    /// `LimitReached` for a new one at the limit of conversations.
    pub fn account(&mut self, before: Option<&Conversation>, now: &Conversation) -> Result<(), DomainError> {
        if before.is_none() {
            if self.conversation_count >= MAX_CONVERSATIONS {
                return Err(Refusal::LimitReached {
                    subject: format!("notifications/{}/transmissions/{}", self.notification, self.recipient),
                    limit: "conversations",
                    maximum: MAX_CONVERSATIONS as usize,
                }
                .into());
            }
            self.conversation_count += 1;
        }
        let is_open_flag = |one: &Conversation| is_flag(one.kind) && one.state == ConversationState::Open;
        let flags = |one: Option<&Conversation>| u32::from(one.is_some_and(is_open_flag));
        let unread =
            |one: Option<&Conversation>| one.map(|one| one.unread_by(&self.recipient)).unwrap_or_default();
        let unread = (self.unread_message_count + unread(Some(now))).saturating_sub(unread(before));
        self.unread_message_count = unread;
        self.open_flag_count = (self.open_flag_count + flags(Some(now))).saturating_sub(flags(before));
        self.open_questions.retain(|question| *question != now.name());
        if now.holds_clocks() {
            self.open_questions.push(now.name());
        }
        Ok(())
    }
}

impl Record for Conversation {
    const KIND: &'static str = "conversation";
    type Place = Place;

    fn name(&self) -> String {
        self.name()
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: Some(self.recipient.clone()),
            state: self.state as i32,
            // The newest first.
            order: -self.create_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for Message {
    const KIND: &'static str = "message";
    type Place = Place;

    fn name(&self) -> String {
        self.name()
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: Some(self.recipient.clone()),
            state: 0,
            order: self.number.into(),
        }
    }

    fn revision(&self) -> i64 {
        1
    }
}

impl Record for Correspondence {
    const KIND: &'static str = "correspondence";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(self.notification, &self.recipient)
    }

    fn place(&self) -> Place {
        Place {
            notification: self.notification,
            originator: self.originator.clone(),
            party: Some(self.recipient.clone()),
            state: 0,
            order: 0,
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
