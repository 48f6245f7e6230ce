//! Configuration in four layers, and the settings that every service has.
//!
//! Invariant: a key that no settings type knows is refused, wherever it stands; and every complaint names the key, the
//! value, what is allowed, and the layer that the value came from.

mod connections;
mod error;
mod fairness;
mod layers;
mod named_files;
mod pages;
mod secret;
mod server;
mod telemetry;

pub use connections::ConnectionSettings;
pub use error::{ConfigError, InvalidSetting, Origin};
pub use fairness::FairnessSettings;
pub use layers::{Layers, Loaded, Validate};
pub use named_files::{NamedFile, UnusableFile};
pub use pages::PageLimits;
pub use server::{DEFAULT_MAX_MESSAGE_BYTES, DrainSettings, LimitSettings, ServerSettings, TlsSettings};
pub use telemetry::{LogFormat, TelemetrySettings};
