//! The service's settings: typed, and checked before anything is opened.

use std::{path::PathBuf, time::Duration};

use seamless_alerts::AlertSettings;
use seamless_api::{ApiLimits, Contention, check_files};
use seamless_files::FileSettings;
use seamless_identity::IdentitySettings;
use seamless_program::{Looks, check_sections, check_within, files_of};
use seamless_sandbox::SandboxSettings;
use seamless_service::config::{InvalidSetting, NamedFile, ServerSettings, TelemetrySettings, Validate};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;

use crate::domain::{ArrivalTimes, use_cases::ToldScreenings};

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
    pub limits: ApiLimits,
    pub contention: Contention,
    pub files: FileSettings,
    pub screening: ScreeningSettings,
    pub arrivals: ArrivalTimes,
    /// The feed of the notifications service; none to screen without alerts.
    #[serde(default)]
    pub alerts: Option<AlertSettings>,
    pub learning: LearningSettings,
    pub sandbox: SandboxSettings,
    /// When what is due is looked at.
    pub watch: Looks,
    pub telemetry: TelemetrySettings,
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
    /// Which decisions the feed tells.
    pub told: ToldScreenings,
    /// The counts of an hour from which on countries of origin are counted together.
    pub hour_counts: usize,
    /// The most criteria that one side may have active at a time.
    pub criteria: usize,
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

seamless_program::service! {
    Config { defaults: DEFAULTS, environment: ENVIRONMENT_PREFIX, secrets: SECRETS },
    opens crate::Bound, migrates crate::store::migrations::Migrator
}

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_files(&self.files)?;
        let mut sections: Vec<(_, &dyn Validate)> = vec![
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
            ("limits", &self.limits),
            ("contention", &self.contention),
            ("screening", &self.screening),
            ("arrivals", &self.arrivals),
            ("learning", &self.learning),
            ("watch", &self.watch),
        ];
        if let Some(alerts) = &self.alerts {
            sections.push(("alerts", alerts));
        }
        if self.sandbox.enabled && self.alerts.is_none() {
            let wanted = "false without alerts: their feed tells the clock of the sandbox";
            return Err(InvalidSetting::new("enabled", true, wanted).within("sandbox"));
        }
        check_sections(&self.database, &sections)
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut sections: Vec<(_, &dyn Validate)> =
            vec![("server", &self.server), ("identity", &self.identity), ("telemetry", &self.telemetry)];
        sections.extend(self.alerts.iter().map(|alerts| ("alerts", alerts as &dyn Validate)));
        let mut files = files_of(&sections);
        files.extend(self.pilot.iter().map(|path| NamedFile::file("pilot", path)));
        files
    }
}

impl Validate for ArrivalTimes {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("days_ahead", self.days_ahead, 1..=3_660)?;
        check_within("days_back", self.days_back, 1..=36_600)?;
        check_within("days_early", self.days_early, 0..=3_660)
    }
}

impl Validate for LearningSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("outcomes", self.outcomes, 1..=100_000)
    }
}

impl Validate for ScreeningSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("batch", self.batch, 1..=10_000)?;
        check_within("hour_counts", self.hour_counts, 1..=10_000)?;
        check_within("criteria", self.criteria, 1..=10_000)?;
        check_within("inspections_in_memory", self.inspections_in_memory, 0..=100_000_000)?;
        match self.linger <= Duration::from_millis(100) {
            true => Ok(()),
            false => Err(InvalidSetting::new("linger", format!("{:?}", self.linger), "0ms to 100ms")),
        }
    }
}
