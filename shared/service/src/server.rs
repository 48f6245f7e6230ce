//! A server: bound, then serving, then drained.
//!
//! A service is mounted by one call, and with that has its route, its health, its place in reflection and its limits.
//!
//! Invariant: [`Server::bind`] takes the address and reads the certificate before anything is promised;
//! [`BoundServer::serve`] returns within lame duck + grace after its token is cancelled, whatever its peers do.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use seamless_proto::Servable;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::server::NamedService;
use tonic::service::Routes;
use tower::Service;

use crate::config::ServerSettings;
use crate::gate::{Gatekeeper, WhileOpen};
use crate::health::Health;
use crate::listener::{Calls, Listener};
use crate::middleware::{ChassisLayer, MethodTable};
use crate::reflection;
pub use crate::tls::TlsError;
use crate::tls::{ALPN_H2, ServerTls};

/// Why a server cannot be bound or serve.
#[derive(Debug, Error)]
pub enum ServerError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {fault}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        fault: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The descriptor set is none.
    #[error("the descriptor set of the contracts cannot be read: {0}")]
    Descriptors(String),
}

/// Where a server begins.
pub struct Server;

impl Server {
    /// Takes the address and reads the certificate. From here on connections queue up, and none is served.
    ///
    /// # Errors
    /// If the address cannot be had, or the certificate cannot be used.
    pub async fn bind(settings: &ServerSettings) -> Result<BoundServer, ServerError> {
        let tls = Arc::new(ServerTls::load(&settings.tls, ALPN_H2)?);
        let refuse = |fault| ServerError::Bind { address: settings.listen, fault };
        let socket = TcpListener::bind(settings.listen).await.map_err(refuse)?;
        let local_addr = socket.local_addr().map_err(refuse)?;
        Ok(BoundServer {
            settings: settings.clone(),
            socket,
            local_addr,
            tls,
            health: Health::new().await,
            routes: Routes::default(),
            mounted: Vec::new(),
        })
    }
}

/// A server that has its address and does not serve yet.
pub struct BoundServer {
    settings: ServerSettings,
    socket: TcpListener,
    local_addr: SocketAddr,
    tls: Arc<ServerTls>,
    health: Health,
    routes: Routes,
    mounted: Vec<&'static str>,
}

impl BoundServer {
    /// The address, with the port that the system chose if the settings said 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The health that this server reports: NOT_SERVING until [`Health::ready`] is called.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Mounts a service of the contracts: it is routed to, told of by health and reflection, and takes and gives messages
    /// of the configured size, compressed if its peer wants that.
    #[must_use]
    pub fn mount<S>(mut self, service: S) -> Self
    where
        S: Servable
            + NamedService
            + Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        let most = self.settings.limits.max_message_bytes;
        self.routes = self.routes.add_service(service.limited_to(most));
        self.mounted.push(S::NAME);
        self
    }

    /// Serves what was mounted until the token is cancelled, then drains: NOT_SERVING → lame duck → no more connections, long
    /// streams asked to end → grace → what is left is cut off.
    ///
    /// `file_descriptor_set` is the encoded `google.protobuf.FileDescriptorSet` of the contracts, for reflection (if the
    /// settings want it) and for the names of methods in telemetry.
    ///
    /// # Errors
    /// If the descriptors cannot be read.
    pub async fn serve(
        self,
        file_descriptor_set: &'static [u8],
        gate: Arc<dyn Gatekeeper>,
        token: CancellationToken,
    ) -> Result<(), ServerError> {
        let Self { settings, socket, tls, health, routes, mounted, .. } = self;
        health.register(&mounted).await;
        let methods = MethodTable::read(&[
            file_descriptor_set,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ])
        .map_err(|fault| ServerError::Descriptors(fault.to_string()))?;
        let routes = health.add_to(routes);
        let routes = match settings.reflection {
            true => reflection::add_to(routes, file_descriptor_set, &mounted)
                .map_err(|fault| ServerError::Descriptors(fault.to_string()))?,
            false => routes,
        };
        let gate = Arc::new(WhileOpen { health: health.clone(), gate });
        let chassis = ChassisLayer::new(gate, methods, &settings);
        let settings = Arc::new(settings);
        let calls = Calls { chassis, routes: routes.prepare(), settings: Arc::clone(&settings) };
        Listener::serve((socket, tls), calls, settings, ("calls", health.draining()), token).await;
        Ok(())
    }
}
