//! When a meeting suits everybody: every side's zone, hours, holidays and appointments, and rooms and interpreters.
//!
//! Invariant: one function decides, [`Availability::fits`]. What [`Availability::find`] gives is what it takes, and whoever
//! books asks it too; so a slot that is offered can be booked.

mod availability;
mod find;
mod question;
mod rank;
mod refusal;
mod side;

pub use availability::Availability;
pub use find::{Found, LeftNothing};
pub use question::{Hours, Interval, Resource, Schedule, Side, SlotLimits, SlotQuestion, Stay};
pub use rank::{Ranked, Reason, SideTime};
pub use refusal::{Rule, SlotRefusal};
