//! The service's settings: typed, and checked before anything is opened.

use std::{path::PathBuf, time::Duration};

use seamless_api::Contention;
use seamless_files::FileSettings;
use seamless_identity::{AuthorityId, IdentitySettings};
use seamless_service::{
    client::ChannelSettings,
    config::{InvalidSetting, ServerSettings, TelemetrySettings, Validate},
};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;

/// Every key with its default and a comment.
pub const DEFAULTS: &str = include_str!("../config/default.toml");
/// What the names of environment variables begin with.
pub const ENVIRONMENT_PREFIX: &str = "SEAMLESS_CONSIGNMENTS";
/// Keys whose values are never shown.
const SECRETS: &[&str] = &["database.url", "files.s3.secret_access_key", "alerts.channel.token"];

/// The settings of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file that says where the scheme applies; none for the embedded sample.
    #[serde(default)]
    pub pilot: Option<PathBuf>,
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub identity: IdentitySettings,
    pub limits: Limits,
    pub contention: Contention,
    pub files: FileSettings,
    pub screening: ScreeningSettings,
    /// The feed of the notifications service; none to screen without alerts.
    #[serde(default)]
    pub alerts: Option<AlertSettings>,
    pub learning: LearningSettings,
    pub watch: WatchSettings,
    pub telemetry: TelemetrySettings,
}

/// Limits of the API.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Items of a page where the caller does not say.
    pub default_page_size: usize,
    /// The most items of a page.
    pub max_page_size: usize,
    /// The most items of an import in one transaction.
    pub import_batch: usize,
    /// The counts of an hour from which on countries of origin are counted together.
    pub hour_counts: usize,
    /// How long the answer to a request id is kept.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub request_retention: Duration,
}

/// Whose alerts are followed, and where.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSettings {
    /// The authority whose credentials the channel has; its side alone is told of matches.
    pub authority: String,
    /// The notifications service.
    pub channel: ChannelSettings,
}

/// How decisions are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreeningSettings {
    /// The most decisions in one transaction.
    pub batch: usize,
    /// How long a decision waits for others at most.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub linger: Duration,
    /// The most pre-inspections that are held in memory; where there are more the database is asked instead.
    pub inspections_in_memory: usize,
}

/// When risk models learn by themselves.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningSettings {
    /// New outcomes of a side that make a new version of its model.
    pub outcomes: u64,
}

/// How often what is due is looked at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchSettings {
    /// Between one look and the next.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub interval: Duration,
}

seamless_program::service! {
    Config { defaults: DEFAULTS, environment: ENVIRONMENT_PREFIX, secrets: SECRETS },
    opens crate::Bound, migrates crate::migrate
}

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        self.server.validate().map_err(|wrong| wrong.within("server"))?;
        self.identity.validate().map_err(|wrong| wrong.within("identity"))?;
        self.telemetry.validate().map_err(|wrong| wrong.within("telemetry"))?;
        self.limits.validate().map_err(|wrong| wrong.within("limits"))?;
        self.contention.validate().map_err(|wrong| wrong.within("contention"))?;
        self.screening.validate().map_err(|wrong| wrong.within("screening"))?;
        if let Some(alerts) = &self.alerts {
            alerts.channel.validate().map_err(|wrong| wrong.within("channel").within("alerts"))?;
            if alerts.authority.parse::<AuthorityId>().is_err() {
                return Err(InvalidSetting::new("authority", &alerts.authority, "the id of an authority")
                    .within("alerts"));
            }
        }
        if !(1..=100_000).contains(&self.learning.outcomes) {
            let wrong = InvalidSetting::new("outcomes", self.learning.outcomes, "1 to 100000");
            return Err(wrong.within("learning"));
        }
        let range = Duration::from_millis(50)..=Duration::from_secs(60);
        if !range.contains(&self.watch.interval) {
            let got = format!("{:?}", self.watch.interval);
            return Err(InvalidSetting::new("interval", got, "50ms to 60s").within("watch"));
        }
        self.files
            .validate()
            .map_err(|wrong| InvalidSetting::new("files", &self.files.url, wrong.to_string()))?;
        match self.database.validate().into_iter().next() {
            Some(problem) => {
                Err(InvalidSetting::new(problem.key, problem.value, problem.allowed).within("database"))
            }
            None => Ok(()),
        }
    }
}

impl Validate for ScreeningSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        if !(1..=10_000).contains(&self.batch) {
            return Err(InvalidSetting::new("batch", self.batch, "1 to 10000"));
        }
        if self.linger > Duration::from_millis(100) {
            return Err(InvalidSetting::new("linger", format!("{:?}", self.linger), "0ms to 100ms"));
        }
        if self.inspections_in_memory > 100_000_000 {
            return Err(InvalidSetting::new(
                "inspections_in_memory",
                self.inspections_in_memory,
                "0 to 100000000",
            ));
        }
        Ok(())
    }
}

impl Validate for Limits {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let range = |key: &str, value: usize, least: usize, most: usize| match (least..=most).contains(&value)
        {
            true => Ok(()),
            false => Err(InvalidSetting::new(key, value, format!("{least} to {most}"))),
        };
        range("max_page_size", self.max_page_size, 1, 1_000)?;
        range("default_page_size", self.default_page_size, 1, self.max_page_size)?;
        range("import_batch", self.import_batch, 1, 1_000)?;
        range("hour_counts", self.hour_counts, 1, 10_000)?;
        let hours = self.request_retention.as_secs() / 3_600;
        if hours < 720 {
            return Err(InvalidSetting::new(
                "request_retention",
                format!("{hours}h"),
                "720h (30 days) or more",
            ));
        }
        Ok(())
    }
}
