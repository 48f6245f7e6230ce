//! The line between the two services, which can be cut.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Carries octets from a port of its own to another, until it is cut.
pub struct Line {
    pub port: u16,
    is_up: watch::Sender<bool>,
    /// Where new connections lead.
    end: Arc<AtomicU16>,
}

impl Line {
    /// A line that is up.
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let (is_up, watched) = watch::channel(true);
        let end = Arc::new(AtomicU16::new(port));
        tokio::spawn(carry(listener, Arc::clone(&end), watched));
        Self { port: own, is_up, end }
    }

    /// Lets new connections lead to another port.
    pub fn lead_to(&self, port: u16) {
        self.end.store(port, Ordering::Relaxed);
    }

    /// Ends every connection, and lets none be made.
    pub fn cut(&self) {
        self.is_up.send_replace(false);
    }

    /// Lets connections be made again.
    pub fn mend(&self) {
        self.is_up.send_replace(true);
    }
}

async fn carry(listener: TcpListener, end: Arc<AtomicU16>, is_up: watch::Receiver<bool>) {
    while let Ok((mut near, _)) = listener.accept().await {
        let (mut is_up, port) = (is_up.clone(), end.load(Ordering::Relaxed));
        tokio::spawn(async move {
            if !*is_up.borrow_and_update() {
                return;
            }
            let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
            tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => {}
                _ = is_up.wait_for(|is_up| !is_up) => {}
            }
        });
    }
}
