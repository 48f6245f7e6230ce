//! A mail server of the tests, which does what the address of the recipient says: `refused…` is refused for good, `later…` at the
//! first attempt, `full…` at the first attempt once the content is there, of `cut…` the connection is cut at the first attempt once
//! the content is there, and to `silent…` nothing is answered at the first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail that was taken, or handed over.
#[derive(Clone)]
pub struct Taken {
    pub sender: String,
    pub recipient: String,
    pub content: Vec<u8>,
    /// False where the server never said that it took it.
    pub is_said: bool,
}

/// The server; it ends with the test.
#[derive(Clone, Default)]
pub struct SmtpServer {
    taken: Arc<Mutex<Vec<Taken>>>,
    tried: Arc<Mutex<HashMap<String, u32>>>,
    mood: Arc<Mutex<Mood>>,
}

/// How it takes connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// As the recipient's address says.
    #[default]
    Open,
    /// It closes each connection at once.
    Down,
    /// It refuses every recipient for good.
    Refusing,
}

impl SmtpServer {
    /// Listens on a free port, which it gives.
    pub async fn listening() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (server, port) = (Self::default(), listener.local_addr().unwrap().port());
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move { server.speak(stream).await });
            }
        });
        (server, port)
    }

    /// Takes connections so from now on.
    pub fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    /// What came, in its order.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// What came for a recipient whose address begins so.
    pub fn taken_for(&self, begins: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|one| one.recipient.starts_with(begins)).collect()
    }

    async fn speak(&self, stream: TcpStream) -> Option<()> {
        if self.mood() == Mood::Down {
            return None;
        }
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mx.test\r\n").await.ok()?;
        let (mut sender, mut recipient, mut attempt) = (String::new(), String::new(), 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-mx.test\r\n250 8BITMIME",
                "MAIL" => {
                    sender = address();
                    "250 ok"
                }
                "RCPT" => {
                    recipient = address();
                    attempt = {
                        let mut tried = self.tried.lock().unwrap();
                        let tried = tried.entry(recipient.clone()).or_insert(0);
                        *tried += 1;
                        *tried
                    };
                    match (recipient.split('.').next().unwrap_or_default(), attempt) {
                        _ if self.mood() == Mood::Refusing => "550 5.1.1 nobody",
                        ("refused", _) => "550 5.1.1 no such person",
                        ("later", 1) => "451 4.3.0 come later",
                        ("silent", 1) => std::future::pending().await,
                        _ => "250 ok",
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    let mut content = Vec::new();
                    while !content.ends_with(b"\r\n.\r\n") {
                        if stream.read_until(b'\n', &mut content).await.ok()? == 0 {
                            return None;
                        }
                    }
                    let is = |what: &str| recipient.starts_with(what) && attempt == 1;
                    let (is_full, is_cut) = (is("full."), is("cut."));
                    if !is_full {
                        let (sender, recipient) = (sender.clone(), recipient.clone());
                        let taken = Taken { sender, recipient, content, is_said: !is_cut };
                        self.taken.lock().unwrap().push(taken);
                    }
                    match () {
                        () if is_full => "452 4.2.2 no room",
                        () if is_cut => return None,
                        () => "250 taken",
                    }
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}
