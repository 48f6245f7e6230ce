//! The stories, by what they are about.

pub mod approvals;
pub mod controls;
pub mod inspections;
pub mod suspensions;
pub mod trust;
