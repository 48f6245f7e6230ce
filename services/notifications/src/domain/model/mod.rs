//! The words of the domain as types: what cannot be wrong here was made sure of when it was parsed.

mod assessment;
mod attachment;
mod clock;
mod conversation;
mod evidence;
mod follow_up;
mod holding;
mod listing;
mod notification;
mod proposal;
mod removal;
mod risk_level;
mod sandbox;
mod similarity;
mod trace;
mod trace_candidate;
mod transmission;
mod vocabulary;

pub use assessment::*;
pub use attachment::*;
pub use clock::*;
pub use conversation::*;
pub use evidence::*;
pub use follow_up::*;
pub use holding::*;
pub use listing::*;
pub use notification::*;
pub use proposal::*;
pub use removal::*;
pub use risk_level::{Severity, level_of};
pub use sandbox::*;
pub use similarity::*;
pub use trace::*;
pub use trace_candidate::*;
pub use transmission::*;
pub use vocabulary::*;

pub use super::{
    finding::Finding,
    notification_id::{NotificationId, notification_name},
};
