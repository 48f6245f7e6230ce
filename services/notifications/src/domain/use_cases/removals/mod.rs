//! Use cases of removals.

mod confirm_removal;

pub use confirm_removal::ConfirmRemoval;
