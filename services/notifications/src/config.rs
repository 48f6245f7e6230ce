//! The service's settings: typed, and checked before anything is opened.

use std::time::Duration;

use seamless_api::Contention;
use seamless_files::{FileError, FileSettings};
use seamless_identity::IdentitySettings;
use seamless_receipts::ReceiptSettings;
use seamless_service::config::{InvalidSetting, ServerSettings, TelemetrySettings, Validate};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;

/// Every key with its default and a comment.
pub const DEFAULTS: &str = include_str!("../config/default.toml");
/// What the names of environment variables begin with.
pub const ENVIRONMENT_PREFIX: &str = "SEAMLESS_NOTIFICATIONS";
/// Keys whose values are never shown.
const SECRETS: &[&str] = &["database.url", "files.s3.secret_access_key"];

/// The settings of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub identity: IdentitySettings,
    pub limits: Limits,
    pub contention: Contention,
    pub files: FileSettings,
    pub clocks: ClockSettings,
    pub sandbox: SandboxSettings,
    pub receipts: ReceiptSettings,
    pub evidence: EvidenceSettings,
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
    /// The most attachments of one side on one notification.
    pub attachments_per_notification: usize,
    /// How long the answer to a request id is kept.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub request_retention: Duration,
}

/// Whether the service is one for drills.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    /// True: the operator moves its clock and injects faults.
    pub enabled: bool,
}

/// How clocks are watched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSettings {
    /// Between one look for warnings and breaches and the next.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub interval: Duration,
}

/// How the ledgers are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSettings {
    /// Between one look for deliveries and entries to be signed and the next.
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
        self.clocks.validate().map_err(|wrong| wrong.within("clocks"))?;
        self.evidence.validate().map_err(|wrong| wrong.within("evidence"))?;
        self.files.validate().map_err(|wrong| wrong_file_setting(&self.files, wrong).within("files"))?;
        match self.database.validate().into_iter().next() {
            Some(problem) => {
                Err(InvalidSetting::new(problem.key, problem.value, problem.allowed).within("database"))
            }
            None => Ok(()),
        }
    }
}

fn wrong_file_setting(files: &FileSettings, wrong: FileError) -> InvalidSetting {
    match wrong {
        FileError::Invalid { field, description } => {
            let value = match field {
                "url" => files.url.clone(),
                "max_bytes" => files.max_bytes.to_string(),
                "allowed_types" => files.allowed_types.join(", "),
                "part_bytes" => files.part_bytes.to_string(),
                "upload_expiry" => format!("{:?}", files.upload_expiry),
                _ => String::new(),
            };
            InvalidSetting::new(field, value, description)
        }
        other => InvalidSetting::new("url", &files.url, other.to_string()),
    }
}

impl Validate for ClockSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_interval(self.interval)
    }
}

impl Validate for EvidenceSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_interval(self.interval)
    }
}

fn check_interval(interval: Duration) -> Result<(), InvalidSetting> {
    let (least, most) = (Duration::from_millis(50), Duration::from_secs(60));
    match (least..=most).contains(&interval) {
        true => Ok(()),
        false => Err(InvalidSetting::new("interval", format!("{interval:?}"), "50ms to 60s")),
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
        range("attachments_per_notification", self.attachments_per_notification, 1, 10_000)?;
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
