//! What runs beside the API. Each worker runs until its token is cancelled; any number of replicas may run them.

pub mod alert_follower;
pub mod alert_watch;
pub mod ended_criteria;
pub mod held_in_memory;
pub mod hourly_aggregates;
pub mod learning;
pub mod overdue_watch;
pub mod plan_close;
