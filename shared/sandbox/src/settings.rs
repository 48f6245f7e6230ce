//! Whether there is a sandbox.

use serde::Deserialize;

/// The section `sandbox` of the configuration of a service that follows the clock of another one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    /// True: it goes by the clock of the sandbox whose feed it follows.
    pub enabled: bool,
}
