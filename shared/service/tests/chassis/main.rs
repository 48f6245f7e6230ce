//! The chassis on real sockets with TLS, around a small hand-made service: a registry's desk that files alerts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests; clippy spares only test functions"
)]

mod attacks;
mod calls;
mod certificates;
mod configuration;
mod desk;
mod drain;
mod fairness;
mod reflection;
mod refusals;
mod stack;
