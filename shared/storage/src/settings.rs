//! The section `database` of a service's configuration.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::Backend;

/// How a service reaches its database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:///absolute/path.db`, `sqlite://relative/path.db` or `postgres://user:password@host:port/database`.
    pub url: SecretString,
    /// The most connections: of the pool on PostgreSQL, of the readers on SQLite (which has one writer). 1 to 1000,
    /// default 8.
    #[serde(default = "default_max_connections")]
    pub max_connections: u32,
    /// How long a call waits for a free connection before it fails as unavailable. Up to 1 min, default 5 s.
    #[serde(
        default = "default_acquire_timeout",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub acquire_timeout: Duration,
    /// How long SQLite waits for another process's lock. Up to 1 min, default 5 s.
    #[serde(
        default = "default_busy_timeout",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub busy_timeout: Duration,
    /// SQLite: `normal` survives the crash of the process, `full` (the default) that of the machine as well.
    #[serde(default)]
    pub synchronous: Synchronous,
    /// How often a transaction is tried before the caller is told of the contention. 1 to 100, default 8.
    #[serde(default = "default_max_attempts")]
    pub max_attempts: u32,
    /// How long the start waits for a server that cannot be reached yet. Up to 10 min, default 1 min; 0 waits for none.
    #[serde(
        default = "default_start_patience",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub start_patience: Duration,
    /// Whether the server applies migrations when it starts.
    #[serde(default)]
    pub migrate_at_start: bool,
    /// SQLite: whether what is deleted or overwritten is zeroed in the file. Default false.
    #[serde(default)]
    pub secure_delete: bool,
    /// Whether a new database may be begun where files of an earlier one lie. Default false: it looks like a loss.
    #[serde(default)]
    pub begin_anew: bool,
}

/// SQLite's `PRAGMA synchronous`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// A crash of the machine may lose the last transactions, never damage the database.
    Normal,
    /// Every commit reaches the disk before it is answered.
    #[default]
    Full,
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The key within the section.
    pub key: &'static str,
    /// What it is, without secrets.
    pub value: String,
    /// What it may be.
    pub allowed: &'static str,
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, allowed is {}", self.key, self.value, self.allowed)
    }
}

impl DatabaseSettings {
    /// Settings with every default.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: SecretString::from(url.into()),
            max_connections: default_max_connections(),
            acquire_timeout: default_acquire_timeout(),
            busy_timeout: default_busy_timeout(),
            synchronous: Synchronous::default(),
            max_attempts: default_max_attempts(),
            start_patience: default_start_patience(),
            migrate_at_start: false,
            secure_delete: false,
            begin_anew: false,
        }
    }

    /// Which database the URL names, if it names one that can be used.
    #[must_use]
    pub fn backend(&self) -> Option<Backend> {
        match self.target()? {
            Target::Sqlite(_) => Some(Backend::Sqlite),
            Target::Postgres(_) => Some(Backend::Postgres),
        }
    }

    /// The file of a SQLite database; none on PostgreSQL.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        match self.target()? {
            Target::Sqlite(file) => Some(file.get_filename().to_path_buf()),
            Target::Postgres(_) => None,
        }
    }

    /// Every setting that cannot be used; empty if all can. Opens nothing.
    #[must_use]
    pub fn validate(&self) -> Vec<SettingsProblem> {
        let mut problems = Vec::new();
        if self.target().is_none() {
            problems.push(SettingsProblem { key: "url", value: self.shown_url(), allowed: URL_ALLOWED });
        }
        let counts = [
            ("max_connections", self.max_connections, 1..=1000, "1 to 1000"),
            ("max_attempts", self.max_attempts, 1..=100, "1 to 100"),
        ];
        for (key, value, range, allowed) in counts {
            if !range.contains(&value) {
                problems.push(SettingsProblem { key, value: value.to_string(), allowed });
            }
        }
        for (key, value) in [("acquire_timeout", self.acquire_timeout), ("busy_timeout", self.busy_timeout)] {
            if !(Duration::from_millis(1)..=Duration::from_secs(60)).contains(&value) {
                problems.push(SettingsProblem { key, value: format!("{value:?}"), allowed: "1ms to 1m" });
            }
        }
        if self.start_patience > Duration::from_secs(600) {
            let value = format!("{:?}", self.start_patience);
            problems.push(SettingsProblem { key: "start_patience", value, allowed: "0s to 10m" });
        }
        problems
    }

    /// The parsed URL, or nothing if it names no database that can be used.
    pub(crate) fn target(&self) -> Option<Target> {
        let url = self.url.expose_secret();
        match url.split_once("://")? {
            ("sqlite", path) => {
                // Each connection to a database in memory would have one of its own.
                let in_memory = path.contains(":memory:") || path.contains("mode=");
                if in_memory || path.is_empty() || path.starts_with('?') {
                    return None;
                }
                SqliteConnectOptions::from_str(url).ok().map(Target::Sqlite)
            }
            ("postgres" | "postgresql", _) => PgConnectOptions::from_str(url).ok().map(Target::Postgres),
            _ => None,
        }
    }

    /// Where the database lies, for the log: the file on SQLite, of a server nothing but its kind.
    pub(crate) fn shown_place(&self) -> String {
        match self.target() {
            Some(Target::Sqlite(file)) => file.get_filename().display().to_string(),
            _ => self.shown_url(),
        }
    }

    /// Only as much of the URL as cannot hold a password.
    fn shown_url(&self) -> String {
        match self.url.expose_secret().split_once("://") {
            Some((scheme, _)) if scheme.len() <= 16 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
                format!("{scheme}://…")
            }
            _ => "no url".to_owned(),
        }
    }
}

const URL_ALLOWED: &str =
    "sqlite:///absolute/path.db, sqlite://relative/path.db or postgres://user:password@host:port/database";

/// Where to connect to.
pub(crate) enum Target {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

const fn default_max_connections() -> u32 {
    8
}
const fn default_acquire_timeout() -> Duration {
    Duration::from_secs(5)
}
const fn default_busy_timeout() -> Duration {
    Duration::from_secs(5)
}
const fn default_start_patience() -> Duration {
    Duration::from_secs(60)
}
const fn default_max_attempts() -> u32 {
    8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_unusable_setting_at_once_and_no_password() {
        let settings: DatabaseSettings = serde_json::from_str(
            r#"{
                "url": "mysql://clerk:hunter2@host/db",
                "max_connections": 0,
                "acquire_timeout": "2h",
                "busy_timeout": "250ms",
                "synchronous": "normal",
                "max_attempts": 101,
                "start_patience": "11m"
            }"#,
        )
        .unwrap();
        assert_eq!(settings.busy_timeout, Duration::from_millis(250));
        let problems: Vec<String> = settings.validate().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                format!("url is mysql://…, allowed is {URL_ALLOWED}"),
                "max_connections is 0, allowed is 1 to 1000".to_owned(),
                "max_attempts is 101, allowed is 1 to 100".to_owned(),
                "acquire_timeout is 7200s, allowed is 1ms to 1m".to_owned(),
                "start_patience is 660s, allowed is 0s to 10m".to_owned(),
            ]
        );
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn accepts_files_and_postgres_and_refuses_databases_in_memory() {
        for url in
            ["sqlite:///var/lib/seamless/notifications.db", "sqlite://notifications.db", "postgres://h/d"]
        {
            assert_eq!(DatabaseSettings::new(url).validate(), [], "{url}");
        }
        let refused = [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://x?mode=memory",
            "sqlite://",
            "x",
            "postgres://h:x/",
        ];
        for url in refused {
            assert_eq!(DatabaseSettings::new(url).validate().len(), 1, "{url}");
        }
        assert!(
            serde_json::from_str::<DatabaseSettings>(r#"{"url": "sqlite://x", "max_conections": 3}"#)
                .is_err()
        );
    }
}
