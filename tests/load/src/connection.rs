//! How the measures call: one HTTP/2 connection, to the service or to a baseline, of one type for both.

use std::net::SocketAddr;

use http::{Request, Response};
use tonic::{body::Body, transport::Endpoint};
use tower::{Service, ServiceExt, util::BoxCloneService};

use crate::Failure;

/// One connection; clones share it.
pub type Connection = BoxCloneService<Request<Body>, Response<Body>, std::io::Error>;

/// A connection without TLS and credentials.
///
/// # Errors
/// If nobody answers there.
pub async fn plain(address: SocketAddr) -> Result<Connection, Failure> {
    let channel = Endpoint::from_shared(format!("http://{address}"))?.connect().await?;
    Ok(of(channel))
}

/// A channel as a connection.
pub fn of<C>(channel: C) -> Connection
where
    C: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    C::Error: Into<Failure>,
    C::Future: Send + 'static,
{
    BoxCloneService::new(channel.map_err(std::io::Error::other))
}
