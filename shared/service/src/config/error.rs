//! What is wrong with a configuration, in words that name the place to mend.

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

/// The layer that a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The defaults in the binary.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable, by name.
    Environment(String),
    /// A flag of the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("the defaults in the binary"),
            Self::File(path) => write!(formatter, "the file {}", path.display()),
            Self::Environment(variable) => write!(formatter, "the environment variable {variable}"),
            Self::Flag => formatter.write_str("the command line"),
        }
    }
}

/// Why a configuration is refused.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The configuration file cannot be read.
    #[error("cannot read the configuration file {}: {fault}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: std::io::Error,
    },
    /// A layer is not TOML, or an environment variable or flag names a key inside a plain value.
    #[error("{origin} cannot be understood: {fault}")]
    Malformed {
        /// The layer.
        origin: Origin,
        /// What is wrong, and where.
        fault: String,
    },
    /// A key that no setting has.
    #[error("unknown key {key} in {origin}: allowed there is {allowed}")]
    UnknownKey {
        /// Dotted path.
        key: String,
        /// The keys that are known in its place.
        allowed: String,
        /// Where it stands.
        origin: Origin,
    },
    /// A key without which the service cannot run has no value in any layer.
    #[error("{key} has no value: set it in the configuration file or as {variable}")]
    Missing {
        /// Dotted path.
        key: String,
        /// The environment variable that would set it.
        variable: String,
    },
    /// A value that is not allowed.
    #[error("{key} is {value} in {origin}: allowed is {allowed}")]
    Invalid {
        /// Dotted path.
        key: String,
        /// The value as it stands there; `<hidden>` for a secret.
        value: String,
        /// What the key accepts.
        allowed: String,
        /// Where it stands.
        origin: Origin,
    },
}

/// A value that its settings type refuses; the layer it came from is found by whoever loads it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{key} is {value}: allowed is {allowed}")]
pub struct InvalidSetting {
    /// Dotted path, relative to the settings type that refuses.
    pub key: String,
    /// The value as people would write it.
    pub value: String,
    /// What the key accepts.
    pub allowed: String,
}

impl InvalidSetting {
    /// A refusal of one value.
    pub fn new(key: impl Into<String>, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.to_string(), allowed: allowed.into() }
    }

    /// The same refusal, seen from the table that has the settings in `section`.
    #[must_use]
    pub fn within(mut self, section: &str) -> Self {
        self.key = format!("{section}.{}", self.key);
        self
    }
}
