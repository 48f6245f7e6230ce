//! The service's settings: typed, and checked before anything is opened.

use seamless_api::{ApiLimits, Contention, check_files};
use seamless_files::FileSettings;
use seamless_identity::IdentitySettings;
use seamless_program::{Looks, check_sections, check_within, files_of};
use seamless_receipts::ReceiptSettings;
use seamless_service::config::{InvalidSetting, NamedFile, ServerSettings, TelemetrySettings, Validate};
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
    pub limits: ApiLimits,
    pub contention: Contention,
    pub files: FileSettings,
    pub attachments: AttachmentSettings,
    /// When clocks are looked at for warnings and breaches.
    pub clocks: Looks,
    pub sandbox: SandboxSettings,
    pub receipts: ReceiptSettings,
    /// When ledgers are looked at for deliveries, and for entries to be signed.
    pub evidence: Looks,
    pub telemetry: TelemetrySettings,
}

/// What the files of a notification are.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentSettings {
    /// The most attachments of one side on one notification.
    pub per_notification: usize,
}

/// Whether the service is one for drills.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxSettings {
    /// True: the operator moves its clock and injects faults.
    pub enabled: bool,
}

seamless_program::service! {
    Config { defaults: DEFAULTS, environment: ENVIRONMENT_PREFIX, secrets: SECRETS },
    opens crate::Bound, migrates crate::store::migrations::Migrator
}

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_files(&self.files)?;
        let sections: [(_, &dyn Validate); 8] = [
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
            ("limits", &self.limits),
            ("contention", &self.contention),
            ("attachments", &self.attachments),
            ("clocks", &self.clocks),
            ("evidence", &self.evidence),
        ];
        check_sections(&self.database, &sections)
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut files = files_of(&[
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
        ]);
        files.push(NamedFile::folder("receipts.keys", &self.receipts.keys));
        files
    }
}

impl Validate for AttachmentSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("per_notification", self.per_notification, 1..=10_000)
    }
}
