//! Use cases of conversations.

mod conversation_step;
mod mark_read;
mod open_conversation;

pub use conversation_step::{ConversationAccess, Said, TakeConversationStep};
pub use mark_read::MarkRead;
pub use open_conversation::{About, OpenConversation, Opening};
