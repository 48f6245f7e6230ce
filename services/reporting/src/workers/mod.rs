//! What happens by itself. Any number of replicas work; the commit lets each step through once.

pub mod bulletin_writer;
pub mod feed_followers;
pub mod report_writer;
