//! Background work. Any number of replicas may run it: what must happen once is made sure of by the database.

pub mod arrangement_watch;
pub mod clock_watch;
pub mod delivery_watch;
pub mod receipt_signer;
pub mod sandbox_watch;
pub mod search_index;
pub mod similar_index;
pub mod upload_purge;
