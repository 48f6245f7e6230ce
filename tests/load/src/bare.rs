//! A baseline: tonic alone, without chassis, TLS and authorization.

use std::{convert::Infallible, net::SocketAddr};

use http::{Request, Response};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    body::Body,
    server::NamedService,
    transport::{Server, server::TcpIncoming},
};
use tower::Service;

use crate::{
    Failure,
    connection::{self, Connection},
};

/// A bare server, on a free port of the loopback.
pub struct Bare {
    address: SocketAddr,
    token: CancellationToken,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Bare {
    /// Serves one generated service.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start<S>(service: S) -> Result<Self, Failure>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let token = CancellationToken::new();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let serving = Server::builder()
            .add_service(service)
            .serve_with_incoming_shutdown(incoming, token.clone().cancelled_owned());
        Ok(Self { address, token, serving: tokio::spawn(serving) })
    }

    /// A connection to it.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn connection(&self) -> Result<Connection, Failure> {
        connection::plain(self.address).await
    }

    /// Ends it. Connections must be closed before.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn stop(self) -> Result<(), Failure> {
        self.token.cancel();
        Ok(self.serving.await??)
    }
}
