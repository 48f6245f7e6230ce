//! Alerts as the feed of the notifications service tells them to a service that follows it: whose feed it is, what an event
//! makes of an alert, and where alerts stand while they are built anew.
//!
//! Invariant: a service that keeps what [`told`] says keeps what its reader may hold, and nothing more: the feed redacts, and
//! what is lost is taken out.

mod settings;
mod told;
mod written;

pub use settings::{AlertSettings, check_alerts, check_feeds};
pub use told::{Told, told};
pub use written::Written;
