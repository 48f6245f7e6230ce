//! What the service promises, told in the words of those who use it.

pub mod attachments;
pub mod case_file;
pub mod changes;
pub mod clocks;
pub mod contact_points;
pub mod conversations;
pub mod evidence;
pub mod fair_shares;
pub mod feed;
pub mod imports;
pub mod inbox;
pub mod listings;
pub mod main_line;
pub mod open_questions;
pub mod proposals;
pub mod requests;
pub mod revocation;
pub mod rights;
pub mod sandbox;
pub mod search;
pub mod sent_again;
pub mod similar;
pub mod suggestions;
pub mod traces;
pub mod upgrade;
