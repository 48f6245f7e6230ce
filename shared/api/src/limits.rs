//! Limits that the API of every service has.

use std::time::Duration;

use seamless_service::config::{InvalidSetting, Validate};
use serde::Deserialize;

/// How large pages are.
#[derive(Clone, Copy, Debug)]
pub struct PageLimits {
    /// Items where the caller does not say.
    pub default_size: usize,
    /// Items at most.
    pub max_size: usize,
}

/// Limits of an API, as they are configured.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiLimits {
    /// Items of a page where the caller does not say.
    pub default_page_size: usize,
    /// The most items of a page.
    pub max_page_size: usize,
    /// The most items of an import in one transaction.
    pub import_batch: usize,
    /// How long the answer to a request id is kept.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub request_retention: Duration,
}

impl ApiLimits {
    /// How large pages are.
    #[must_use]
    pub fn pages(&self) -> PageLimits {
        PageLimits { default_size: self.default_page_size, max_size: self.max_page_size }
    }
}

impl Validate for ApiLimits {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let sizes = [
            ("max_page_size", self.max_page_size, 1_000),
            ("default_page_size", self.default_page_size, self.max_page_size),
            ("import_batch", self.import_batch, 1_000),
        ];
        for (key, size, most) in sizes {
            if !(1..=most).contains(&size) {
                return Err(InvalidSetting::new(key, size, format!("1 to {most}")));
            }
        }
        match self.request_retention.as_secs() / 3_600 {
            720.. => Ok(()),
            hours => {
                let got = format!("{hours}h");
                Err(InvalidSetting::new("request_retention", got, "720h (30 days) or more"))
            }
        }
    }
}
