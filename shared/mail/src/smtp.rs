//! A mail by SMTP (RFC 5321): a connection of its own for each mail, so that none meets one that the server has closed, and
//! one recipient each, so that a refusal is of nobody else. What the server says before a mail is spoken of, such as that it knows
//! no such password, is of no mail: it is tried again.

use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, Ordering},
};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;

use crate::attempt::{Attempt, CarrierError, Handed};
use crate::{SmtpSettings, SmtpTls};

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    tls: Option<(SmtpTls, TlsParameters)>,
    credentials: Option<Credentials>,
    hello: ClientId,
    time_limit: Duration,
    /// The step at which the last connection stopped, of all attempts: it is warned of once.
    stopped: Arc<AtomicU8>,
}

/// What comes before a mail is spoken of; 0 where nothing stops.
#[derive(Clone, Copy)]
enum Step {
    Reached = 1,
    Protected = 2,
    LoggedIn = 3,
}

impl Step {
    /// What it is where it does not come so far.
    fn trouble(self) -> &'static str {
        match self {
            Self::Reached => "the mail server was not reached",
            Self::Protected => "the mail server protects no connection as it is to",
            Self::LoggedIn => "the mail server does not let us log in",
        }
    }
}

impl Smtp {
    pub(crate) fn open(
        settings: &SmtpSettings,
        sender: &str,
        time_limit: Duration,
    ) -> Result<Self, CarrierError> {
        let tls = match settings.tls {
            SmtpTls::None => None,
            kind => Some((kind, parameters(settings)?)),
        };
        let credentials = settings.user.clone().zip(settings.password.as_ref());
        let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let hello = settings.hello.clone().unwrap_or_else(|| domain.to_owned());
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            credentials: credentials
                .map(|(user, password)| Credentials::new(user, password.expose_secret().to_owned())),
            hello: ClientId::Domain(hello),
            time_limit,
            stopped: Arc::default(),
        })
    }

    /// One attempt, within the time limit whatever the server does.
    pub(crate) async fn carry(&self, mail: &Handed, mark: impl Future<Output = bool> + Send) -> Attempt {
        let handed_over = AtomicBool::new(false);
        let talk = self.talk(mail, mark, &handed_over);
        match tokio::time::timeout(self.time_limit, talk).await {
            Ok(attempt) => attempt,
            Err(_) if handed_over.load(Ordering::SeqCst) => Attempt::Unheard,
            Err(_) => Attempt::Later(String::new()),
        }
    }

    async fn talk(
        &self,
        mail: &Handed,
        mark: impl Future<Output = bool> + Send,
        handed_over: &AtomicBool,
    ) -> Attempt {
        let (Ok(sender), Ok(recipient)) = (mail.sender.parse(), mail.recipient.parse()) else {
            return Attempt::Refused("553 5.1.3".to_owned());
        };
        let mut connection = match self.greeted().await {
            Ok(connection) => connection,
            Err((step, error)) => return self.stopped(step, &error),
        };
        self.stopped.store(0, Ordering::Relaxed);
        if let Err(error) = ready(&mut connection, sender, recipient).await {
            connection.abort().await;
            return failed(&error, &mail.id, "the mail server did not take a mail");
        }
        if !mark.await {
            // Without the end of the content the server takes nothing.
            return Attempt::LeftAlone;
        }
        handed_over.store(true, Ordering::SeqCst);
        match connection.message(&mail.content).await {
            Ok(_) => {
                // It has said that it took it; how it says good-bye is all the same.
                let _ = connection.quit().await;
                Attempt::Taken
            }
            Err(error) if error.status().is_some() => {
                connection.abort().await;
                failed(&error, &mail.id, "the mail server did not take a mail")
            }
            Err(_) => Attempt::Unheard,
        }
    }

    /// What is wrong with the connection is wrong for every mail, and for nobody's sake: none is refused for it.
    fn stopped(&self, step: Step, error: &Error) -> Attempt {
        let (trouble, codes) = (step.trouble(), codes(error));
        // What the server says may repeat what it was told; what the program says does not.
        let is_own = error.status().is_none() && !error.is_response();
        let why = if is_own { error.to_string() } else { String::new() };
        match self.stopped.swap(step as u8, Ordering::Relaxed) == step as u8 {
            true => tracing::debug!(codes, why, "{trouble}"),
            false => tracing::warn!(codes, why, "{trouble}"),
        }
        Attempt::Later(codes)
    }

    async fn greeted(&self) -> Result<AsyncSmtpConnection, (Step, Error)> {
        let server = (self.host.as_str(), self.port);
        let implicit = self.tls.as_ref().filter(|(kind, _)| *kind == SmtpTls::Implicit);
        let implicit = implicit.map(|(_, parameters)| parameters.clone());
        let limit = Some(self.time_limit);
        let at = |step: Step| move |error: Error| (step, error);
        let connected = AsyncSmtpConnection::connect_tokio1(server, limit, &self.hello, implicit, None).await;
        let mut connection = connected.map_err(at(Step::Reached))?;
        if let Some((SmtpTls::Starttls, parameters)) = &self.tls {
            let protected = connection.starttls(parameters.clone(), &self.hello).await;
            protected.map_err(at(Step::Protected))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(at(Step::LoggedIn))?;
        }
        Ok(connection)
    }
}

/// Up to the word of the server that it waits for the content.
async fn ready(
    connection: &mut AsyncSmtpConnection,
    sender: Address,
    recipient: Address,
) -> Result<Response, Error> {
    connection.command(Mail::new(Some(sender), Vec::new())).await?;
    connection.command(Rcpt::new(recipient, Vec::new())).await?;
    connection.command(Data).await
}

/// What an error of the dialogue comes to. Its words may repeat an address, so that its codes alone are kept.
fn failed(error: &Error, mail: &uuid::Uuid, what: &str) -> Attempt {
    let codes = codes(error);
    tracing::debug!(%mail, codes, "{what}");
    if error.is_permanent() { Attempt::Refused(codes) } else { Attempt::Later(codes) }
}

/// `550 5.1.1`: the code of RFC 5321, and that of RFC 3463 where there is one.
fn codes(error: &Error) -> String {
    let Some(code) = error.status() else { return String::new() };
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match said.split_whitespace().find(|word| is_enhanced_code(word)) {
        Some(enhanced) => format!("{code} {enhanced}"),
        None => code.to_string(),
    }
}

/// Whether it has the form of RFC 3463: `5.1.1`.
pub(crate) fn is_enhanced_code(word: &str) -> bool {
    let is_number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|one| one.is_ascii_digit());
    word.split('.').count() == 3 && word.split('.').all(is_number)
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, CarrierError> {
    let mut builder = TlsParametersBuilder::new(settings.host.clone());
    if let Some(path) = &settings.ca {
        builder = builder.certificate_store(CertificateStore::None);
        for certificate in certificates(path)? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| CarrierError(format!("smtp: {error}")))
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, CarrierError> {
    let wrong = |error: &dyn std::fmt::Display| CarrierError(format!("{}: {error}", path.display()));
    let pem = std::fs::read(path).map_err(|error| wrong(&error))?;
    Ok(vec![Certificate::from_pem(&pem).map_err(|error| wrong(&error))?])
}
