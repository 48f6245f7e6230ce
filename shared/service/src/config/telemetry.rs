//! The section `telemetry`: what is logged, how, and where traces and measures go.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use super::error::InvalidSetting;
use super::layers::Validate;
use super::named_files::NamedFile;

/// The section `telemetry` of a service's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// How log lines look (default `json`).
    #[serde(default)]
    pub log_format: LogFormat,
    /// Which events are logged, such as `info,seamless_storage=debug`.
    #[serde(default = "info")]
    pub log_filter: String,
    /// Where an OpenTelemetry collector takes OTLP over gRPC, such as `https://collector:4317`. Absent: nothing is sent.
    #[serde(default)]
    pub otlp_endpoint: Option<String>,
    /// PEM file: the authorities that vouch for the collector. Needed where the endpoint is `https://`.
    #[serde(default)]
    pub otlp_ca: Option<PathBuf>,
    /// The name by which telemetry knows the service.
    pub service_name: String,
    /// The name by which telemetry knows this process among its replicas. Absent: a random UUID for each start.
    #[serde(default)]
    pub instance_id: Option<String>,
    /// How long the end of the process waits until the collector has taken what is left (default 1 s, at most 30 s).
    #[serde(
        default = "one_second",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub shutdown_timeout: Duration,
    /// Which share of the traces that begin here is recorded, 0 to 1 (default 1). A trace that came with a call follows
    /// the decision of its beginning.
    #[serde(default = "all")]
    pub sample_ratio: f64,
}

/// The longest `instance_id`, in octets.
const LONGEST_INSTANCE_ID: usize = 255;
/// The longest `shutdown_timeout`: within the time that an orchestrator leaves a process to end.
const LONGEST_SHUTDOWN: Duration = Duration::from_secs(30);

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people at a terminal.
    Pretty,
    /// One JSON object a line.
    #[default]
    Json,
}

impl Validate for TelemetrySettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        if EnvFilter::try_new(&self.log_filter).is_err() {
            return Err(InvalidSetting::new(
                "log_filter",
                &self.log_filter,
                "a level or directives such as info,seamless_storage=debug",
            ));
        }
        if let Some(endpoint) = &self.otlp_endpoint
            && !endpoint.starts_with("http://")
            && !endpoint.starts_with("https://")
        {
            return Err(InvalidSetting::new(
                "otlp_endpoint",
                endpoint,
                "a url that begins with http:// or https://",
            ));
        }
        if self.otlp_endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("https://"))
            && self.otlp_ca.is_none()
        {
            return Err(InvalidSetting::new("otlp_ca", "absent", "a pem file, where otlp_endpoint is https"));
        }
        if self.service_name.trim().is_empty() {
            return Err(InvalidSetting::new(
                "service_name",
                "empty",
                "a name such as seamless-notifications",
            ));
        }
        if let Some(id) = &self.instance_id
            && (id.trim().is_empty() || id.len() > LONGEST_INSTANCE_ID)
        {
            return Err(InvalidSetting::new("instance_id", id, "1 to 255 octets, or leave it out"));
        }
        if self.shutdown_timeout > LONGEST_SHUTDOWN {
            let shown = format!("{:?}", self.shutdown_timeout);
            return Err(InvalidSetting::new("shutdown_timeout", shown, "0s to 30s"));
        }
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            return Err(InvalidSetting::new("sample_ratio", self.sample_ratio, "0 to 1"));
        }
        Ok(())
    }

    fn files(&self) -> Vec<NamedFile> {
        self.otlp_ca.iter().map(|path| NamedFile::file("otlp_ca", path)).collect()
    }
}

fn info() -> String {
    "info".to_owned()
}

fn one_second() -> Duration {
    Duration::from_secs(1)
}

fn all() -> f64 {
    1.0
}
