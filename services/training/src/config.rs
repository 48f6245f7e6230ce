//! The service's settings: typed, and checked before anything is opened.

mod attendance;
mod calendars;
mod needs;

use std::{path::PathBuf, time::Duration};

use jiff::SignedDuration;
use seamless_alerts::{AlertSettings, check_alerts, check_feeds};
use seamless_api::{ApiLimits, Contention, check_files};
use seamless_calendar::SeriesLimits;
use seamless_files::FileSettings;
use seamless_identity::IdentitySettings;
use seamless_mail::{MailSettings, MailTransport};
use seamless_program::{Looks, check_sections, check_within, files_of};
use seamless_sandbox::SandboxSettings;
use seamless_service::config::{InvalidSetting, NamedFile, ServerSettings, TelemetrySettings, Validate};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;

pub use attendance::{AttendanceSettings, WrongMapping};
pub use calendars::CalendarsSettings;
pub use needs::{NeedSettings, WrongProductAreas};

use crate::domain::{post::Post, slots::SlotLimits};

/// Every key with its default and a comment.
pub const DEFAULTS: &str = include_str!("../config/default.toml");
/// What the names of environment variables begin with.
pub const ENVIRONMENT_PREFIX: &str = "SEAMLESS_TRAINING";
/// Keys whose values are never shown.
const SECRETS: &[&str] = &[
    "database.url",
    "files.s3.secret_access_key",
    "alerts.channel.token",
    "reports.channel.token",
    "mail.smtp.password",
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
    pub activities: ActivitySettings,
    pub registrations: RegistrationSettings,
    pub slots: SlotSettings,
    pub attendance: AttendanceSettings,
    pub certificates: CertificateSettings,
    pub obligations: ObligationSettings,
    pub personal_data: PersonalDataSettings,
    /// Whose feeds of the notifications service are followed; empty for nobody's.
    #[serde(default)]
    pub alerts: Vec<AlertSettings>,
    /// Whose feeds of the reporting service are followed; empty for nobody's.
    #[serde(default)]
    pub reports: Vec<AlertSettings>,
    pub needs: NeedSettings,
    pub feedback: FeedbackSettings,
    pub sandbox: SandboxSettings,
    pub calendars: CalendarsSettings,
    pub calendar: CalendarSettings,
    /// When what is due is looked at.
    pub watch: Looks,
    pub telemetry: TelemetrySettings,
    /// How mails leave.
    pub mail: MailSettings,
    pub invitations: InvitationSettings,
}

/// What is written to those who are registered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationSettings {
    /// How many hours before its first meeting people are reminded of an activity; 0 for never.
    pub remind_hours: u32,
    /// How many minutes before each meeting the reader's calendar reminds; 0 for never.
    pub alarm_minutes: u32,
    /// The most meetings whose times stand in the text of a mail.
    pub meetings: usize,
}

/// How much an activity may be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivitySettings {
    /// The most meetings of a rule.
    pub meetings: usize,
    /// The most of them that are left out, or moved.
    pub exceptions: usize,
}

/// How many may register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationSettings {
    /// The most registrations of an activity, those that ended counted.
    pub most: u64,
    /// How many that wait for the same activity are decided together at most.
    pub together: usize,
}

/// When it is said that a commitment may be missed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObligationSettings {
    /// How many days before it is missed it is at risk.
    pub warn_before_days: u32,
    /// Between one look and the next.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub interval: Duration,
}

/// How long personal data is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalDataSettings {
    /// How many days after its last meeting an activity keeps registrations, where it does not say.
    pub retention_days: u32,
    /// In how many days an erasure begins, where nobody says.
    pub erasure_days: u32,
}

/// How much is looked through for a slot.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotSettings {
    /// The most beginnings, times sides and resources.
    pub tries: u64,
    /// The most slots that are given.
    pub most: usize,
}

/// How certificates are signed and printed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateSettings {
    /// The folder with the keys that they are signed with.
    pub keys: PathBuf,
    /// The most that are printed in one call.
    pub at_once: usize,
    /// What is printed as the place where a code is verified; empty for nothing.
    pub verify_at: String,
}

/// How feedback is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackSettings {
    /// From how many answers on more is told than their number.
    pub least_answers: u32,
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

impl Validate for Config {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_files(&self.files)?;
        check_alerts(&self.alerts)?;
        check_feeds("reports", &self.reports)?;
        if self.sandbox.enabled && self.alerts.is_empty() {
            let wanted = "false without alerts: their feeds tell the clock of the sandbox";
            return Err(InvalidSetting::new("enabled", true, wanted).within("sandbox"));
        }
        let sections: [(_, &dyn Validate); 18] = [
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
            ("limits", &self.limits),
            ("contention", &self.contention),
            ("activities", &self.activities),
            ("registrations", &self.registrations),
            ("slots", &self.slots),
            ("attendance", &self.attendance),
            ("certificates", &self.certificates),
            ("obligations", &self.obligations),
            ("personal_data", &self.personal_data),
            ("needs", &self.needs),
            ("feedback", &self.feedback),
            ("watch", &self.watch),
            ("calendars", &self.calendars),
            ("mail", &self.mail),
            ("invitations", &self.invitations),
        ];
        check_sections(&self.database, &sections)
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut sections: Vec<(_, &dyn Validate)> = vec![
            ("server", &self.server),
            ("identity", &self.identity),
            ("telemetry", &self.telemetry),
            ("mail", &self.mail),
        ];
        sections.extend(self.alerts.iter().map(|alerts| ("alerts", alerts as &dyn Validate)));
        sections.extend(self.reports.iter().map(|reports| ("reports", reports as &dyn Validate)));
        let mut files = files_of(&sections);
        files
            .extend(self.needs.product_areas.iter().map(|path| NamedFile::file("needs.product_areas", path)));
        let mappings = self.attendance.mappings.iter();
        files.push(NamedFile::folder("certificates.keys", &self.certificates.keys));
        files.extend(mappings.map(|path| NamedFile::folder("attendance.mappings", path)));
        files.extend(self.calendar.zones.iter().map(|path| NamedFile::folder("calendar.zones", path)));
        files
    }
}

impl Validate for ActivitySettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("meetings", self.meetings, 1..=10_000)?;
        check_within("exceptions", self.exceptions, 1..=10_000)
    }
}

impl Validate for CertificateSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("at_once", self.at_once, 1..=200)?;
        check_within("verify_at", self.verify_at.chars().count(), 0..=200)
    }
}

impl Validate for ObligationSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("warn_before_days", self.warn_before_days, 0..=730)?;
        match (Duration::from_millis(50)..=Duration::from_secs(86_400)).contains(&self.interval) {
            true => Ok(()),
            false => Err(InvalidSetting::new("interval", format!("{:?}", self.interval), "50ms to 24h")),
        }
    }
}

impl Validate for FeedbackSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("least_answers", self.least_answers, 2..=1_000)
    }
}

impl Validate for PersonalDataSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("retention_days", self.retention_days, 1..=3_650)?;
        check_within("erasure_days", self.erasure_days, 0..=30)
    }
}

impl Validate for RegistrationSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("most", self.most, 1..=10_000_000)?;
        check_within("together", self.together, 1..=500)
    }
}

impl Validate for SlotSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("tries", self.tries, 1_000..=10_000_000)?;
        check_within("most", self.most, 1..=1_000)
    }
}

impl Validate for InvitationSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("remind_hours", self.remind_hours, 0..=720)?;
        check_within("alarm_minutes", self.alarm_minutes, 0..=10_080)?;
        check_within("meetings", self.meetings, 1..=100)
    }
}

impl Config {
    /// How people are written to; none where nobody is.
    #[must_use]
    pub fn post(&self) -> Option<Post> {
        let sender = self.mail.sender.clone().filter(|_| self.mail.transport != MailTransport::None)?;
        let InvitationSettings { remind_hours, alarm_minutes, meetings } = self.invitations;
        Some(Post {
            sender,
            remind_before: (remind_hours > 0).then(|| SignedDuration::from_hours(remind_hours.into())),
            alarm: (alarm_minutes > 0).then(|| Duration::from_secs(u64::from(alarm_minutes) * 60)),
            meetings,
        })
    }
}

impl From<&SlotSettings> for SlotLimits {
    fn from(settings: &SlotSettings) -> Self {
        Self { tries: settings.tries, slots: settings.most }
    }
}

impl From<&ActivitySettings> for SeriesLimits {
    fn from(settings: &ActivitySettings) -> Self {
        Self { meetings: settings.meetings, exceptions: settings.exceptions }
    }
}
