//! What this service answers. What each call asks of its caller follows from the contract.

use std::sync::LazyLock;

/// The packages of the contracts whose services it serves.
pub const PACKAGES: [&str; 2] = ["seamless.reporting.v1", "seamless.feed.v1"];

/// Every scope that its calls ask for.
pub static SCOPES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| seamless_proto::access::scopes_of(&PACKAGES));
