//! What happens by itself. Any number of replicas work; the commit lets each step through once.

mod abandoned;
pub mod bulletin_writer;
pub mod feed_followers;
pub mod lag_watch;
pub mod lapsed_rights;
pub mod old_links;
pub mod read_rebuilds;
pub mod report_writer;
pub mod schedule_watch;
mod telling;
