//! The section `server`: where a service listens, with which certificate, and how much it takes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::connections::ConnectionSettings;
use super::error::InvalidSetting;
use super::fairness::FairnessSettings;
use super::layers::Validate;
use super::named_files::NamedFile;

/// The largest message that is accepted or sent when nothing else is configured, in bytes: 4 MiB, as in other
/// implementations of gRPC.
pub const DEFAULT_MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// The section `server` of a service's configuration. Durations are strings such as `"30s"` or `"500ms"`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// The certificate that the service shows. There is no mode without TLS.
    pub tls: TlsSettings,
    /// How much the service takes.
    #[serde(default)]
    pub limits: LimitSettings,
    /// Whom the service keeps connected.
    #[serde(default)]
    pub connections: ConnectionSettings,
    /// What one authority may take while others want it too.
    #[serde(default)]
    pub fairness: FairnessSettings,
    /// How the service stops.
    #[serde(default)]
    pub drain: DrainSettings,
    /// Whether the service tells its contract by `grpc.reflection` (default no). Reflection passes the gate.
    #[serde(default)]
    pub reflection: bool,
}

/// The section `server.tls`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsSettings {
    /// PEM file: the certificate of the service, then those that link it to its authority.
    pub certificate: PathBuf,
    /// PEM file: the private key.
    pub key: PathBuf,
    /// PEM file: the authorities that vouch for client certificates. Absent: client certificates are not asked for.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
    /// How long a handshake may take (default 10 s).
    #[serde(
        default = "ten_seconds",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub handshake_timeout: Duration,
    /// How often the files are looked at for changes (default 60 s).
    #[serde(
        default = "one_minute",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required"
    )]
    pub reload_interval: Duration,
}

/// The section `server.limits`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitSettings {
    /// The largest message, both directions, in bytes. Each generated server is given it by its service.
    pub max_message_bytes: usize,
    /// Calls without streams that are served at a time, those that wait for their turn counted; more are answered
    /// UNAVAILABLE.
    pub max_concurrent_calls: usize,
    /// Streams at a time, in either direction, counted until they end; more are answered UNAVAILABLE.
    pub max_concurrent_streams: usize,
    /// How long the service waits for the next message of a streamed request before it ends the call.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub request_idle: Duration,
    /// Denials (PERMISSION_DENIED) of handlers are answered at full numbers of these steps after the call began, so that
    /// their time does not tell what exists.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub denial_step: Duration,
    /// How long a stream of the feed is silent at most that was asked for heartbeats.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub feed_heartbeat: Duration,
    /// How long a call may take if the caller sets no deadline. Streams are not bounded by it.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub default_deadline: Duration,
    /// How long a call may take until its response begins, whatever deadline the caller sets.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub max_deadline: Duration,
    /// Connections at a time. One more makes an unauthenticated one go; if there is none, it is closed at once.
    pub max_connections: usize,
    /// After this age a connection is asked to end, so that clients find new replicas.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub max_connection_age: Duration,
    /// How often a connection without traffic is pinged.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub keepalive_interval: Duration,
    /// How long the answer to a ping may take before the connection counts as dead.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub keepalive_timeout: Duration,
}

/// The section `server.drain`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DrainSettings {
    /// How long the service serves on after it reports NOT_SERVING, so that load balancers notice.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub lame_duck: Duration,
    /// How long calls may take to end after that; what is left then is cut off.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub grace: Duration,
}

impl ServerSettings {
    /// Settings with defaults for everything that has one.
    pub fn new(listen: SocketAddr, certificate: PathBuf, key: PathBuf) -> Self {
        Self {
            listen,
            tls: TlsSettings {
                certificate,
                key,
                client_ca: None,
                handshake_timeout: ten_seconds(),
                reload_interval: one_minute(),
            },
            limits: LimitSettings::default(),
            connections: ConnectionSettings::default(),
            fairness: FairnessSettings::default(),
            drain: DrainSettings::default(),
            reflection: false,
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self {
            max_message_bytes: DEFAULT_MAX_MESSAGE_BYTES,
            max_concurrent_calls: 1024,
            max_concurrent_streams: 1024,
            request_idle: Duration::from_secs(120),
            denial_step: Duration::from_millis(5),
            feed_heartbeat: Duration::from_secs(10),
            default_deadline: Duration::from_secs(30),
            max_deadline: Duration::from_secs(300),
            max_connections: 1024,
            max_connection_age: Duration::from_secs(30 * 60),
            keepalive_interval: one_minute(),
            keepalive_timeout: Duration::from_secs(20),
        }
    }
}

impl Default for DrainSettings {
    fn default() -> Self {
        Self { lame_duck: Duration::from_secs(5), grace: Duration::from_secs(20) }
    }
}

impl Validate for ServerSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let limits = &self.limits;
        for (key, value) in [
            ("tls.handshake_timeout", self.tls.handshake_timeout),
            ("tls.reload_interval", self.tls.reload_interval),
            ("limits.default_deadline", limits.default_deadline),
            ("limits.max_deadline", limits.max_deadline),
            ("limits.request_idle", limits.request_idle),
            ("limits.denial_step", limits.denial_step),
            ("limits.feed_heartbeat", limits.feed_heartbeat),
            ("limits.max_connection_age", limits.max_connection_age),
            ("limits.keepalive_interval", limits.keepalive_interval),
            ("limits.keepalive_timeout", limits.keepalive_timeout),
        ] {
            if value.is_zero() {
                return Err(InvalidSetting::new(key, "0s", "a time longer than 0s, such as 30s or 500ms"));
            }
        }
        for (key, value, most) in [
            ("limits.max_message_bytes", limits.max_message_bytes, i32::MAX as usize),
            ("limits.max_concurrent_calls", limits.max_concurrent_calls, 1_000_000),
            ("limits.max_concurrent_streams", limits.max_concurrent_streams, 1_000_000),
            ("limits.max_connections", limits.max_connections, 1_000_000),
        ] {
            if value == 0 || value > most {
                return Err(InvalidSetting::new(key, value, format!("1 to {most}")));
            }
        }
        if limits.default_deadline > limits.max_deadline {
            let shown = |time: Duration| format!("{time:?}");
            return Err(InvalidSetting::new(
                "limits.default_deadline",
                shown(limits.default_deadline),
                format!("at most limits.max_deadline, {}", shown(limits.max_deadline)),
            ));
        }
        self.connections.validate().map_err(|wrong| wrong.within("connections"))?;
        self.fairness.validate().map_err(|wrong| wrong.within("fairness"))
    }

    fn files(&self) -> Vec<NamedFile> {
        let TlsSettings { certificate, key, client_ca, .. } = &self.tls;
        let mut files =
            vec![NamedFile::file("tls.certificate", certificate), NamedFile::file("tls.key", key)];
        files.extend(client_ca.iter().map(|path| NamedFile::file("tls.client_ca", path)));
        files
    }
}

fn ten_seconds() -> Duration {
    Duration::from_secs(10)
}

fn one_minute() -> Duration {
    Duration::from_secs(60)
}
