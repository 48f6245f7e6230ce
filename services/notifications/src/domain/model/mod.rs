//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod assessment;
mod clock;
mod follow_up;
mod holding;
mod notification;
mod proposal;
mod removal;
mod rights_vocabulary;
mod risk_level;
mod transmission;
mod vocabulary;

pub use assessment::*;
pub use clock::*;
pub use follow_up::*;
pub use holding::*;
pub use notification::*;
pub use proposal::*;
pub use removal::*;
pub use rights_vocabulary::*;
pub use risk_level::{Severity, level_of};
pub use transmission::*;
pub use vocabulary::*;
