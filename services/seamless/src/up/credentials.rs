//! Credentials that a local `up` issues: to every authority for its operators and back ends, and to the services for the feeds
//! that they follow.

use std::{fs, path::Path};

use jiff::SignedDuration;
use seamless_consignments::domain::pilot::Pilot;
use seamless_identity::{AuthorityId, Cooperation, issuer::LocalIssuer};
use seamless_proto::access::scopes_of;

use crate::{error::Failure, local};

/// How long the tokens of a local issuer are valid; they are issued anew at each start.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long that of a service is valid, which nobody issues anew while it runs.
pub const SERVICE_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(3 * 366 * 24);

/// Whose feed a service follows, where, and with which token.
pub struct Follower {
    pub authority: AuthorityId,
    pub address: String,
    pub token: String,
}

impl Follower {
    fn new(issuer: &LocalIssuer, authority: AuthorityId, service: &str, address: &str) -> Self {
        let scopes = scopes_of(&["seamless.feed.v1"]);
        let subject = format!("{service}@{authority}");
        let token = issuer.issue_token(&authority, &subject, &scopes, SERVICE_TOKEN_LIFE);
        Self { authority, address: address.to_owned(), token }
    }
}

/// What the consignments service follows: the alerts of the side that examines at the first entry point.
pub fn of_alerts(
    issuer: &LocalIssuer,
    cooperation: &Cooperation,
    pilot: &Pilot,
    address: &str,
) -> Option<Follower> {
    let examiner = &pilot.entry_points.values().next()?.authority;
    let authority = cooperation.contact_point_of(examiner).clone();
    Some(Follower::new(issuer, authority, "consignments", address))
}

/// What a service follows of another one: the feed of each authority, with a credential of its own.
pub fn of_each(
    issuer: &LocalIssuer,
    cooperation: &Cooperation,
    service: &str,
    address: &str,
) -> Vec<Follower> {
    let follower = |authority: &AuthorityId| Follower::new(issuer, authority.clone(), service, address);
    cooperation.authorities().map(|authority| follower(&authority.id)).collect()
}

/// Every scope of every service.
fn scopes() -> Vec<&'static str> {
    scopes_of(
        &[
            seamless_notifications::api::authorization::PACKAGES,
            seamless_consignments::api::authorization::PACKAGES,
            seamless_training::api::authorization::PACKAGES,
            seamless_reporting::api::authorization::PACKAGES,
        ]
        .concat(),
    )
}

/// A token and a client certificate for each authority.
pub fn issue(issuer: &LocalIssuer, cooperation: &Cooperation, data: &Path) -> Result<(), Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing("credentials", error);
    let scopes = scopes();
    fs::create_dir_all(data.join("tokens")).map_err(|error| fail(&error))?;
    for authority in cooperation.authorities() {
        let id = &authority.id;
        let token = issuer.issue_token(id, &format!("operator@{id}"), &scopes, TOKEN_LIFE);
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
