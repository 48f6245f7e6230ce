//! `seamless up`: all services in one process on SQLite, with an issuer of its own. There is no insecure mode: even here
//! every call goes over TLS and carries a credential.
#![allow(clippy::print_stdout, reason = "a command speaks to its user")]

mod configuration;
mod credentials;
mod samples;
mod welcome;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

use seamless_calendar::{Calendars, Clock, SystemClock};
use seamless_consignments::domain::pilot::{Pilot, SAMPLE_PILOT};
use seamless_identity::{Cooperation, SAMPLE_COOPERATION, issuer::LocalIssuer};
use seamless_service::config::TelemetrySettings;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    cli::{Target, Up},
    connection::Endpoints,
    error::Failure,
    local, output,
};
use configuration::Place;

/// What the list of revoked credentials says at first.
const NOTHING_REVOKED: &str = "\
# Credentials that were taken back before their time. A change holds within seconds, without a restart.
# The serial numbers of certificates, as `openssl x509 -noout -serial -in client.pem` prints them.
certificate_serials = []
# SAN URIs: every certificate that has one of them.
certificate_uris = []
# Tokens, by their claim jti.
token_ids = []
";

/// Prepares the data folder, starts the services, and serves until ctrl-c.
pub async fn run(target: &Target, arguments: Up) -> Result<(), Failure> {
    let data = &target.data;
    if !arguments.begin_anew {
        check_databases(data)?;
    }
    let unusable = |error: std::io::Error| Failure::while_doing(data.display(), error);
    fs::create_dir_all(data).map_err(unusable)?;
    // What an earlier version made may be open to others; what is made from here on is not, by the mask of the process.
    seamless_permissions::close_folder(data).map_err(unusable)?;
    if !local::revoked(data).exists() {
        fs::write(local::revoked(data), NOTHING_REVOKED).map_err(unusable)?;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let issuer = LocalIssuer::create_or_open(&local::issuer(data), clock.clone())
        .map_err(|error| Failure::while_doing("issuer", error))?;
    let cooperation = open_cooperation(data)?;
    let pilot = open_pilot(data, &cooperation)?;
    credentials::issue(&issuer, &cooperation, data)?;
    for (folder, what) in [
        (local::receipt_keys(data), "keys of receipts"),
        (local::certificate_keys(data), "keys of certificates"),
        (local::report_keys(data), "keys of reports"),
    ] {
        seamless_receipts::generate(&folder).map_err(|error| Failure::while_doing(what, error))?;
    }

    let place =
        Place { issuer: &issuer, data, begin_anew: arguments.begin_anew, mail_port: arguments.mail_port };
    let config = place.notifications(loopback(arguments.port), !arguments.no_sandbox)?;
    let telemetry = TelemetrySettings {
        log_filter: arguments.log.clone(),
        otlp_endpoint: arguments.otlp.clone(),
        service_name: "seamless".to_owned(),
        ..config.telemetry.clone()
    };
    let telemetry = seamless_service::telemetry::init(&telemetry, &crate::VERSION)
        .map_err(|error| Failure::while_doing("telemetry", error))?;
    let notifications = seamless_notifications::Bound::bind(config, clock.clone())
        .await
        .map_err(|error| Failure::while_doing("notifications", error))?;
    let mut endpoints = Endpoints {
        notifications: format!("https://{}", notifications.address()),
        consignments: None,
        training: None,
        calendars: None,
        reporting: None,
        situation: None,
    };
    let consignments = match &pilot {
        None => None,
        Some(pilot) => {
            let next = if arguments.port == 0 { 0 } else { arguments.port.saturating_add(1) };
            let listen = loopback(arguments.consignments_port.unwrap_or(next));
            let alerts = credentials::of_alerts(&issuer, &cooperation, pilot, &endpoints.notifications);
            let config = place.consignments(listen, alerts, !arguments.no_sandbox)?;
            let bound = seamless_consignments::Bound::bind(config, clock.clone()).await;
            let bound = bound.map_err(|error| Failure::while_doing("consignments", error))?;
            endpoints.consignments = Some(format!("https://{}", bound.address()));
            Some(bound)
        }
    };
    let next = if arguments.port == 0 { 0 } else { arguments.port.saturating_add(2) };
    let listen = loopback(arguments.training_port.unwrap_or(next));
    let followed = credentials::of_each(&issuer, &cooperation, "training", &endpoints.notifications);
    let after = if listen.port() == 0 { 0 } else { listen.port().saturating_add(10) };
    let calendars = free("calendars", loopback(arguments.calendars_port.unwrap_or(after)))?;
    let next = if arguments.port == 0 { 0 } else { arguments.port.saturating_add(3) };
    // Training follows its feed, so it is known before where that is.
    let reporting_listen = free("reporting", loopback(arguments.reporting_port.unwrap_or(next)))?;
    let address = format!("https://{reporting_listen}");
    let reports = credentials::of_each(&issuer, &cooperation, "training", &address);
    let config = place.training(listen, calendars, &followed, &reports, !arguments.no_sandbox)?;
    let training = seamless_training::Bound::bind(config, clock.clone())
        .await
        .map_err(|error| Failure::while_doing("training", error))?;
    endpoints.training = Some(format!("https://{}", training.address()));
    endpoints.calendars = training.calendars_address().map(|address| format!("https://{address}"));
    let followed = |address: Option<&String>| {
        let address = address.map(String::as_str);
        address.map_or_else(Vec::new, |at| credentials::of_each(&issuer, &cooperation, "reporting", at))
    };
    let [alerts, control, courses] =
        [Some(&endpoints.notifications), endpoints.consignments.as_ref(), endpoints.training.as_ref()]
            .map(followed);
    let after = if reporting_listen.port() == 0 { 0 } else { reporting_listen.port().saturating_add(10) };
    let situation = free("situation", loopback(arguments.situation_port.unwrap_or(after)))?;
    let feeds = [&alerts[..], &control, &courses];
    let config = place.reporting(reporting_listen, situation, feeds, !arguments.no_sandbox)?;
    let reporting = seamless_reporting::Bound::bind(config, clock.clone())
        .await
        .map_err(|error| Failure::while_doing("reporting", error))?;
    endpoints.reporting = Some(format!("https://{}", reporting.address()));
    endpoints.situation = reporting.situation_address().map(|address| format!("https://{address}"));
    write_json(&local::endpoints(data), &endpoints)?;

    let token =
        seamless_service::run::shutdown_signal().map_err(|error| Failure::while_doing("signals", error))?;
    let mut serving = vec![("notifications", serve(notifications.run(token.clone()), &token))];
    if let Some(bound) = consignments {
        serving.push(("consignments", serve(bound.run(token.clone()), &token)));
    }
    serving.push(("training", serve(training.run(token.clone()), &token)));
    serving.push(("reporting", serve(reporting.run(token.clone()), &token)));
    let prepared = async {
        if !arguments.empty {
            samples::load(target, pilot.is_some(), &*clock).await?;
        }
        let link = samples::situation_link(target).await?;
        print!(
            "{}",
            welcome::text(target, &endpoints, link.as_ref(), !arguments.empty, !arguments.no_sandbox)
        );
        Ok::<_, Failure>(())
    };
    let mut ended = prepared.await;
    if ended.is_err() {
        token.cancel();
    }
    for (name, service) in serving {
        let failed = match service.await {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(error) => Some(error.to_string()),
        };
        // What went wrong first is told.
        if let (Some(why), true) = (failed, ended.is_ok()) {
            ended = Err(Failure::while_doing(name, why));
        }
    }
    if let Err(error) = telemetry.shutdown() {
        output::complain(format!("seamless: warning: telemetry was lost: {error}"));
    }
    ended
}

/// The address with a port that is free at present, where any will do: links to calendars and to the situation page have it in them,
/// and other services are told where one is before it runs.
fn free(what: &str, address: SocketAddr) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind(address).map_err(|error| Failure::while_doing(what, error))?;
    listener.local_addr().map_err(|error| Failure::while_doing(what, error))
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Serves beside the others; where one ends, all do.
fn serve<E: std::fmt::Display + Send + 'static>(
    service: impl Future<Output = Result<(), E>> + Send + 'static,
    token: &CancellationToken,
) -> JoinHandle<Result<(), String>> {
    let ends = token.clone().drop_guard();
    tokio::spawn(async move {
        let served = service.await.map_err(|error| error.to_string());
        drop(ends);
        served
    })
}

/// Refuses to make a database anew that was there: where the services listened is written once they have theirs.
fn check_databases(data: &Path) -> Result<(), Failure> {
    let Ok(text) = fs::read_to_string(local::endpoints(data)) else { return Ok(()) };
    let Ok(endpoints) = serde_json::from_str::<Endpoints>(&text) else { return Ok(()) };
    let mut databases = vec![local::notifications_database(data)];
    databases.extend(endpoints.consignments.map(|_| local::consignments_database(data)));
    databases.extend(endpoints.training.map(|_| local::training_database(data)));
    databases.extend(endpoints.reporting.map(|_| local::reporting_database(data)));
    match databases.into_iter().find(|database| !database.exists()) {
        None => Ok(()),
        Some(missing) => Err(Failure::usage(format!(
            "{} is missing, beside the keys and files of services that ran here: it looks as if it was lost; put a backup \
             in its place, or say with --begin-anew that it is to begin anew",
            missing.display()
        ))),
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

/// The pilot of the data folder; the sample is put there first, if it fits the cooperation. Without one there are no
/// pre-inspections and no controls: then none.
fn open_pilot(data: &Path, cooperation: &Cooperation) -> Result<Option<Pilot>, Failure> {
    let file = local::pilot(data);
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
    let calendars = Calendars::embedded().map_err(|error| fail(&error))?;
    if file.exists() {
        let text = fs::read_to_string(&file).map_err(|error| fail(&error))?;
        return Pilot::parse(&text, cooperation, &calendars).map(Some).map_err(|why| fail(&why));
    }
    match Pilot::parse(SAMPLE_PILOT, cooperation, &calendars) {
        Ok(pilot) => {
            fs::write(&file, SAMPLE_PILOT).map_err(|error| fail(&error))?;
            Ok(Some(pilot))
        }
        Err(why) => {
            let file = file.display();
            output::complain(format!(
                "the consignments service is left out: there is no {file}, and the sample does not fit the cooperation: {why}"
            ));
            Ok(None)
        }
    }
}

fn write_json(file: &Path, value: &impl serde::Serialize) -> Result<(), Failure> {
    let text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::while_doing(file.display(), error))?;
    fs::write(file, text).map_err(|error| Failure::while_doing(file.display(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pilot_that_cannot_be_read_is_told_by_file_place_wanted_and_got() {
        let data = tempfile::tempdir().unwrap();
        let cooperation = open_cooperation(data.path()).unwrap();
        for (wrong, told) in [
            (
                "[[entry_point]]\nid = 5\n",
                "line 2, column 6: a value is not as it should be: wanted is a text; got a whole number",
            ),
            ("[[entry_points]]\n", "line 1, column 3: the key entry_points is not known"),
            ("[[entry_point]\n", "line 1, column "),
        ] {
            fs::write(local::pilot(data.path()), wrong).unwrap();
            let refusal = open_pilot(data.path(), &cooperation).unwrap_err().message;
            assert!(refusal.contains("pilot.toml") && refusal.contains(told), "{wrong}: {refusal}");
            let of_parsers = ["invalid type", "missing field", "struct", "unknown field", "TOML parse error"];
            assert_eq!(of_parsers.iter().find(|word| refusal.contains(**word)), None, "{wrong}: {refusal}");
        }
    }
}
