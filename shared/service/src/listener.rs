//! Accepts connections, shakes hands with them, and serves each until it ends, grows too old, or the server drains.
//!
//! Invariant: nothing that a peer does or leaves undone holds up another connection or the end of the server: it never
//! stops accepting, handshakes run side by side and are bounded in number and time, and every connection has an instant
//! at which it is cut off.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
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
use crate::config::{DrainSettings, ServerSettings};
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
struct Stages {
    /// No more connections are accepted, open ones take no more calls, long streams end themselves.
    drain: CancellationToken,
    /// What is still open is cut off.
    cut: CancellationToken,
}

impl Stages {
    /// Lame duck → no more connections, long streams asked to end → grace → what is left is cut off.
    async fn go_through(&self, settings: &DrainSettings, connections: &TaskTracker) {
        tokio::time::sleep(settings.lame_duck).await;
        self.drain.cancel();
        if tokio::time::timeout(settings.grace, connections.wait()).await.is_err() {
            tracing::warn!(connections = connections.len(), "grace is over, connections are cut off");
            self.cut.cancel();
            connections.wait().await;
        }
    }
}

/// What is spoken on a connection once hands were shaken.
pub(crate) trait Protocol: Clone + Send + Sync + 'static {
    /// Whether lines for debugging may say from where a connection came: not where it is a person's device.
    const TELLS_PEERS: bool;

    /// Serves the connection until it ends.
    fn serve(self, accepted: Accepted) -> impl Future<Output = ()> + Send;
}

/// A connection with its handshake behind it.
pub(crate) struct Accepted {
    pub(crate) stream: TlsStream<TcpStream>,
    pub(crate) remote: SocketAddr,
    pub(crate) seat: Arc<Seat>,
    pub(crate) life: Life,
}

/// How long a connection lives.
pub(crate) struct Life {
    stages: Stages,
    max_age: Duration,
    grace: Duration,
    seat: Arc<Seat>,
}

impl Life {
    /// Ended with the drain.
    pub(crate) fn drain(&self) -> &CancellationToken {
        &self.stages.drain
    }

    /// Drives the connection until it ends; `ends_in_peace` asks it to take no more once its time has come.
    pub(crate) async fn lead<C: Future + Send>(
        self,
        mut connection: Pin<&mut C>,
        ends_in_peace: impl FnOnce(Pin<&mut C>) + Send,
    ) {
        let has_ended = tokio::select! {
            _ = &mut connection => true,
            () = self.seat.pushed_out() => true,
            () = self.seat.outstayed() => false,
            () = tokio::time::sleep(self.max_age) => false,
            () = self.stages.drain.cancelled() => false,
        };
        if has_ended {
            return;
        }
        ends_in_peace(connection.as_mut());
        tokio::select! {
            _ = &mut connection => {}
            () = self.seat.pushed_out() => {}
            () = tokio::time::sleep(self.grace) => tracing::debug!("connection cut off"),
            () = self.stages.cut.cancelled() => tracing::debug!("connection cut off"),
        }
    }
}

/// A bound socket and all that its connections need.
pub(crate) struct Listener<P> {
    socket: TcpListener,
    tls: Arc<ServerTls>,
    protocol: P,
    settings: Arc<ServerSettings>,
    stages: Stages,
    connections: TaskTracker,
    register: Arc<Connections>,
}

impl<P: Protocol> Listener<P> {
    /// Serves what comes to the socket until the token is cancelled, then ends: `draining`, lame duck, no more connections,
    /// grace, and what is left is cut off. `what` names it in the log.
    pub(crate) async fn serve(
        (socket, tls): (TcpListener, Arc<ServerTls>),
        protocol: P,
        settings: Arc<ServerSettings>,
        (what, draining): (&'static str, impl Future<Output = ()> + Send),
        token: CancellationToken,
    ) {
        let register = Connections::new(
            settings.limits.max_connections,
            settings.connections.clone(),
            &settings.fairness,
        );
        let (stages, connections) = (Stages::default(), TaskTracker::new());
        let address = socket.local_addr().ok();
        let listener = Self {
            socket,
            tls: Arc::clone(&tls),
            protocol,
            settings: Arc::clone(&settings),
            stages: stages.clone(),
            connections: connections.clone(),
            register,
        };
        // Whatever becomes of this future, nothing that it began may outlive it.
        let _cut = stages.cut.clone().drop_guard();
        let _drain = stages.drain.clone().drop_guard();
        let accepting = tokio::spawn(listener.run());
        tracing::info!(address = address.map(tracing::field::display), "serving {what}");
        tokio::join!(tls.follow_files(token.clone()), token.cancelled());
        draining.await;
        tracing::info!("draining {what}");
        stages.go_through(&settings.drain, &connections).await;
        if accepting.await.is_err() {
            tracing::error!("the listener of {what} had ended before");
        }
        tracing::info!("drained {what}");
    }

    /// Accepts until the drain begins; then the socket is closed, and the tracker has what is still open.
    async fn run(self) {
        let drain = self.stages.drain.clone();
        while let Some((stream, remote)) = drain.run_until_cancelled(self.accept()).await {
            // Whoever is not let in is told by the end of the connection.
            let Some(seat) = self.register.admit(remote.ip()) else { continue };
            let connection = Connection {
                tls: Arc::clone(&self.tls),
                protocol: self.protocol.clone(),
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

struct Connection<P> {
    tls: Arc<ServerTls>,
    protocol: P,
    settings: Arc<ServerSettings>,
    stages: Stages,
    remote: SocketAddr,
    register: Arc<Connections>,
    seat: Arc<Seat>,
}

impl<P: Protocol> Connection<P> {
    async fn run(self, stream: TcpStream) {
        let remote = P::TELLS_PEERS.then(|| tracing::field::display(self.remote));
        if let Err(fault) = stream.set_nodelay(true) {
            tracing::debug!(remote, %fault, "connection lost");
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
                let life = Life {
                    stages: self.stages,
                    max_age: self.settings.limits.max_connection_age,
                    grace: self.settings.drain.grace,
                    seat: Arc::clone(&self.seat),
                };
                let accepted = Accepted { stream, remote: self.remote, seat: self.seat, life };
                self.protocol.serve(accepted).await;
            }
            Ok(Err(fault)) => tracing::debug!(remote, %fault, "tls handshake failed"),
            Err(_) => tracing::debug!(remote, "tls handshake took too long"),
        }
    }
}

/// Calls of gRPC.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) chassis: ChassisLayer,
    pub(crate) routes: Routes,
    pub(crate) settings: Arc<ServerSettings>,
}

impl Protocol for Calls {
    const TELLS_PEERS: bool = true;

    async fn serve(self, Accepted { stream, remote, seat, life }: Accepted) {
        let peer_certificates =
            stream.get_ref().1.peer_certificates().map(|chain| chain.iter().cloned().collect());
        // Its own token: streams end when the connection grows too old as well as when the server drains.
        let shutdown = life.drain().child_token();
        let extensions = ConnectionExtensions {
            connection: ConnectionInfo { remote, peer_certificates },
            shutdown: StreamShutdown(shutdown.clone()),
            seat,
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
        let connection =
            pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(calls)));
        life.lead(connection, |connection| {
            shutdown.cancel();
            connection.graceful_shutdown();
        })
        .await;
    }
}
