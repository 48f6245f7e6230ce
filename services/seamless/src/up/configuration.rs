//! The services' settings in a local `up`: their own defaults, with the files of the data folder.

use std::{collections::HashMap, net::SocketAddr, path::Path};

use seamless_identity::issuer::LocalIssuer;

use super::credentials::Alerts;
use crate::{error::Failure, local};

type Settings = Vec<(String, String)>;

/// Where the services find their files.
pub struct Place<'a> {
    pub issuer: &'a LocalIssuer,
    pub data: &'a Path,
    /// Whether databases may begin anew beside what earlier ones left.
    pub begin_anew: bool,
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
        alerts: Option<Alerts>,
        sandbox: bool,
    ) -> Result<seamless_consignments::Config, Failure> {
        let data = self.data;
        let mut settings =
            self.common(listen, &local::consignments_database(data), &local::consignment_files(data));
        settings.push(("pilot".to_owned(), text(&local::pilot(data))));
        if let Some(Alerts { authority, address, token }) = alerts {
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
            // That of the consignments service has the longest life, and nobody issues it anew.
            ("identity.jwt.max_lifetime", format!("{}h", super::credentials::SERVICE_TOKEN_LIFE.as_hours())),
            ("identity.revoked", text(&local::revoked(self.data))),
        ];
        settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
