//! What is stored is pinned: see README.md in this folder.
#![allow(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod documents;
mod holdings;
mod schema;

/// Where the golden files of one sort are.
fn folder(sort: &str) -> String {
    format!("{}/tests/golden/{sort}", env!("CARGO_MANIFEST_DIR"))
}
