//! Where the key set comes from, and when it is read again.
//!
//! Invariant: there is always a key set. A reading that fails keeps the former one and says so in the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::Mutex;
use tokio::time::Instant;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::keys::{KeySet, KeySetError};
use crate::settings::JwtSettings;

const MAX_DOCUMENT_BYTES: u64 = 1024 * 1024;
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// The issuer's keys could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the key set from {from}: {what}")]
pub struct KeySourceError {
    from: String,
    what: String,
}

enum Source {
    File(PathBuf),
    Url { url: String, agent: ureq::Agent },
}

impl Source {
    fn new(settings: &JwtSettings) -> Result<Self, String> {
        if let Some(file) = settings.jwks_file() {
            return Ok(Self::File(file));
        }
        if !settings.jwks.starts_with("https://") {
            return Err("only https urls and paths are allowed".into());
        }
        let roots = match &settings.jwks_ca {
            Some(path) => RootCerts::new_with_certs(&read_certificates(path)?),
            None => RootCerts::WebPki,
        };
        let agent = ureq::Agent::config_builder()
            .https_only(true)
            .timeout_global(Some(FETCH_TIMEOUT))
            .max_redirects(0)
            // The environment is not ours to read, so neither are its proxies.
            .proxy(None)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build()
            .new_agent();
        Ok(Self::Url { url: settings.jwks.clone(), agent })
    }

    /// How soon after one reading an unknown key id may cause another: a partner with wrong tokens must not make us
    /// hammer the issuer. A file costs next to nothing.
    fn shortest_pause(&self) -> Duration {
        match self {
            Self::File(_) => Duration::from_millis(250),
            Self::Url { .. } => Duration::from_secs(10),
        }
    }

    /// Blocks while it reads.
    fn read(&self) -> Result<String, String> {
        match self {
            Self::File(path) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
            Self::Url { url, agent } => {
                let mut response = agent.get(url).call().map_err(|error| error.to_string())?;
                if response.status() != 200 {
                    return Err(format!("status {}", response.status()));
                }
                response
                    .body_mut()
                    .with_config()
                    .limit(MAX_DOCUMENT_BYTES)
                    .read_to_string()
                    .map_err(|error| error.to_string())
            }
        }
    }
}

fn read_certificates(path: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("jwks_ca {}: {error}", path.display());
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|error| failed(&error))?;
    if certificates.is_empty() {
        return Err(failed(&"no certificate in it"));
    }
    Ok(certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect())
}

/// The present key set of an issuer, which follows its source.
pub(super) struct KeySource {
    name: String,
    source: Arc<Source>,
    present: ArcSwap<KeySet>,
    /// When an unknown key id last caused a reading. Held while reading, so that callers wait for one reading.
    last_asked: Mutex<Option<Instant>>,
}

impl KeySource {
    /// Reads the keys for the first time.
    pub(super) async fn open(settings: &JwtSettings) -> Result<Self, KeySourceError> {
        let failed = |what: String| KeySourceError { from: settings.jwks.clone(), what };
        let source = Arc::new(Source::new(settings).map_err(failed)?);
        let first = read(&source).await.map_err(failed)?;
        Ok(Self {
            name: settings.jwks.clone(),
            source,
            present: ArcSwap::from_pointee(first),
            last_asked: Mutex::new(None),
        })
    }

    pub(super) fn present(&self) -> Arc<KeySet> {
        self.present.load_full()
    }

    /// The keys after an unknown key id: read anew, unless that was done a moment ago.
    pub(super) async fn after_unknown(&self, kid: &str) -> Arc<KeySet> {
        let mut last_asked = self.last_asked.lock().await;
        let present = self.present();
        let too_soon = last_asked.is_some_and(|last| last.elapsed() < self.source.shortest_pause());
        if present.knows(kid) || too_soon {
            return present;
        }
        *last_asked = Some(Instant::now());
        self.refresh().await;
        self.present()
    }

    /// Reads the keys anew; what fails is logged and changes nothing.
    pub(super) async fn refresh(&self) {
        match read(&self.source).await {
            // The same keys stay the same value, so that verified tokens stay verified.
            Ok(keys) if keys == **self.present.load() => {}
            Ok(keys) => {
                tracing::info!(source = %self.name, keys = keys.len(), "token keys changed");
                self.present.store(Arc::new(keys));
            }
            Err(what) => {
                tracing::warn!(source = %self.name, error = %what, "token keys not refreshed, the former ones stay");
            }
        }
    }
}

async fn read(source: &Arc<Source>) -> Result<KeySet, String> {
    let source = source.clone();
    let text =
        tokio::task::spawn_blocking(move || source.read()).await.map_err(|error| error.to_string())??;
    KeySet::parse(&text).map_err(|error: KeySetError| error.to_string())
}
