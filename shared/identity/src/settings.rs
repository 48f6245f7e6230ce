//! What a service's configuration says about identity.

use std::path::PathBuf;
use std::time::Duration;

use seamless_service::config::{InvalidSetting, NamedFile, Validate};
use serde::Deserialize;

/// The section `identity` of a service's configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySettings {
    /// Path of `cooperation.toml`.
    pub cooperation: PathBuf,
    /// TOML file of credentials that were taken back: `certificate_serials` (hexadecimal), `certificate_uris` (SAN URIs),
    /// `token_ids` (`jti`). Absent: none is.
    #[serde(default)]
    pub revoked: Option<PathBuf>,
    /// How often that file is read anew, which is how soon a change holds (50 ms to 10 min, default 10 s).
    #[serde(
        default = "default_revoked_interval",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub revoked_interval: Duration,
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
    /// The longest life of a token that is accepted, from `iat` to `exp`, or from now to `exp` where it has no `iat` (1
    /// min to
    /// 10 years, default 720 h).
    #[serde(
        default = "default_max_lifetime",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub max_lifetime: Duration,
}

impl Validate for IdentitySettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let within = |key: &str, value: Duration, least: Duration, most: Duration| {
            let allowed = || format!("{least:?} to {most:?}");
            match (least..=most).contains(&value) {
                true => Ok(()),
                false => Err(InvalidSetting::new(key, format!("{value:?}"), allowed())),
            }
        };
        let (least, most) = (Duration::from_millis(50), Duration::from_secs(600));
        within("revoked_interval", self.revoked_interval, least, most)?;
        match &self.jwt {
            None => Ok(()),
            Some(jwt) => {
                let (least, most) = (Duration::from_secs(60), Duration::from_secs(3653 * 24 * 3600));
                within("jwt.max_lifetime", jwt.max_lifetime, least, most)
            }
        }
    }

    fn files(&self) -> Vec<NamedFile> {
        let mut files = vec![NamedFile::file("cooperation", &self.cooperation)];
        files.extend(self.revoked.iter().map(|path| NamedFile::file("revoked", path)));
        if let Some(jwt) = &self.jwt {
            files.extend(jwt.jwks_file().map(|path| NamedFile::file("jwt.jwks", path)));
            files.extend(jwt.jwks_ca.iter().map(|path| NamedFile::file("jwt.jwks_ca", path)));
        }
        files
    }
}

impl JwtSettings {
    /// The file with the issuer's keys; none where they stand at a URL.
    pub(crate) fn jwks_file(&self) -> Option<PathBuf> {
        (!self.jwks.contains("://")).then(|| PathBuf::from(&self.jwks))
    }

    /// Settings with the default clock skew (60 s), refresh interval (5 min) and longest lifetime (720 h).
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>, jwks: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            jwks: jwks.into(),
            jwks_ca: None,
            clock_skew: default_clock_skew(),
            refresh_interval: default_refresh_interval(),
            max_lifetime: default_max_lifetime(),
        }
    }
}

fn default_clock_skew() -> Duration {
    Duration::from_secs(60)
}

fn default_revoked_interval() -> Duration {
    Duration::from_secs(10)
}

fn default_max_lifetime() -> Duration {
    Duration::from_secs(720 * 3600)
}

fn default_refresh_interval() -> Duration {
    Duration::from_secs(300)
}
