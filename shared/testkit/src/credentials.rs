//! Credentials for a test: an issuer of its own, and channels that call a service on behalf of an authority.

use std::{fs, path::PathBuf, sync::Arc};

use jiff::SignedDuration;
use seamless_calendar::{Clock, MovableClock};
use seamless_identity::{SAMPLE_COOPERATION, issuer::LocalIssuer};
use seamless_service::client::{ChannelSettings, ClientChannel};
use tempfile::TempDir;

/// How long the tokens of a test are valid, by its clock.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// An issuer, the sample cooperation and a clock that the test moves.
pub struct TestCredentials {
    folder: TempDir,
    issuer: LocalIssuer,
    clock: MovableClock,
}

impl Default for TestCredentials {
    fn default() -> Self {
        Self::new()
    }
}

impl TestCredentials {
    /// Under the sample cooperation, with a clock that runs with the machine's until it is moved.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let clock = MovableClock::following(SignedDuration::ZERO);
        let issuer = LocalIssuer::create_or_open(&folder.path().join("issuer"), Arc::new(clock.clone()))
            .expect("an issuer can be made");
        fs::write(folder.path().join("cooperation.toml"), SAMPLE_COOPERATION).expect("a file can be written");
        Self { folder, issuer, clock }
    }

    /// The clock of the test; move it with `advance`.
    #[must_use]
    pub fn clock(&self) -> &MovableClock {
        &self.clock
    }

    /// The clock, for a service.
    #[must_use]
    pub fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    /// Another cooperation than the sample, for services that start from now on.
    pub fn set_cooperation(&self, text: &str) {
        fs::write(self.folder.path().join("cooperation.toml"), text).expect("a file can be written");
    }

    /// The folder in which a service with these flags keeps files.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// A folder for the keys of receipts.
    #[must_use]
    pub fn receipt_keys(&self) -> PathBuf {
        self.folder.path().join("receipts")
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &LocalIssuer {
        &self.issuer
    }

    /// Settings by which a service listens on a free port and accepts these credentials, as flags of its configuration.
    #[must_use]
    pub fn service_flags(&self, database_url: &str) -> Vec<(String, String)> {
        let path = |path: PathBuf| path.display().to_string();
        let jwt = self.issuer.jwt_settings();
        [
            ("server.listen", "127.0.0.1:0".to_owned()),
            ("server.tls.certificate", path(self.issuer.server_certificate())),
            ("server.tls.key", path(self.issuer.server_key())),
            ("server.tls.client_ca", path(self.issuer.ca_certificate())),
            ("server.drain.lame_duck", "0s".to_owned()),
            ("server.drain.grace", "2s".to_owned()),
            ("database.url", database_url.to_owned()),
            ("database.migrate_at_start", "true".to_owned()),
            ("files.url", path(self.files())),
            ("identity.cooperation", path(self.folder.path().join("cooperation.toml"))),
            ("identity.jwt.issuer", jwt.issuer),
            ("identity.jwt.audience", jwt.audience),
            ("identity.jwt.jwks", jwt.jwks),
            ("identity.jwt.max_lifetime", format!("{}h", TOKEN_LIFE.as_hours())),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec()
    }

    /// A token for a subject of an authority.
    #[must_use]
    pub fn token(&self, authority: &str, scopes: &[&str]) -> String {
        let authority = authority.parse().expect("the test names an authority");
        self.issuer.issue_token(&authority, &format!("tester@{authority}"), scopes, TOKEN_LIFE)
    }

    /// A channel to a service at `https://…` with this bearer token, or with none.
    #[must_use]
    pub fn channel(&self, address: &str, token: Option<String>) -> ClientChannel {
        let mut settings = ChannelSettings::new(address, self.issuer.ca_certificate());
        settings.token = token.map(Into::into);
        settings.connect_lazy().expect("the channel's settings are right")
    }
}
