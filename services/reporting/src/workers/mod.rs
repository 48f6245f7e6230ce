//! What happens by itself. Any number of replicas work; the commit lets each step through once.

pub mod feed_followers;
pub mod lapsed_rights;
pub mod report_writer;
