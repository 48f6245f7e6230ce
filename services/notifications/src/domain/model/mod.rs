//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod attachment;
mod clock;
mod follow_up;
mod notification;
mod risk_level;
mod sandbox;
mod transmission;
mod vocabulary;

pub use attachment::*;
pub use clock::*;
pub use follow_up::*;
pub use notification::*;
pub use risk_level::{Severity, level_of};
pub use sandbox::*;
pub use transmission::*;
pub use vocabulary::*;
