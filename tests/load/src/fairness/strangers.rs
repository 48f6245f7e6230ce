//! Connections that strangers take and leave idle.

use std::{path::PathBuf, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{io::AsyncReadExt, net::TcpStream, task::JoinSet};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::abuse::Done;
use crate::Failure;

/// Connections after their handshake that are held, if they may be.
const IDLE: usize = 4_094;
/// Connections without a byte that are held, if they may be.
const MUTE: usize = 4_200;
/// How long one waits that was dropped before it comes again: abuser and service share a machine.
const PAUSE: Duration = Duration::from_secs(5);

/// Holds idle TLS connections; one that is dropped comes again.
pub async fn idle(address: String, ca: PathBuf, stop: CancellationToken) -> Done {
    match connector(&ca) {
        Ok(connector) => hold(address, Some(connector), IDLE, stop).await,
        Err(_) => Done::default(),
    }
}

/// Holds TCP connections that say nothing; one that is dropped comes again.
pub async fn mute(address: String, stop: CancellationToken) -> Done {
    hold(address, None, MUTE, stop).await
}

async fn hold(address: String, tls: Option<TlsConnector>, most: usize, stop: CancellationToken) -> Done {
    let address: Arc<str> = address.trim_start_matches("https://").into();
    let mut holders = JoinSet::new();
    for _ in 0..most {
        let (address, tls, stop) = (address.clone(), tls.clone(), stop.clone());
        holders.spawn(async move {
            let mut done = Done::default();
            let again = async {
                loop {
                    match held(&address, tls.as_ref()).await {
                        Ok(()) => done.done += 1,
                        Err(_) => done.refused += 1,
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            };
            stop.run_until_cancelled(again).await;
            done
        });
    }
    let mut all = Done { most_at_once: most, ..Done::default() };
    while let Some(holder) = holders.join_next().await {
        all.add(&holder.unwrap_or_default());
    }
    all
}

/// One connection, until the server drops it.
async fn held(address: &str, tls: Option<&TlsConnector>) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    let mut buffer = [0; 256];
    match tls {
        None => while stream.read(&mut buffer).await? > 0 {},
        Some(tls) => {
            let mut stream = tls.connect(ServerName::try_from("localhost")?, stream).await?;
            // Dropped without a farewell.
            while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        }
    }
    Ok(())
}

fn connector(ca: &PathBuf) -> Result<TlsConnector, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca)?)?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
