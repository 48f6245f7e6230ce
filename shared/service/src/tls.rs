//! The certificate that a server shows, read anew when its files change.
//!
//! Invariant: there is always a certificate that was complete when it was read; files that cannot be read or do not fit
//! together leave the one before in force.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use seamless_permissions::{Exposed, refuse_exposed_key, warn_of_group};
use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::config::TlsSettings;

/// The only protocol that is spoken after the handshake where calls are served.
pub(crate) const ALPN_H2: &[u8] = b"h2";
/// The only one where pages are.
pub(crate) const ALPN_HTTP1: &[u8] = b"http/1.1";

/// Why the files of `server.tls` cannot be used.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {fault}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: io::Error,
    },
    /// Everybody may read the private key.
    #[error(transparent)]
    Exposed(#[from] Exposed),
    /// A file is not the PEM that it should be.
    #[error("{} has no usable {wanted} in pem form: {fault}", path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
        /// What it should have.
        wanted: &'static str,
        /// What is wrong.
        fault: pem::Error,
    },
    /// The files cannot be used together: the key is not that of the certificate, say.
    #[error("the tls files do not fit together: {0}")]
    Unfit(#[from] rustls::Error),
    /// The authorities for client certificates cannot be used.
    #[error("{} has no usable authority for client certificates: {fault}", path.display())]
    ClientAuthority {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },
}

impl TlsSettings {
    /// Reads the files as a server would.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub fn check(&self) -> Result<(), TlsError> {
        server_config(self, ALPN_H2, &read_files(self)?).map(|_| ())
    }
}

/// The content of the files, so that a change is noticed whatever their times say.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// The certificate in force.
pub(crate) struct ServerTls {
    settings: TlsSettings,
    alpn: &'static [u8],
    in_force: ArcSwap<ServerConfig>,
}

impl ServerTls {
    /// Reads the files; `alpn` is the protocol that is spoken after the handshake.
    pub(crate) fn load(settings: &TlsSettings, alpn: &'static [u8]) -> Result<Self, TlsError> {
        let config = server_config(settings, alpn, &read_files(settings)?)?;
        warn_of_group(&settings.key);
        Ok(Self { settings: settings.clone(), alpn, in_force: ArcSwap::from_pointee(config) })
    }

    /// What the next handshake is done with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.in_force.load_full())
    }

    /// Looks at the files from time to time, until the token is cancelled.
    pub(crate) async fn follow_files(&self, token: CancellationToken) {
        let mut known: Option<Files> = None;
        loop {
            if token.run_until_cancelled(tokio::time::sleep(self.settings.reload_interval)).await.is_none() {
                return;
            }
            let settings = self.settings.clone();
            match tokio::task::spawn_blocking(move || read_files(&settings)).await {
                Ok(Ok(files)) if known.as_ref() == Some(&files) => {}
                Ok(Ok(files)) => {
                    self.take_over(&files);
                    known = Some(files);
                }
                Ok(Err(fault)) => tracing::error!(%fault, "certificate not renewed"),
                Err(fault) => tracing::error!(%fault, "certificate not renewed"),
            }
        }
    }

    fn take_over(&self, files: &Files) {
        match server_config(&self.settings, self.alpn, files) {
            Ok(config) => {
                self.in_force.store(Arc::new(config));
                tracing::info!("certificate read");
            }
            Err(fault) => tracing::error!(%fault, "certificate not renewed"),
        }
    }
}

fn read_files(settings: &TlsSettings) -> Result<Files, TlsError> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|fault| TlsError::Unreadable { path: path.to_owned(), fault })
    };
    refuse_exposed_key(&settings.key)?;
    Ok(Files {
        certificate: read(&settings.certificate)?,
        key: read(&settings.key)?,
        client_ca: settings.client_ca.as_deref().map(read).transpose()?,
    })
}

/// Makes our provider that of the process, for libraries that take it from there, such as the client of a bucket. For `main`
/// alone; another that was chosen before stays.
pub fn install_crypto_provider() {
    let _ = ring::default_provider().install_default();
}

/// The provider is named rather than taken from the process, so that no global default is needed.
pub(crate) fn crypto_provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn server_config(settings: &TlsSettings, alpn: &[u8], files: &Files) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&settings.certificate, &files.certificate)?;
    let key = PrivateKeyDer::from_pem_slice(&files.key).map_err(|fault| TlsError::NotPem {
        path: settings.key.clone(),
        wanted: "private key",
        fault,
    })?;
    let builder =
        ServerConfig::builder_with_provider(crypto_provider()).with_safe_default_protocol_versions()?;
    let builder = match (&settings.client_ca, &files.client_ca) {
        (Some(path), Some(content)) => {
            let unusable = |fault: String| TlsError::ClientAuthority { path: path.clone(), fault };
            let mut roots = RootCertStore::empty();
            for authority in certificates(path, content)? {
                roots.add(authority).map_err(|fault| unusable(fault.to_string()))?;
            }
            // A caller without a certificate may still have a token: the gate decides.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), crypto_provider())
                .allow_unauthenticated()
                .build()
                .map_err(|fault| unusable(fault.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
        _ => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![alpn.to_vec()];
    Ok(config)
}

fn certificates(path: &Path, content: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let refuse = |fault| TlsError::NotPem { path: path.to_owned(), wanted: "certificate", fault };
    let chain = CertificateDer::pem_slice_iter(content).collect::<Result<Vec<_>, _>>().map_err(refuse)?;
    if chain.is_empty() { Err(refuse(pem::Error::NoItemsFound)) } else { Ok(chain) }
}
