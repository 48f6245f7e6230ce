//! The section `situation`: where the page is shown that says how things stand, and for how long somebody is signed in.

use std::{net::SocketAddr, time::Duration};

use jiff::SignedDuration;
use seamless_program::check_within;
use seamless_service::config::{InvalidSetting, PageLimits, Validate};
use serde::Deserialize;

use crate::domain::use_cases::SituationLimits;

/// The page that says how things stand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SituationSettings {
    /// Address and port where it is shown; none for no page.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
    /// What links to it begin with.
    #[serde(default)]
    pub base_url: Option<String>,
    /// How long a link can be opened.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub link_life: Duration,
    /// How long who opened it is signed in.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub session_life: Duration,
    /// The most links and sign-ins of an authority that are in force.
    pub links: usize,
    /// How often a page that is open shows what is new.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub refresh: Duration,
    /// How much the listener takes.
    pub requests: PageLimits,
}

impl SituationSettings {
    /// How long links and sign-ins are good, and how many there may be.
    #[must_use]
    pub fn limits(&self) -> SituationLimits {
        let signed = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        SituationLimits { link: signed(self.link_life), session: signed(self.session_life), most: self.links }
    }
}

impl Validate for SituationSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("links", self.links, 1..=10_000)?;
        for (key, value, least, most, wanted) in [
            ("link_life", self.link_life, 60, 86_400, "1m to 24h"),
            ("session_life", self.session_life, 60, 7 * 86_400, "1m to 168h"),
            ("refresh", self.refresh, 1, 3_600, "1s to 1h"),
        ] {
            if !(Duration::from_secs(least)..=Duration::from_secs(most)).contains(&value) {
                return Err(InvalidSetting::new(key, format!("{value:?}"), wanted));
            }
        }
        self.requests.validate().map_err(|wrong| wrong.within("requests"))?;
        match (&self.listen, &self.base_url) {
            (Some(_), None) => Err(InvalidSetting::new(
                "base_url",
                "nothing",
                "what links begin with, beside situation.listen",
            )),
            (None, Some(url)) => {
                Err(InvalidSetting::new("base_url", url, "nothing without situation.listen"))
            }
            (Some(_), Some(url)) if !is_origin(url) => Err(InvalidSetting::new(
                "base_url",
                url,
                "https:// and a host, with its port if need be: https://reporting.example.org:7414",
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
