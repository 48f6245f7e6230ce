//! The tables of this service. Times are microseconds since 1970 in UTC; vocabularies are the contract's numbers.

pub mod activity;
pub mod alert;
pub mod registration;
