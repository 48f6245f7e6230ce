//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod clock;
mod conversation;
mod follow_up;
mod listing;
mod notification;
mod risk_level;
mod transmission;
mod vocabulary;

pub use clock::*;
pub use conversation::*;
pub use follow_up::*;
pub use listing::*;
pub use notification::*;
pub use risk_level::{Severity, level_of};
pub use transmission::*;
pub use vocabulary::*;
