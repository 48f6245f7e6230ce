//! What a service's configuration says about mail.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use seamless_service::config::{InvalidSetting, NamedFile, Validate};
use secrecy::SecretString;
use serde::Deserialize;

use crate::deliverable;

/// How mails leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// Nobody is written to.
    None,
    /// By a mail server.
    Smtp,
    /// Into a folder, a file each: for development.
    Folder,
}

/// The section `mail` of a service's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// How mails leave.
    pub transport: MailTransport,
    /// The address that they are from, of ASCII characters; answers and reports come to it with a tag (`local+TAG@domain`).
    #[serde(default)]
    pub sender: Option<String>,
    /// Where they are written to.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// The mail server.
    pub smtp: SmtpSettings,
    /// How long everything about one attempt may last, from the first packet to the server's last word.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub time_limit: Duration,
    /// Between one look and the next.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub interval: Duration,
    /// How many mails are looked at in one go.
    pub batch: u64,
    /// How many of them are sent at the same time.
    pub connections: usize,
    /// How often one is tried before it is given up.
    pub attempts: u32,
    /// The pause behind the first attempt; it doubles from attempt to attempt.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub first_pause: Duration,
    /// The longest pause.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub longest_pause: Duration,
    /// How many days a mail is kept once it does not move any more.
    pub retention_days: u32,
    /// The largest mail that is taken in, in bytes.
    pub max_received_bytes: usize,
}

/// How the mail server is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSettings {
    /// Its name, or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: SmtpTls,
    /// PEM file: the authorities that vouch for it; those of the machine where it is left out.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// As whom to log in; left out for nobody.
    #[serde(default)]
    pub user: Option<String>,
    /// With which password.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// By which name this service greets it; left out for the domain of the sender.
    #[serde(default)]
    pub hello: Option<String>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Not at all: on this machine alone.
    None,
    /// From STARTTLS on (RFC 3207), which the server must offer.
    Starttls,
    /// From the first byte on (RFC 8314).
    Implicit,
}

impl Validate for MailSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let between = |key: &'static str, value: Duration, least: Duration, most: Duration| match (least
            ..=most)
            .contains(&value)
        {
            true => Ok(()),
            false => Err(InvalidSetting::new(key, format!("{value:?}"), format!("{least:?} to {most:?}"))),
        };
        let seconds = Duration::from_secs;
        let milliseconds = Duration::from_millis;
        between("time_limit", self.time_limit, milliseconds(100), seconds(600))?;
        between("interval", self.interval, milliseconds(50), seconds(60))?;
        between("first_pause", self.first_pause, milliseconds(50), seconds(86_400))?;
        between("longest_pause", self.longest_pause, self.first_pause, seconds(7 * 86_400))?;
        let counts: [(&'static str, u64, std::ops::RangeInclusive<u64>); 5] = [
            ("batch", self.batch, 1..=1_000),
            ("connections", self.connections as u64, 1..=50),
            ("attempts", self.attempts.into(), 1..=100),
            ("retention_days", self.retention_days.into(), 1..=3_650),
            ("max_received_bytes", self.max_received_bytes as u64, 1_000..=3_000_000),
        ];
        for (key, value, allowed) in counts {
            if !allowed.contains(&value) {
                let allowed = format!("{} to {}", allowed.start(), allowed.end());
                return Err(InvalidSetting::new(key, value, allowed));
            }
        }
        if self.transport == MailTransport::None {
            return Ok(());
        }
        // 32 characters of a tag must fit into the local part (RFC 5321, 4.5.3.1.1).
        let is_good = |sender: &String| {
            deliverable(sender).as_ref() == Some(sender)
                && sender.split_once('@').is_some_and(|(local, _)| local.len() <= 30 && !local.contains('+'))
        };
        if !self.sender.as_ref().is_some_and(is_good) {
            let wanted = "an address of ASCII characters, at most 30 of them and no + before the @";
            return Err(InvalidSetting::new("sender", self.sender.as_deref().unwrap_or("nothing"), wanted));
        }
        match (self.transport, &self.folder) {
            (MailTransport::Smtp, _) => self.smtp.validate().map_err(|wrong| wrong.within("smtp")),
            (MailTransport::Folder, None) => Err(InvalidSetting::new("folder", "nothing", "a folder")),
            _ => Ok(()),
        }
    }

    fn files(&self) -> Vec<NamedFile> {
        let is_used = self.transport == MailTransport::Smtp;
        let ca = self.smtp.ca.iter().filter(|_| is_used);
        ca.map(|path| NamedFile::file("smtp.ca", path)).collect()
    }
}

impl Validate for SmtpSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let is_here = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.host.trim().is_empty() {
            return Err(InvalidSetting::new("host", "nothing", "a name or address"));
        }
        if self.tls == SmtpTls::None && !is_here {
            return Err(InvalidSetting::new(
                "tls",
                "none",
                "starttls or implicit: none is for this machine alone",
            ));
        }
        match (&self.user, &self.password) {
            (Some(_), Some(_)) | (None, None) => Ok(()),
            (Some(_), None) => Err(InvalidSetting::new("password", "nothing", "one where there is a user")),
            (None, Some(_)) => Err(InvalidSetting::new("user", "nothing", "one where there is a password")),
        }
    }
}

impl MailSettings {
    /// The pause behind an attempt, counted from 1.
    #[must_use]
    pub fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        doubled.min(self.longest_pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> MailSettings {
        MailSettings {
            transport: MailTransport::Smtp,
            sender: Some("training@example.org".to_owned()),
            folder: None,
            smtp: SmtpSettings {
                host: "mail.example.org".to_owned(),
                port: 465,
                tls: SmtpTls::Implicit,
                ca: None,
                user: None,
                password: None,
                hello: None,
            },
            time_limit: Duration::from_secs(60),
            interval: Duration::from_secs(1),
            batch: 200,
            connections: 4,
            attempts: 15,
            first_pause: Duration::from_secs(60),
            longest_pause: Duration::from_secs(4 * 3_600),
            retention_days: 90,
            max_received_bytes: 1_000_000,
        }
    }

    fn refused(change: impl FnOnce(&mut MailSettings)) -> String {
        let mut settings = settings();
        change(&mut settings);
        settings.validate().map_or_else(|wrong| wrong.to_string(), |()| "taken".to_owned())
    }

    /// What makes settings wrong.
    type Change = fn(&mut MailSettings);

    #[test]
    fn each_setting_is_refused_out_of_its_range_by_its_key() {
        assert_eq!(refused(|_| {}), "taken");
        let wrong: [(&str, Change); 16] = [
            ("sender", |it| it.sender = None),
            ("sender", |it| it.sender = Some("training+x@example.org".to_owned())),
            ("sender", |it| it.sender = Some("培训@example.org".to_owned())),
            ("sender", |it| it.sender = Some(format!("{}@example.org", "x".repeat(31)))),
            ("folder", |it| it.transport = MailTransport::Folder),
            ("smtp.host", |it| it.smtp.host.clear()),
            ("smtp.tls", |it| it.smtp.tls = SmtpTls::None),
            ("smtp.password", |it| it.smtp.user = Some("training".to_owned())),
            ("smtp.user", |it| it.smtp.password = Some("secret".into())),
            ("time_limit", |it| it.time_limit = Duration::from_millis(99)),
            ("interval", |it| it.interval = Duration::from_secs(61)),
            ("batch", |it| it.batch = 1_001),
            ("connections", |it| it.connections = 0),
            ("attempts", |it| it.attempts = 101),
            ("longest_pause", |it| it.longest_pause = Duration::from_secs(59)),
            ("max_received_bytes", |it| it.max_received_bytes = 3_000_001),
        ];
        for (key, change) in wrong {
            let said = refused(change);
            assert!(said.contains(key) && !said.contains("secret"), "{key}: {said}");
        }
        assert_eq!(refused(|it| (it.transport, it.sender) = (MailTransport::None, None)), "taken");
        let here =
            |it: &mut MailSettings| (it.smtp.host, it.smtp.tls) = ("127.0.0.1".to_owned(), SmtpTls::None);
        assert_eq!(refused(here), "taken");
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let settings = settings();
        let minutes = |attempt| settings.pause(attempt).as_secs() / 60;
        assert_eq!([1, 2, 3, 8, 9, 100].map(minutes), [1, 2, 4, 128, 240, 240]);
    }
}
