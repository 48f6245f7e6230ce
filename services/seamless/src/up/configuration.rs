//! The services' settings in a local `up`: their own defaults, with the files of the data folder.

use std::{collections::HashMap, net::SocketAddr, path::Path};

use seamless_identity::issuer::LocalIssuer;

use super::credentials::Follower;
use crate::{error::Failure, local};

type Settings = Vec<(String, String)>;

/// Where the services find their files.
pub struct Place<'a> {
    pub issuer: &'a LocalIssuer,
    pub data: &'a Path,
    /// Whether databases may begin anew beside what earlier ones left.
    pub begin_anew: bool,
    /// The port of a mail server on this machine; without one mails are written into a folder.
    pub mail_port: Option<u16>,
}

impl Place<'_> {
    /// The settings of the notifications service.
    pub fn notifications(
        &self,
        listen: SocketAddr,
        sandbox: bool,
    ) -> Result<seamless_notifications::Config, Failure> {
        let data = self.data;
        let mut settings = self.common(listen, &local::notifications_database(data), &local::files(data));
        settings.extend([
            ("sandbox.enabled".to_owned(), sandbox.to_string()),
            ("receipts.keys".to_owned(), text(&local::receipt_keys(data))),
        ]);
        let loaded = seamless_notifications::Config::load(None, HashMap::new(), settings);
        loaded.map(|loaded| loaded.settings).map_err(|error| Failure::usage(error.to_string()))
    }

    /// The settings of the consignments service; without `alerts` it screens without them, and
    /// in real time.
    pub fn consignments(
        &self,
        listen: SocketAddr,
        alerts: Option<Follower>,
        sandbox: bool,
    ) -> Result<seamless_consignments::Config, Failure> {
        let data = self.data;
        let mut settings =
            self.common(listen, &local::consignments_database(data), &local::consignment_files(data));
        settings.push(("pilot".to_owned(), text(&local::pilot(data))));
        if let Some(Follower { authority, address, token }) = alerts {
            settings.extend([
                ("sandbox.enabled".to_owned(), sandbox.to_string()),
                ("alerts.authority".to_owned(), authority.to_string()),
                ("alerts.channel.address".to_owned(), address),
                ("alerts.channel.ca".to_owned(), text(&self.issuer.ca_certificate())),
                ("alerts.channel.token".to_owned(), token),
            ]);
        }
        let loaded = seamless_consignments::Config::load(None, HashMap::new(), settings);
        loaded.map(|loaded| loaded.settings).map_err(|error| Failure::usage(error.to_string()))
    }

    /// The settings of the training service, with its calendars; without a sandbox it goes by real time.
    pub fn training(
        &self,
        listen: SocketAddr,
        calendars: SocketAddr,
        alerts: &[Follower],
        reports: &[Follower],
        sandbox: bool,
    ) -> Result<seamless_training::Config, Failure> {
        let data = self.data;
        let mut settings = self.common(listen, &local::training_database(data), &local::training_files(data));
        settings.push(("certificates.keys".to_owned(), text(&local::certificate_keys(data))));
        settings.push(("calendars.listen".to_owned(), calendars.to_string()));
        settings.push(("calendars.base_url".to_owned(), format!("https://{calendars}")));
        let mail = match self.mail_port {
            // Nobody is written to: what would be sent can be read.
            None => vec![("transport", "folder".to_owned()), ("folder", text(&local::mails(data)))],
            Some(port) => vec![
                ("transport", "smtp".to_owned()),
                ("smtp.host", "127.0.0.1".to_owned()),
                ("smtp.port", port.to_string()),
                ("smtp.tls", "none".to_owned()),
                // What is on this machine answers soon, and what was lost with the process is known soon.
                ("time_limit", "5s".to_owned()),
                ("first_pause", "1s".to_owned()),
            ],
        };
        settings.extend(mail.into_iter().map(|(key, value)| (format!("mail.{key}"), value)));
        settings.push(("mail.sender".to_owned(), "training@seamless.example".to_owned()));
        settings.extend(self.following(alerts, sandbox));
        settings.push(("reports".to_owned(), self.feeds(reports)));
        let loaded = seamless_training::Config::load(None, HashMap::new(), settings);
        loaded.map(|loaded| loaded.settings).map_err(|error| Failure::usage(error.to_string()))
    }

    /// The settings of the reporting service, which follows alerts, consignments and training; without a sandbox it goes by real
    /// time.
    pub fn reporting(
        &self,
        listen: SocketAddr,
        situation: SocketAddr,
        [alerts, consignments, training]: [&[Follower]; 3],
        sandbox: bool,
    ) -> Result<seamless_reporting::Config, Failure> {
        let data = self.data;
        let mut settings = self.common(listen, &local::reporting_database(data), &local::report_files(data));
        settings.push(("reports.keys".to_owned(), text(&local::report_keys(data))));
        settings.push(("situation.listen".to_owned(), situation.to_string()));
        settings.push(("situation.base_url".to_owned(), format!("https://{situation}")));
        settings.extend(self.following(alerts, sandbox));
        settings.push(("consignments".to_owned(), self.feeds(consignments)));
        settings.push(("training".to_owned(), self.feeds(training)));
        let loaded = seamless_reporting::Config::load(None, HashMap::new(), settings);
        loaded.map(|loaded| loaded.settings).map_err(|error| Failure::usage(error.to_string()))
    }

    /// Whose feeds of alerts are followed, and whether their clock is.
    fn following(&self, alerts: &[Follower], sandbox: bool) -> [(String, String); 2] {
        [("sandbox.enabled".to_owned(), sandbox.to_string()), ("alerts".to_owned(), self.feeds(alerts))]
    }

    /// Feeds that are followed, as a setting.
    fn feeds(&self, feeds: &[Follower]) -> String {
        let ca = toml::Value::String(text(&self.issuer.ca_certificate()));
        let one = |Follower { authority, address, token }: &Follower| {
            format!(
                r#"{{ authority = "{authority}", channel = {{ address = "{address}", ca = {ca}, token = "{token}" }} }}"#
            )
        };
        format!("[{}]", feeds.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn common(&self, listen: SocketAddr, database: &Path, files: &Path) -> Settings {
        let issuer = self.issuer;
        let jwt = issuer.jwt_settings();
        let settings = [
            ("server.listen", listen.to_string()),
            ("server.tls.certificate", text(&issuer.server_certificate())),
            ("server.tls.key", text(&issuer.server_key())),
            ("server.tls.client_ca", text(&issuer.ca_certificate())),
            ("server.drain.lame_duck", "0s".to_owned()),
            ("server.drain.grace", "5s".to_owned()),
            ("database.url", format!("sqlite://{}", text(database))),
            ("database.migrate_at_start", "true".to_owned()),
            ("database.begin_anew", self.begin_anew.to_string()),
            ("files.url", text(files)),
            ("identity.cooperation", text(&local::cooperation(self.data))),
            ("identity.jwt.issuer", jwt.issuer),
            ("identity.jwt.audience", jwt.audience),
            ("identity.jwt.jwks", jwt.jwks),
            // Those of the services themselves have the longest life, and nobody issues them anew.
            ("identity.jwt.max_lifetime", format!("{}h", super::credentials::SERVICE_TOKEN_LIFE.as_hours())),
            ("identity.revoked", text(&local::revoked(self.data))),
        ];
        settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
