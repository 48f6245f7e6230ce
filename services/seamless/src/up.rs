//! `seamless up`: all services in one process on SQLite, with an issuer of its own. There is no insecure mode: even here
//! every call goes over TLS and carries a credential.
#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

use std::{collections::HashMap, fs, io::BufReader, net::SocketAddr, path::Path, sync::Arc};

use jiff::SignedDuration;
use seamless_calendar::{Calendars, Clock, SystemClock};
use seamless_identity::{Cooperation, SAMPLE_COOPERATION, issuer::LocalIssuer};
use seamless_notifications::{Bound, Config, api::authorization::SCOPES};
use seamless_proto::seamless::notifications::v1::NotificationFilter;
use seamless_service::config::TelemetrySettings;

use crate::{
    cli::{Target, Up},
    commands::{import, list},
    connection::{Connection, Endpoints},
    error::Failure,
    import::Format,
    local,
};

/// How long the tokens of a local issuer are valid; they are issued anew at each start.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Alerts written by us, for the first look.
const SAMPLE: &[u8] = include_bytes!("../sample/alerts.jsonl");
/// The authority whose alerts the sample is.
const SAMPLE_AUTHORITY: &str = "eu-just";

/// Prepares the data folder, starts the services, and serves until ctrl-c.
pub async fn run(target: &Target, arguments: Up) -> Result<(), Failure> {
    let data = &target.data;
    fs::create_dir_all(data).map_err(|error| Failure::while_doing(data.display(), error))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let issuer = LocalIssuer::create_or_open(&local::issuer(data), clock.clone())
        .map_err(|error| Failure::while_doing("issuer", error))?;
    let cooperation = open_cooperation(data)?;
    issue_credentials(&issuer, &cooperation, data)?;
    seamless_receipts::generate(&local::receipt_keys(data))
        .map_err(|error| Failure::while_doing("keys of receipts", error))?;

    let listen = SocketAddr::from(([127, 0, 0, 1], arguments.port));
    let config = notifications_config(&issuer, data, listen, !arguments.no_sandbox)?;
    let telemetry = TelemetrySettings {
        log_filter: arguments.log.clone(),
        otlp_endpoint: arguments.otlp.clone(),
        service_name: "seamless".to_owned(),
        ..config.telemetry.clone()
    };
    let telemetry = seamless_service::telemetry::init(&telemetry)
        .map_err(|error| Failure::while_doing("telemetry", error))?;
    let bound =
        Bound::bind(config, clock).await.map_err(|error| Failure::while_doing("notifications", error))?;
    let endpoints = Endpoints { notifications: format!("https://{}", bound.address()) };
    write_json(&local::endpoints(data), &endpoints)?;

    let token =
        seamless_service::run::shutdown_signal().map_err(|error| Failure::while_doing("signals", error))?;
    let serving = tokio::spawn(bound.run(token.clone()));
    let prepared = async {
        if !arguments.empty {
            load_sample(target).await?;
        }
        print!("{}", welcome(target, &endpoints));
        Ok::<_, Failure>(())
    };
    if let Err(failure) = prepared.await {
        token.cancel();
        let _ = serving.await;
        return Err(failure);
    }
    let served = serving.await;
    telemetry.shutdown().map_err(|error| Failure::while_doing("telemetry", error))?;
    match served {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Failure::while_doing("notifications", error)),
        Err(error) => Err(Failure::while_doing("notifications", error)),
    }
}

/// The cooperation of the data folder; the sample is put there first.
fn open_cooperation(data: &Path) -> Result<Cooperation, Failure> {
    let file = local::cooperation(data);
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
    if !file.exists() {
        fs::write(&file, SAMPLE_COOPERATION).map_err(|error| fail(&error))?;
    }
    let text = fs::read_to_string(&file).map_err(|error| fail(&error))?;
    let calendars = Calendars::embedded().map_err(|error| fail(&error))?;
    Cooperation::parse(&text, &calendars).map_err(|errors| fail(&errors))
}

/// A token and a client certificate for each authority.
fn issue_credentials(issuer: &LocalIssuer, cooperation: &Cooperation, data: &Path) -> Result<(), Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing("credentials", error);
    fs::create_dir_all(data.join("tokens")).map_err(|error| fail(&error))?;
    for authority in cooperation.authorities() {
        let id = &authority.id;
        let token = issuer.issue_token(id, &format!("operator@{id}"), &SCOPES, TOKEN_LIFE);
        write_private(&local::token(data, id.as_str()), &token).map_err(|error| fail(&error))?;
        let uri = format!("urn:seamless:authority:{id}:backend");
        if cooperation.certificate_holder(&uri).is_some() {
            let folder = local::client_certificate(data, id.as_str());
            if !folder.join("client.pem").exists() {
                issuer.issue_client_certificate(&uri, &folder).map_err(|error| fail(&error))?;
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?
        .write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    fs::write(file, text)
}

fn write_json(file: &Path, value: &impl serde::Serialize) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::while_doing(file.display(), error))?;
    fs::write(file, text).map_err(|error| Failure::while_doing(file.display(), error))
}

/// The service's own defaults, with the files of the data folder.
fn notifications_config(
    issuer: &LocalIssuer,
    data: &Path,
    listen: SocketAddr,
    sandbox: bool,
) -> Result<Config, Failure> {
    let jwt = issuer.jwt_settings();
    let path = |path: std::path::PathBuf| path.display().to_string();
    let settings = [
        ("server.listen", listen.to_string()),
        ("server.tls.certificate", path(issuer.server_certificate())),
        ("server.tls.key", path(issuer.server_key())),
        ("server.tls.client_ca", path(issuer.ca_certificate())),
        ("server.drain.lame_duck", "0s".to_owned()),
        ("server.drain.grace", "5s".to_owned()),
        ("database.url", format!("sqlite://{}", path(local::notifications_database(data)))),
        ("database.migrate_at_start", "true".to_owned()),
        ("files.url", path(local::files(data))),
        ("sandbox.enabled", sandbox.to_string()),
        ("identity.cooperation", path(local::cooperation(data))),
        ("identity.jwt.issuer", jwt.issuer),
        ("identity.jwt.audience", jwt.audience),
        ("identity.jwt.jwks", jwt.jwks),
        ("receipts.keys", path(local::receipt_keys(data))),
    ];
    let flags = settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let loaded =
        Config::load(None, HashMap::new(), flags).map_err(|error| Failure::usage(error.to_string()))?;
    Ok(loaded.settings)
}

/// Imports the sample through the API, as an operator would, if there is nothing yet.
async fn load_sample(target: &Target) -> Result<(), Failure> {
    let target = Target {
        authority: Some(SAMPLE_AUTHORITY.to_owned()),
        address: None,
        ca: None,
        token: None,
        cert: None,
        key: None,
        json: false,
        data: target.data.clone(),
    };
    if !local::token(&target.data, SAMPLE_AUTHORITY).exists() {
        // A cooperation of the user's own, in which the sample has no place.
        return Ok(());
    }
    let connection = Connection::open(&target)?;
    if !list::collect(&connection, NotificationFilter::default(), 1).await?.is_empty() {
        return Ok(());
    }
    let rows = crate::import::open(Format::Jsonl, Box::new(BufReader::new(SAMPLE)))
        .map_err(|error| Failure::while_doing("sample", error))?;
    let counts = import::send(&connection, rows, false, &mut import::Quiet).await?;
    match counts.rejected {
        0 => Ok(()),
        rejected => Err(Failure::while_doing("sample", format!("{rejected} of its alerts were rejected"))),
    }
}

fn welcome(target: &Target, endpoints: &Endpoints) -> String {
    let data = target.data.display();
    let option = match target.data == Path::new("seamless-data") {
        true => String::new(),
        false => format!(" --data {data}"),
    };
    format!(
        "Seamless is up.

  notifications   {}
  credentials     {data}/tokens/AUTHORITY.token, {data}/clients/AUTHORITY/client.pem, {data}/issuer/ca.pem
  cooperation     {data}/cooperation.toml
  database        {data}/notifications.db

Try, in another terminal:

  seamless{option} list --as eu-just
  seamless{option} transmit --to cn-gacc --origin CN --as eu-just
  seamless{option} inbox --as cn-gacc                     what is sold online comes first, with 21 days to react
  seamless{option} clocks NOTIFICATION --as cn-gacc       by when, and why then
  seamless{option} flag raise NOTIFICATION --kind more-information --field product.batch_numbers --en 'Which batches?' --as cn-gacc
  seamless{option} clocks --as eu-just                    the question is open: the clock stands still
  seamless{option} flag answer CONVERSATION --en 'All of 2026.' --as eu-just
  seamless{option} clock advance 25d --as eu-just         this is a sandbox: its clock can be moved
  seamless{option} clocks --overdue --as eu-just          nobody reacted in time
  seamless{option} evidence NOTIFICATION --as eu-just     who received it and what they did, with receipts
  seamless{option} feed --as cn-gacc                      all of it, event by event

(or `cargo run --release -q -p seamless --` instead of `seamless`). Ctrl-c stops it.
",
        endpoints.notifications
    )
}
