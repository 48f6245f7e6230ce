//! What holds for the whole of Seamless: its architecture, its contracts, and that nobody gets in or sees anything
//! without the right to. A running service answers where one is needed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod architecture;
mod authorization;
mod contracts;
mod disclosure;
mod factory_to_consumer;
mod golden_events;
mod histories;
mod needs;
mod raw_call;
mod readmes;
mod reports;
mod rooms;
mod running;
mod service_rooms;
mod source;
mod test_targets;
mod time_zones;

/// Fails with every finding at once, one a line.
#[track_caller]
fn assert_none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n  {}\n", findings.join("\n  "));
}
