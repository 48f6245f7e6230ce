//! Accepts connections, shakes hands with them, and serves each until it ends, grows too old, or the server drains.
//!
//! Invariant: nothing that a peer does or leaves undone holds up another connection or the end of the server: it never
//! stops accepting, handshakes run side by side and are bounded in number and time, and every connection has an instant
//! at which it is cut off.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::Routes;
use tower::ServiceBuilder;

use crate::call::{ConnectionInfo, StreamShutdown};
use crate::config::ServerSettings;
use crate::connections::{Connections, Seat};
use crate::middleware::{ChassisLayer, ConnectionExtensions};
use crate::tls::ServerTls;

/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Octets that a stream, and all streams of a connection, may send ahead of what is read. h2 ends a connection (reason
/// `too_many_data_frames`) whose small frames, each counted with what it lacks of 256 octets, come to half the connection's
/// window. So the window of a stream is a small part of it: of messages of 100 octets, each in a frame of its own, ten
/// streams may wait for a slow reader at once, of messages of 32 octets two.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 8 << 20;

/// The three stages of an end.
#[derive(Clone, Default)]
pub(crate) struct Stages {
    /// No more connections are accepted, open ones take no more calls, long streams end themselves.
    pub(crate) drain: CancellationToken,
    /// What is still open is cut off.
    pub(crate) cut: CancellationToken,
}

/// A bound socket and all that its connections need.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Arc<ServerTls>,
    pub(crate) chassis: ChassisLayer,
    pub(crate) routes: Routes,
    pub(crate) settings: Arc<ServerSettings>,
    pub(crate) stages: Stages,
    pub(crate) connections: TaskTracker,
    pub(crate) register: Arc<Connections>,
}

impl Listener {
    /// Accepts until the drain begins; then the socket is closed, and the tracker has what is still open.
    pub(crate) async fn run(self) {
        let drain = self.stages.drain.clone();
        while let Some((stream, remote)) = drain.run_until_cancelled(self.accept()).await {
            // Whoever is not let in is told by the end of the connection.
            let Some(seat) = self.register.admit(remote.ip()) else { continue };
            let connection = Connection {
                tls: Arc::clone(&self.tls),
                chassis: self.chassis.clone(),
                routes: self.routes.clone(),
                settings: Arc::clone(&self.settings),
                stages: self.stages.clone(),
                remote,
                register: Arc::clone(&self.register),
                seat,
            };
            self.connections.spawn(connection.run(stream));
        }
        self.connections.close();
    }

    async fn accept(&self) -> (TcpStream, SocketAddr) {
        loop {
            match self.socket.accept().await {
                Ok(accepted) => return accepted,
                Err(fault) => {
                    tracing::warn!(%fault, "cannot accept a connection");
                    self.register.make_room();
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

struct Connection {
    tls: Arc<ServerTls>,
    chassis: ChassisLayer,
    routes: Routes,
    settings: Arc<ServerSettings>,
    stages: Stages,
    remote: SocketAddr,
    register: Arc<Connections>,
    seat: Arc<Seat>,
}

impl Connection {
    async fn run(self, stream: TcpStream) {
        if let Err(fault) = stream.set_nodelay(true) {
            tracing::debug!(remote = %self.remote, %fault, "connection lost");
            return;
        }
        let handshake = tokio::time::timeout(self.settings.tls.handshake_timeout, async {
            // Who says nothing costs nothing.
            stream.readable().await?;
            self.register.keep_pace().await;
            self.tls.acceptor().accept(stream).await
        });
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            () = self.stages.drain.cancelled() => return,
            () = self.seat.pushed_out() => return,
        };
        match shaken {
            Ok(Ok(stream)) => {
                self.seat.handshaken();
                self.serve(stream).await;
            }
            Ok(Err(fault)) => tracing::debug!(remote = %self.remote, %fault, "tls handshake failed"),
            Err(_) => tracing::debug!(remote = %self.remote, "tls handshake took too long"),
        }
    }

    async fn serve(self, stream: TlsStream<TcpStream>) {
        let peer_certificates =
            stream.get_ref().1.peer_certificates().map(|chain| chain.iter().cloned().collect());
        // Its own token: streams end when the connection grows too old as well as when the server drains.
        let shutdown = self.stages.drain.child_token();
        let extensions = ConnectionExtensions {
            connection: ConnectionInfo { remote: self.remote, peer_certificates },
            shutdown: StreamShutdown(shutdown.clone()),
            seat: Arc::clone(&self.seat),
        };
        let calls = ServiceBuilder::new()
            .map_request(move |request| extensions.add_to(request))
            .layer(self.chassis)
            .service(self.routes);
        let limits = &self.settings.limits;
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .keep_alive_interval(limits.keepalive_interval)
            .keep_alive_timeout(limits.keepalive_timeout);
        let mut connection =
            pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(calls)));

        let has_ended = tokio::select! {
            _ = &mut connection => true,
            () = self.seat.pushed_out() => true,
            () = self.seat.outstayed() => false,
            () = tokio::time::sleep(limits.max_connection_age) => false,
            () = self.stages.drain.cancelled() => false,
        };
        if has_ended {
            return;
        }
        shutdown.cancel();
        connection.as_mut().graceful_shutdown();
        let grace = tokio::time::sleep(self.settings.drain.grace);
        tokio::select! {
            _ = &mut connection => {}
            () = self.seat.pushed_out() => {}
            () = grace => tracing::debug!(remote = %self.remote, "connection cut off"),
            () = self.stages.cut.cancelled() => tracing::debug!(remote = %self.remote, "connection cut off"),
        }
    }
}
