//! The gate: who gets in, and what everybody else is told.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use std::path::Path;
use std::sync::Arc;

use http::HeaderMap;
use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use seamless_calendar::{Calendars, MovableClock};
use seamless_identity::issuer::LocalIssuer;
use seamless_identity::{
    Access, AuthorizationTable, Cooperation, Credential, IdentityGate, JwtVerifier, Principal, Requirement,
    Row, SAMPLE_COOPERATION, TableError,
};
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::gate::{CallHead, Gatekeeper};
use seamless_service::{ApiError, Weight};
use tonic::{Code, Status};
use tonic_types::StatusExt;

const GET: &str = "/seamless.notifications.v1.NotificationService/GetNotification";
const VALIDATE: &str = "/seamless.notifications.v1.NotificationService/ValidateNotification";
const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const TABLE: &[Row] = &[
    (GET, Access::Scope("notifications.read")),
    (VALIDATE, Access::Scope("notifications.validate")),
    (REFLECTION, Access::Authenticated),
];

const GACC: &str = "urn:seamless:authority:cn-gacc:backend";

struct Stage {
    dir: tempfile::TempDir,
    clock: MovableClock,
    issuer: LocalIssuer,
    gate: IdentityGate,
}

fn chain(path: &Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path).unwrap().map(Result::unwrap).collect()
}

fn headers(authorization: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in authorization {
        headers.append(http::header::AUTHORIZATION, value.parse().unwrap());
    }
    headers
}

impl Stage {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = MovableClock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let issuer = LocalIssuer::create_or_open(dir.path(), Arc::new(clock.clone())).unwrap();
        let verifier = JwtVerifier::open(&issuer.jwt_settings(), Arc::new(clock.clone())).await.unwrap();
        let gate = Self::gate(Some(verifier), &clock);
        Self { dir, clock, issuer, gate }
    }

    fn gate(verifier: Option<JwtVerifier>, clock: &MovableClock) -> IdentityGate {
        let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &Calendars::embedded().unwrap()).unwrap();
        let table = AuthorizationTable::new(TABLE).unwrap();
        IdentityGate::new(Arc::new(cooperation), verifier, table, Arc::new(clock.clone()))
    }

    fn certificate(&self, uri: &str) -> Vec<CertificateDer<'static>> {
        chain(
            &self.issuer.issue_client_certificate(uri, &self.dir.path().join("client")).unwrap().certificate,
        )
    }

    fn token(&self, authority: &str, scopes: &[&str]) -> String {
        let hour = SignedDuration::from_hours(1);
        format!("Bearer {}", self.issuer.issue_token(&authority.parse().unwrap(), "officer-7", scopes, hour))
    }

    async fn call(
        &self,
        path: &str,
        certificates: Option<&[CertificateDer<'static>]>,
        authorization: &[&str],
    ) -> Result<Principal, ApiError> {
        let headers = headers(authorization);
        let call = CallHead { path, headers: &headers, peer_certificates: certificates };
        match self.gate.admit(call).await {
            Ok(admitted) => Ok(Principal::require(&admitted.extensions).unwrap().clone()),
            Err(refused) => Err(refused.error),
        }
    }
}

#[track_caller]
fn refused(outcome: Result<Principal, ApiError>, code: Code, reason: ErrorReason) -> ApiError {
    let error = outcome.expect_err("the call was let in");
    assert_eq!((error.code(), error.error_reason()), (code, reason), "{error}");
    error
}

#[tokio::test]
async fn a_system_with_a_certificate_and_an_officer_with_a_token_get_in() {
    let stage = Stage::new().await;
    let by_certificate = stage.call(GET, Some(&stage.certificate(GACC)), &[]).await.unwrap();
    assert_eq!(by_certificate.authority.as_str(), "cn-gacc");
    assert_eq!((by_certificate.subject.as_str(), by_certificate.credential), (GACC, Credential::Mtls));

    let token = stage.token("nl-nvwa", &["notifications.read"]);
    let by_token = stage.call(GET, None, &[&token]).await.unwrap();
    assert_eq!((by_token.authority.as_str(), by_token.subject.as_str()), ("nl-nvwa", "officer-7"));
    assert_eq!(by_token.credential, Credential::Jwt);
    let token = token.replace("Bearer", "bearer ");
    assert_eq!(
        stage.call(GET, Some(&[]), &[&token]).await.unwrap(),
        by_token,
        "seen before, scheme in any case"
    );

    let same = stage.token("cn-gacc", &[]);
    assert_eq!(stage.call(GET, Some(&stage.certificate(GACC)), &[&same]).await.unwrap(), by_certificate);
    let nothing_granted = stage.token("ca-hc", &[]);
    assert!(stage.call(REFLECTION, None, &[&nothing_granted]).await.is_ok());
}

#[tokio::test]
async fn who_is_not_known_is_unauthenticated_and_never_hears_of_methods() {
    use ErrorReason::{CredentialExpired, CredentialInvalid, CredentialMissing};
    let stage = Stage::new().await;
    for path in [GET, "/seamless.notifications.v1.NotificationService/Nothing", "/other.Service/Method"] {
        refused(stage.call(path, None, &[]).await, Code::Unauthenticated, CredentialMissing);
    }

    let good = stage.token("nl-nvwa", &["notifications.read"]);
    let (body, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{body}.{}", "A".repeat(86));
    let stranger = stage.token("jp-caa", &["notifications.read"]);
    for authorization in
        [&[forged.as_str()][..], &[&stranger], &["Basic bmw6cGFzcw=="], &["Bearer"], &[&good, &good]]
    {
        let error =
            refused(stage.call(GET, None, authorization).await, Code::Unauthenticated, CredentialInvalid);
        let told = format!("{error} {error:?} {:?}", Status::from(error.clone()));
        for secret in
            authorization.iter().flat_map(|value| value.split([' ', '.'])).filter(|part| part.len() > 8)
        {
            assert!(!told.contains(secret), "{told}");
        }
    }

    let unknown = stage.certificate("urn:seamless:authority:cn-gacc:laptop");
    refused(stage.call(GET, Some(&unknown), &[&good]).await, Code::Unauthenticated, CredentialInvalid);
    let other_authority = stage.certificate(GACC);
    refused(
        stage.call(GET, Some(&other_authority), &[&good]).await,
        Code::Unauthenticated,
        CredentialInvalid,
    );
    let garbage = [CertificateDer::from(vec![1, 2, 3])];
    refused(stage.call(GET, Some(&garbage), &[]).await, Code::Unauthenticated, CredentialInvalid);

    let certificate = stage.certificate(GACC);
    stage.clock.advance(SignedDuration::from_hours(2));
    refused(stage.call(GET, None, &[&good]).await, Code::Unauthenticated, CredentialExpired);
    assert!(stage.call(GET, Some(&certificate), &[]).await.is_ok());
    stage.clock.advance(SignedDuration::from_hours(20 * 365 * 24));
    refused(stage.call(GET, Some(&certificate), &[]).await, Code::Unauthenticated, CredentialExpired);
    stage.clock.advance(SignedDuration::from_hours(-40 * 365 * 24));
    refused(stage.call(GET, Some(&certificate), &[]).await, Code::Unauthenticated, CredentialExpired);
}

#[tokio::test]
async fn who_is_known_hears_what_is_lacking() {
    let stage = Stage::new().await;
    let nvwa = stage.certificate("urn:seamless:authority:nl-nvwa:backend");
    let error = refused(
        stage.call(VALIDATE, Some(&nvwa), &[]).await,
        Code::PermissionDenied,
        ErrorReason::ScopeMissing,
    );
    let details = Status::from(error).get_error_details();
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata.get("scope").map(String::as_str), Some("notifications.validate"));

    let closed = "/seamless.notifications.v1.NotificationService/DropEverything";
    refused(stage.call(closed, Some(&nvwa), &[]).await, Code::PermissionDenied, ErrorReason::ResourceDenied);
    refused(
        stage.call("/grpc.channelz.v1.Channelz/GetServers", Some(&nvwa), &[]).await,
        Code::Unimplemented,
        ErrorReason::MethodUnknown,
    );
}

#[tokio::test]
async fn a_certificate_for_several_systems_is_refused_and_tokens_count_only_where_they_are_configured() {
    let mut stage = Stage::new().await;
    let uris = [GACC, "urn:seamless:authority:ca-hc:backend"];
    let mut params = rcgen::CertificateParams::default();
    params.subject_alt_names =
        uris.iter().map(|uri| rcgen::SanType::URI((*uri).try_into().unwrap())).collect();
    let several = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().clone();
    refused(
        stage.call(GET, Some(&[several]), &[]).await,
        Code::Unauthenticated,
        ErrorReason::CredentialInvalid,
    );

    let token = stage.token("cn-gacc", &["notifications.read"]);
    stage.gate = Stage::gate(None, &stage.clock);
    refused(stage.call(GET, None, &[&token]).await, Code::Unauthenticated, ErrorReason::CredentialInvalid);
}

#[test]
fn a_table_says_each_method_once_and_asks_for_scopes_that_can_be_granted() {
    assert_eq!(AuthorizationTable::new(TABLE).unwrap().paths().count(), TABLE.len());
    let twice = AuthorizationTable::new(TABLE).unwrap().with(&[(GET, Access::Authenticated)]);
    assert_eq!(twice.err(), Some(TableError::Duplicate(GET)));
    let no_path = AuthorizationTable::new(&[("GetNotification", Access::Authenticated)]);
    assert_eq!(no_path.err(), Some(TableError::NoPath("GetNotification")));
    let no_scope = AuthorizationTable::new(&[(GET, Access::Scope("Everything"))]);
    assert_eq!(no_scope.err(), Some(TableError::NoScope { path: GET, scope: "Everything" }));
}

#[test]
fn a_table_of_a_contract_has_its_methods_as_they_are_declared_and_reflection_and_nothing_else() {
    let digest = "/seamless.feed.v1.FeedService/GetDigest";
    let table = AuthorizationTable::of_contract(&["seamless.feed.v1"]).unwrap();
    assert_eq!(table.requirement(digest), Requirement::Needs(Access::Scope("feed.read")));
    assert_eq!(table.weight(digest), Weight::Heavy);
    assert_eq!(table.weight("/seamless.feed.v1.FeedService/FollowEvents"), Weight::Light);
    assert_eq!(table.requirement(GET), Requirement::Closed, "a method of another package");
    let open: Vec<&str> =
        table.paths().filter(|(_, access)| *access == Access::Authenticated).map(|(path, _)| path).collect();
    assert!(open.len() == 2 && open.iter().all(|path| path.starts_with("/grpc.reflection.")), "{open:?}");
    let misspelt = AuthorizationTable::of_contract(&["seamless.feed.v1", "seamless.fed.v1"]);
    assert_eq!(misspelt.err(), Some(TableError::NoMethod("seamless.fed.v1".to_owned())));
}
