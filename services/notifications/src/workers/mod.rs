//! Background work. Any number of replicas may run it: what must happen once is made sure of by the database.

pub mod clock_watch;
pub mod readiness;
pub mod request_purge;
pub mod sandbox_watch;
pub mod upload_purge;
