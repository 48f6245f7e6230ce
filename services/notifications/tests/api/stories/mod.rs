//! What the service promises, told in the words of those who use it.

pub mod attachments;
pub mod changes;
pub mod clocks;
pub mod feed;
pub mod imports;
pub mod inbox;
pub mod main_line;
pub mod requests;
pub mod sandbox;
