//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod clock;
mod follow_up;
mod notification;
mod risk_level;
mod similarity;
mod transmission;
mod vocabulary;

pub use clock::*;
pub use follow_up::*;
pub use notification::*;
pub use risk_level::{Severity, level_of};
pub use similarity::*;
pub use transmission::*;
pub use vocabulary::*;
