//! The short form of the campaign, as a test.
#![allow(clippy::unwrap_used, reason = "a failure is a failed test")]

use std::process::Command;

/// Few rounds of each class that this machine lets us try; what cannot be tried is said loudly.
#[test]
#[ignore = "takes minutes"]
fn what_is_acknowledged_outlives_disks_that_fail() {
    let ended = Command::new(env!("CARGO_BIN_EXE_seamless-trust")).arg("--short").status().unwrap();
    assert!(ended.success(), "see above");
}
