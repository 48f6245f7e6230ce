//! The chassis of every service: configuration in layers, telemetry, the TLS listener, the middleware around every call,
//! health, reflection, the bounded drain, channels to other services, and the errors that callers see.
//!
//! Invariant: nothing here knows a service or what it serves, and only `telemetry::init`, `run::shutdown_signal` and
//! `install_crypto_provider`, which `main.rs` calls, touch what is global to the process; so several services can run in one.

mod call;
pub mod client;
pub mod config;
mod connections;
pub mod error;
mod fairness;
pub mod gate;
pub mod health;
mod listener;
mod log_budget;
mod middleware;
pub mod noted;
pub mod pages;
pub mod probe;
mod reflection;
mod refusal;
pub mod run;
pub mod server;
pub mod telemetry;
mod tls;

pub use call::{ConnectionInfo, StreamShutdown};
pub use error::ApiError;
pub use fairness::{Turn, WorkTurns};
pub use gate::Weight;
pub use middleware::{CallDeadline, RequestId};
pub use tls::install_crypto_provider;
