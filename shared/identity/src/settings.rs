//! What a service's configuration says about identity.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// The section `identity` of a service's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// Path of `cooperation.toml`.
    pub cooperation: PathBuf,
    /// Absent: bearer tokens are refused, only client certificates count.
    #[serde(default)]
    pub jwt: Option<JwtSettings>,
}

/// Which bearer tokens are accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtSettings {
    /// The `iss` that a token must have.
    pub issuer: String,
    /// The `aud` that a token must have, alone or among others.
    pub audience: String,
    /// Where the issuer's public keys stand as a JWKS [RFC 7517]: an `https://` URL, or a path.
    pub jwks: String,
    /// PEM file of the certificate authorities that vouch for the host of the URL, instead of the public ones.
    #[serde(default)]
    pub jwks_ca: Option<PathBuf>,
    /// How far the issuer's clock may be from ours, such as `"60s"`.
    #[serde(
        default = "default_clock_skew",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub clock_skew: Duration,
    /// How often the keys are read anew, such as `"5m"`; an unknown key id reads them at once.
    #[serde(
        default = "default_refresh_interval",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub refresh_interval: Duration,
}

impl JwtSettings {
    /// Settings with the default clock skew (60 s) and refresh interval (5 min).
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, jwks: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            jwks: jwks.into(),
            jwks_ca: None,
            clock_skew: default_clock_skew(),
            refresh_interval: default_refresh_interval(),
        }
    }
}

fn default_clock_skew() -> Duration {
    Duration::from_secs(60)
}

fn default_refresh_interval() -> Duration {
    Duration::from_secs(300)
}
