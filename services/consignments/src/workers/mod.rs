//! What runs beside the API. Each worker runs until its token is cancelled; any number of replicas may run them.

mod overdue_watch;

pub use overdue_watch::OverdueWatch;
