//! The service's settings: typed, and checked before anything is opened.

mod situation;

use std::{path::PathBuf, time::Duration};

use seamless_alerts::{AlertSettings, check_feeds};
use seamless_api::{ApiLimits, Contention, check_files};
use seamless_files::FileSettings;
use seamless_identifiers::toml_fault;
use seamless_identity::IdentitySettings;
use seamless_program::{Looks, check_sections, check_within, files_of};
use seamless_sandbox::SandboxSettings;
use seamless_service::config::{InvalidSetting, NamedFile, ServerSettings, TelemetrySettings, Validate};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::domain::{
    glossary::{Glossary, Term},
    source::Source,
};
pub use situation::SituationSettings;

/// Every key with its default and a comment.
pub const DEFAULTS: &str = include_str!("../config/default.toml");
/// The terms of product safety that bulletins are held to where no other file is set.
pub const GLOSSARY: &str = include_str!("../config/glossary.toml");
/// What the names of environment variables begin with.
pub const ENVIRONMENT_PREFIX: &str = "SEAMLESS_REPORTING";
/// Keys whose values are never shown.
const SECRETS: &[&str] = &[
    "database.url",
    "files.s3.secret_access_key",
    "alerts.channel.token",
    "consignments.channel.token",
    "training.channel.token",
];

/// The settings of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub identity: IdentitySettings,
    pub limits: ApiLimits,
    pub contention: Contention,
    pub files: FileSettings,
    pub reports: ReportSettings,
    pub bulletins: BulletinSettings,
    pub schedules: ScheduleSettings,
    /// Whose feeds of the notifications service are followed; empty for nobody's.
    #[serde(default)]
    pub alerts: Vec<AlertSettings>,
    /// Whose feeds of the consignments service are followed.
    #[serde(default)]
    pub consignments: Vec<AlertSettings>,
    /// Whose feeds of the training service are followed.
    #[serde(default)]
    pub training: Vec<AlertSettings>,
    pub sandbox: SandboxSettings,
    pub calendar: CalendarSettings,
    /// The page that says how things stand.
    pub situation: SituationSettings,
    /// When what is due is looked at.
    pub watch: Looks,
    pub telemetry: TelemetrySettings,
}

/// How reports are made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSettings {
    /// The folder with the keys that they are signed with.
    pub keys: PathBuf,
    /// The most of an authority that wait.
    pub most_queued: u64,
    /// The least count that others than the side whose cases it counts are told.
    pub least_count: u64,
}

/// What schedules of reports are allowed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSettings {
    /// The most of an authority that are not deleted.
    pub most: u64,
    /// How far apart the runs of one are at least.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub least_distance: Duration,
}

/// How bulletins are made.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BulletinSettings {
    /// The file of the terms that they are held to; none for that of the program.
    #[serde(default)]
    pub glossary: Option<PathBuf>,
    /// Whether they are published while findings are open.
    pub publish_with_findings: bool,
}

/// By which data local times are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSettings {
    /// A folder of compiled zones that says its version; none for the data of the program.
    #[serde(default)]
    pub zones: Option<PathBuf>,
}

seamless_program::service! {
    Config { defaults: DEFAULTS, environment: ENVIRONMENT_PREFIX, secrets: SECRETS },
    opens crate::Bound, migrates crate::store::migrations::Migrator
}

impl Config {
    /// The feeds that are followed: section, service, and whose.
    #[must_use]
    pub fn feeds(&self) -> [(&'static str, Source, &[AlertSettings]); 3] {
        [
            ("alerts", Source::Notifications, &self.alerts),
            ("consignments", Source::Consignments, &self.consignments),
            ("training", Source::Training, &self.training),
        ]
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_files(&self.files)?;
        for (section, _, feeds) in self.feeds() {
            check_feeds(section, feeds)?;
        }
        if self.sandbox.enabled && self.alerts.is_empty() {
            let wanted = "false without alerts: their feeds tell the clock of the sandbox";
            return Err(InvalidSetting::new("enabled", true, wanted).within("sandbox"));
        }
        let sections: [(_, &dyn Validate); 9] = [
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
            ("limits", &self.limits),
            ("contention", &self.contention),
            ("reports", &self.reports),
            ("schedules", &self.schedules),
            ("watch", &self.watch),
            ("situation", &self.situation),
        ];
        check_sections(&self.database, &sections)
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut sections: Vec<(_, &dyn Validate)> =
            vec![("server", &self.server), ("identity", &self.identity), ("telemetry", &self.telemetry)];
        for (section, _, feeds) in self.feeds() {
            sections.extend(feeds.iter().map(|feed| (section, feed as &dyn Validate)));
        }
        let mut files = files_of(&sections);
        files.push(NamedFile::folder("reports.keys", &self.reports.keys));
        files.extend(self.bulletins.glossary.iter().map(|path| NamedFile::file("bulletins.glossary", path)));
        files.extend(self.calendar.zones.iter().map(|path| NamedFile::folder("calendar.zones", path)));
        files
    }
}

/// What is wrong with a glossary.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongGlossary(String);

/// A file of terms.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GlossaryFile {
    #[serde(default)]
    term: Vec<Term>,
}

impl BulletinSettings {
    /// The glossary.
    ///
    /// # Errors
    /// That the file cannot be read, or all that is wrong with its terms.
    pub fn glossary(&self) -> Result<Glossary, WrongGlossary> {
        let text = match &self.glossary {
            None => GLOSSARY.to_owned(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| WrongGlossary(error.to_string()))?,
        };
        let file: GlossaryFile =
            toml::from_str(&text).map_err(|error| WrongGlossary(toml_fault(&text, &error)))?;
        let sha256 = hex::encode(Sha256::digest(&text));
        Glossary::new(file.term, sha256).map_err(|wrong| WrongGlossary(wrong.join("; ")))
    }
}

impl Validate for ReportSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("most_queued", self.most_queued, 1..=10_000)?;
        check_within("least_count", self.least_count, 1..=100)
    }
}

impl Validate for ScheduleSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("most", self.most, 1..=10_000)?;
        let allowed = Duration::from_secs(3_600)..=Duration::from_secs(31 * 24 * 3_600);
        match allowed.contains(&self.least_distance) {
            true => Ok(()),
            false => {
                Err(InvalidSetting::new("least_distance", format!("{:?}", self.least_distance), "1h to 744h"))
            }
        }
    }
}
