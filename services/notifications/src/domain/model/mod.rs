//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod clock;
mod conversation;
mod evidence;
mod follow_up;
mod listing;
mod notification;
mod risk_level;
mod sandbox;
mod trace;
mod trace_candidate;
mod trace_vocabulary;
mod transmission;
mod vocabulary;

pub use clock::*;
pub use conversation::*;
pub use evidence::*;
pub use follow_up::*;
pub use listing::*;
pub use notification::*;
pub use risk_level::{Severity, level_of};
pub use sandbox::*;
pub use trace::*;
pub use trace_candidate::*;
pub use trace_vocabulary::*;
pub use transmission::*;
pub use vocabulary::*;
