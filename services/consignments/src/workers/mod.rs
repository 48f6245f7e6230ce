//! What runs beside the API. Each worker runs until its token is cancelled; any number of replicas may run them.

pub mod learning;
pub mod risk_models;
