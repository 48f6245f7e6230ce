//! What the extensions of every request hold of the connection that it came by.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use tokio_util::sync::CancellationToken;

/// The connection that a call came by.
#[derive(Clone, Debug)]
pub struct ConnectionInfo {
    /// Address and port of the peer, which may be a proxy.
    pub remote: SocketAddr,
    /// The verified certificates of the peer, its own first, if it showed any.
    pub peer_certificates: Option<Arc<[CertificateDer<'static>]>>,
}

/// Cancelled when long streams should end themselves, with UNAVAILABLE, because the server drains or the connection has
/// become too old.
#[derive(Clone, Debug)]
pub struct StreamShutdown(pub CancellationToken);
