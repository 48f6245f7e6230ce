//! The tables of this service. Times are microseconds since 1970 in UTC; vocabularies are the contract's numbers.

pub mod alert;
pub mod certificate_balance;
pub mod certificate_use;
pub mod examination;
pub mod inspection;
pub mod inspection_key;
pub mod inspection_version;
pub mod model;
pub mod plan;
pub mod screening;
