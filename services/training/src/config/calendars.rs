//! The section `calendars`: where people subscribe to calendars, and how much is shown and taken.

use std::{net::SocketAddr, time::Duration};

use seamless_program::check_within;
use seamless_service::config::{InvalidSetting, PageLimits, Validate};
use serde::Deserialize;

use crate::domain::rules::CalendarLimits;

/// Calendars that people subscribe to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarsSettings {
    /// Address and port where they are read; none for no calendars.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// What links begin with.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The most links of an authority that are in force.
    pub links: usize,
    /// How many days after its end an activity is shown.
    pub past_days: u32,
    /// How many days it is shown that one was cancelled.
    pub cancelled_days: u32,
    /// The most events of a calendar.
    pub events: usize,
    /// How often calendars ask their readers to read them again.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub refresh: Duration,
    /// How much the listener takes.
    pub requests: PageLimits,
}

impl Validate for CalendarsSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("links", self.links, 1..=100_000)?;
        check_within("past_days", self.past_days, 0..=3_650)?;
        check_within("cancelled_days", self.cancelled_days, 1..=365)?;
        check_within("events", self.events, 1..=20_000)?;
        if !(Duration::from_secs(900)..=Duration::from_secs(7 * 86_400)).contains(&self.refresh) {
            return Err(InvalidSetting::new("refresh", format!("{:?}", self.refresh), "15m to 168h"));
        }
        self.requests.validate().map_err(|wrong| wrong.within("requests"))?;
        match (&self.listen, &self.base_url) {
            (Some(_), None) => Err(InvalidSetting::new(
                "base_url",
                "nothing",
                "what links begin with, beside calendars.listen",
            )),
            (None, Some(url)) => {
                Err(InvalidSetting::new("base_url", url, "nothing without calendars.listen"))
            }
            (Some(_), Some(url)) if !is_origin(url) => Err(InvalidSetting::new(
                "base_url",
                url,
                "https:// and a host, with its port if need be: https://calendars.example.org:7413",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether it is the origin of a web page, and no more.
fn is_origin(url: &str) -> bool {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    !host.is_empty() && host.len() <= 255 && host.chars().all(is_part)
}

impl From<&CalendarsSettings> for CalendarLimits {
    fn from(settings: &CalendarsSettings) -> Self {
        let CalendarsSettings { links, past_days, cancelled_days, events, .. } = *settings;
        Self { links, past_days, cancelled_days, events }
    }
}
