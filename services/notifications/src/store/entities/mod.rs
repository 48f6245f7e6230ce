//! The tables of this service. Times are microseconds since 1970 in UTC; vocabularies are the contract's numbers.

pub mod case_record;
pub mod clock;
pub mod evidence;
pub mod file_content;
pub mod file_reference;
pub mod follow_up;
pub mod notification;
pub mod operator_key;
pub mod sandbox;
pub mod sight;
pub mod transmission;
