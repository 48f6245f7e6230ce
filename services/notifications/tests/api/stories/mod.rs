//! What the service promises, told in the words of those who use it.

pub mod changes;
pub mod conversations;
pub mod feed;
pub mod imports;
pub mod inbox;
pub mod listings;
pub mod main_line;
pub mod requests;
