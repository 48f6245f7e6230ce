//! Every RPC that a service answers refuses whoever may not call it. The RPCs are read from the contracts, so that none
//! can be forgotten.

use std::collections::HashMap;

use jiff::SignedDuration;
use prost::bytes::Bytes;
use prost_reflect::DescriptorPool;
use seamless_identity::{Access, AuthorizationTable};
use seamless_proto::{access::scopes_of, seamless::error::v1::ErrorReason};
use seamless_service::{Weight, client::ClientChannel, error::reason_of};
use seamless_testkit::TestCredentials;
use tonic::{Code, Status};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt;

use crate::{
    assert_none,
    raw_call::{call, contracts, path_of},
    running::Running,
};

/// The service whose methods need no credential: probes have none.
const EXEMPT: &str = "/grpc.health.v1.Health/";

/// A service, by what it says of itself.
struct Service {
    /// The packages whose services it answers.
    packages: [&'static str; 2],
    /// An authority that has a part in what it does.
    authority: &'static str,
    /// A call that an empty request is enough for.
    list: &'static str,
    /// A method that one of its services does not have.
    lacking: &'static str,
    /// A method of another service.
    foreign: &'static str,
}

const NOTIFICATIONS: Service = Service {
    packages: seamless_notifications::api::authorization::PACKAGES,
    authority: "eu-just",
    list: "/seamless.notifications.v1.NotificationService/ListNotifications",
    lacking: "/seamless.notifications.v1.NotificationService/Drop",
    foreign: "/seamless.reporting.v1.ReportService/GetReport",
};
const CONSIGNMENTS: Service = Service {
    packages: seamless_consignments::api::authorization::PACKAGES,
    authority: "nl-customs",
    list: "/seamless.consignments.v1.InspectionService/ListInspections",
    lacking: "/seamless.consignments.v1.InspectionService/Drop",
    foreign: "/seamless.reporting.v1.ReportService/GetReport",
};
const REPORTING: Service = Service {
    packages: seamless_reporting::api::authorization::PACKAGES,
    authority: "eu-just",
    list: "/seamless.reporting.v1.ReportService/ListReports",
    lacking: "/seamless.reporting.v1.ReportService/Drop",
    foreign: "/seamless.training.v1.ActivityService/GetActivity",
};
const TRAINING: Service = Service {
    packages: seamless_training::api::authorization::PACKAGES,
    authority: "eu-just",
    list: "/seamless.training.v1.ActivityService/ListActivities",
    lacking: "/seamless.training.v1.ActivityService/Drop",
    foreign: "/seamless.reporting.v1.ReportService/GetReport",
};

/// Asks the same of every service.
macro_rules! of_every_service {
    ($($question:ident;)+) => {
        mod notifications {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $question() {
                super::$question(&super::NOTIFICATIONS, super::Running::notifications().await).await;
            })+
        }
        mod consignments {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $question() {
                super::$question(&super::CONSIGNMENTS, super::Running::consignments().await).await;
            })+
        }
        mod reporting {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $question() {
                super::$question(&super::REPORTING, super::Running::reporting().await).await;
            })+
        }
        mod training {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $question() {
                super::$question(&super::TRAINING, super::Running::training().await).await;
            })+
        }
    };
}

of_every_service! {
    a_stranger_without_credentials_is_told_so_by_every_rpc;
    a_token_of_a_foreign_issuer_opens_nothing;
    a_token_that_was_good_an_hour_ago_opens_nothing_now;
    every_rpc_names_the_scope_that_the_caller_lacks;
    who_has_the_scope_is_let_in_by_every_rpc;
    what_does_not_exist_is_unknown_to_partners_and_closed_to_strangers;
    every_service_of_the_contract_is_served_and_its_health_is_told;
    health_alone_is_told_to_everybody;
    what_is_open_is_answered_without_a_credential_until_there_are_too_many;
}

struct Rpc {
    path: String,
    /// What it asks of its caller; none where the table has no row for it.
    access: Option<Access>,
    follows: bool,
}

impl Rpc {
    fn without_row(&self) -> String {
        format!("{} has no row in the table", self.path)
    }
}

impl Service {
    /// Services of the contracts and of reflection, by name.
    fn served(&self) -> Vec<prost_reflect::ServiceDescriptor> {
        let ours = contracts();
        let ours = ours.services().filter(|service| self.packages.contains(&service.package_name()));
        let reflection = [
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ];
        let reflection = reflection.map(|encoded| DescriptorPool::decode(encoded).unwrap());
        ours.chain(reflection.iter().flat_map(DescriptorPool::services)).collect()
    }

    fn table(&self) -> AuthorizationTable {
        AuthorizationTable::of_contract(&self.packages).unwrap()
    }

    fn scopes(&self) -> Vec<&'static str> {
        scopes_of(&self.packages)
    }

    /// Every RPC with what it asks of its caller.
    fn rpcs(&self) -> Vec<Rpc> {
        let methods = self.served().into_iter().flat_map(|service| service.methods().collect::<Vec<_>>());
        let rows: HashMap<&str, Access> = self.table().paths().collect();
        let rpcs = methods.map(|method| {
            let path = path_of(&method);
            let access = rows.get(path.as_str()).copied();
            Rpc { access, path, follows: method.is_server_streaming() }
        });
        rpcs.collect()
    }

    /// The RPCs that everybody may call.
    fn open(&self) -> Vec<Rpc> {
        self.rpcs().into_iter().filter(|rpc| rpc.access == Some(Access::Open)).collect()
    }

    /// Everything with which `channel` is not refused as it should be.
    async fn not_refused(&self, channel: ClientChannel, code: Code, reason: ErrorReason) -> Vec<String> {
        let mut findings = Vec::new();
        for rpc in self.rpcs().into_iter().filter(|rpc| rpc.access != Some(Access::Open)) {
            match refusal(&channel, &rpc).await {
                Ok(status) if status.code() == code && reason_of(&status) == Some(reason) => {}
                Ok(status) => {
                    findings.push(format!("{}: wants {code:?} {reason:?}, got {status:?}", rpc.path))
                }
                Err(let_in) => findings.push(let_in),
            }
        }
        findings
    }
}

async fn refusal(channel: &ClientChannel, rpc: &Rpc) -> Result<Status, String> {
    match call(channel, &rpc.path, Bytes::new(), rpc.follows).await {
        Ok(_) => Err(format!("{}: the call was let in", rpc.path)),
        Err(status) => Ok(status),
    }
}

#[test]
fn every_page_is_heavy_work_and_takes_its_turn_as_such() {
    let pages = |service: &Service| {
        let methods = service.served().into_iter().flat_map(|served| served.methods().collect::<Vec<_>>());
        let pages = methods.filter(|method| {
            ["next_page_token", "next_after_position"]
                .iter()
                .any(|field| method.output().get_field_by_name(field).is_some())
        });
        pages.map(|method| path_of(&method)).collect::<Vec<_>>()
    };
    for service in [&NOTIFICATIONS, &CONSIGNMENTS] {
        let pages = pages(service);
        assert!(pages.len() > 10, "{pages:?}");
        let table = service.table();
        let light = pages.iter().filter(|page| table.weight(page) == Weight::Light);
        assert_none("pages", &light.map(|page| format!("{page} is not heavy")).collect::<Vec<_>>());
    }
}

#[test]
fn every_service_of_the_contract_is_asked_here() {
    let asked =
        [&NOTIFICATIONS, &CONSIGNMENTS, &REPORTING, &TRAINING].map(|service| service.packages).concat();
    let contracts = contracts();
    let others = contracts.services().filter(|service| !asked.contains(&service.package_name()));
    let others: Vec<String> = others.map(|service| service.full_name().to_owned()).collect();
    assert_none("nobody is asked about these services of the contract", &others);
}

async fn a_stranger_without_credentials_is_told_so_by_every_rpc(service: &Service, running: Running) {
    let findings = service
        .not_refused(running.channel(None), Code::Unauthenticated, ErrorReason::CredentialMissing)
        .await;
    assert_none("a call without credentials", &findings);
}

async fn a_token_of_a_foreign_issuer_opens_nothing(service: &Service, running: Running) {
    let foreign = TestCredentials::new().token(service.authority, &service.scopes());
    let findings = service
        .not_refused(running.channel(Some(foreign)), Code::Unauthenticated, ErrorReason::CredentialInvalid)
        .await;
    assert_none("a call with a token of a foreign issuer", &findings);
}

async fn a_token_that_was_good_an_hour_ago_opens_nothing_now(service: &Service, running: Running) {
    let authority = service.authority.parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    let token = running.credentials.issuer().issue_token(&authority, "clerk", &service.scopes(), hour);
    let channel = running.channel(Some(token));
    call(&channel, service.list, Bytes::new(), false)
        .await
        .expect("the token is good for an hour, and known from now on");
    running.credentials.clock().advance(hour * 2);
    let findings = service.not_refused(channel, Code::Unauthenticated, ErrorReason::CredentialExpired).await;
    assert_none("a call with an expired token", &findings);
}

async fn every_rpc_names_the_scope_that_the_caller_lacks(service: &Service, running: Running) {
    let mut findings = Vec::new();
    for rpc in service.rpcs() {
        let scope = match rpc.access {
            Some(Access::Scope(scope)) => scope,
            Some(Access::Authenticated | Access::Open) => continue,
            None => {
                findings.push(rpc.without_row());
                continue;
            }
        };
        let others: Vec<&str> = service.scopes().into_iter().filter(|other| *other != scope).collect();
        for granted in [Vec::new(), others] {
            let channel = running.channel(Some(running.credentials.token(service.authority, &granted)));
            match refusal(&channel, &rpc).await {
                Err(let_in) => findings.push(format!("{let_in} with {granted:?}")),
                Ok(status) => {
                    let named =
                        status.get_details_error_info().and_then(|info| info.metadata.get("scope").cloned());
                    let is_refused = status.code() == Code::PermissionDenied
                        && reason_of(&status) == Some(ErrorReason::ScopeMissing);
                    if !is_refused || named.as_deref() != Some(scope) {
                        findings.push(format!(
                            "{} with {granted:?}: wants {scope} named, got {status:?}",
                            rpc.path
                        ));
                    }
                }
            }
        }
    }
    assert_none("calls without the scope", &findings);
}

async fn who_has_the_scope_is_let_in_by_every_rpc(service: &Service, running: Running) {
    let mut findings = Vec::new();
    for rpc in service.rpcs() {
        // Just what the table asks for: no other scope may be needed in secret.
        let scopes: Vec<&str> = match rpc.access {
            Some(Access::Scope(scope)) => vec![scope],
            Some(Access::Authenticated | Access::Open) => Vec::new(),
            None => {
                findings.push(rpc.without_row());
                continue;
            }
        };
        let channel = running.channel(Some(running.credentials.token(service.authority, &scopes)));
        if let Err(status) = call(&channel, &rpc.path, Bytes::new(), rpc.follows).await {
            let kept_out =
                matches!(status.code(), Code::Unauthenticated | Code::PermissionDenied | Code::Unimplemented);
            let is_fault = matches!(status.code(), Code::Internal | Code::Unknown | Code::Unavailable);
            if kept_out || is_fault || reason_of(&status).is_none() {
                findings.push(format!("{}: {status:?}", rpc.path));
            }
        }
    }
    assert_none("calls of an empty request with the scope", &findings);
}

async fn what_does_not_exist_is_unknown_to_partners_and_closed_to_strangers(
    service: &Service,
    running: Running,
) {
    let stranger = running.channel(None);
    let partner = running.channel(Some(running.credentials.token(service.authority, &service.scopes())));
    for (path, code, reason) in [
        ("/acme.secrets.v1.Vault/Open", Code::Unimplemented, ErrorReason::MethodUnknown),
        ("/grpc.health.v1.Health/Burn", Code::Unimplemented, ErrorReason::MethodUnknown),
        (service.lacking, Code::PermissionDenied, ErrorReason::ResourceDenied),
        (service.foreign, Code::PermissionDenied, ErrorReason::ResourceDenied),
    ] {
        let to_stranger = call(&stranger, path, Bytes::new(), false).await.unwrap_err();
        assert_eq!(reason_of(&to_stranger), Some(ErrorReason::CredentialMissing), "{path}: {to_stranger:?}");
        assert_eq!(to_stranger.code(), Code::Unauthenticated);
        let to_partner = call(&partner, path, Bytes::new(), false).await.unwrap_err();
        assert_eq!(
            (to_partner.code(), reason_of(&to_partner)),
            (code, Some(reason)),
            "{path}: {to_partner:?}"
        );
    }
}

async fn every_service_of_the_contract_is_served_and_its_health_is_told(service: &Service, running: Running) {
    let mut health = HealthClient::new(running.channel(None));
    let mut findings = Vec::new();
    let served = service.served();
    for name in served.iter().map(prost_reflect::ServiceDescriptor::full_name) {
        if !name.starts_with("seamless.") {
            continue;
        }
        match health.check(HealthCheckRequest { service: name.to_owned() }).await {
            Ok(told) if told.get_ref().status() == ServingStatus::Serving => {}
            told => findings.push(format!("{name}: {told:?}")),
        }
    }
    assert_none("services whose health is not told", &findings);
}

async fn health_alone_is_told_to_everybody(_: &Service, running: Running) {
    let pool = DescriptorPool::decode(tonic_health::pb::FILE_DESCRIPTOR_SET).unwrap();
    let others: Vec<String> = seamless_service::gate::EXEMPT
        .iter()
        .filter(|path| !path.starts_with(EXEMPT))
        .map(|path| (*path).to_owned())
        .collect();
    assert_none("the gate exempts more than health", &others);
    let methods: Vec<_> = pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
    assert!(!methods.is_empty());
    for method in methods {
        let path = path_of(&method);
        let told = call(&running.channel(None), &path, Bytes::new(), method.is_server_streaming()).await;
        assert!(path.starts_with(EXEMPT) && told.is_ok(), "{path}: {told:?}");
    }
}

async fn what_is_open_is_answered_without_a_credential_until_there_are_too_many(
    service: &Service,
    running: Running,
) {
    let stranger = running.channel(None);
    for rpc in service.open() {
        if let Err(status) = call(&stranger, &rpc.path, Bytes::new(), rpc.follows).await {
            assert_eq!(status.code(), Code::InvalidArgument, "{}: {status:?}", rpc.path);
        }
    }
    let Some(rpc) = service.open().pop() else { return };
    let mut refused = None;
    for _ in 0..60 {
        match call(&stranger, &rpc.path, Bytes::new(), rpc.follows).await {
            Err(status) if status.code() == Code::ResourceExhausted => refused = Some(status),
            _ => {}
        }
    }
    let refused = refused.expect("a stranger makes 30 calls at once, and no 60");
    assert_eq!(reason_of(&refused), Some(ErrorReason::QuotaExceeded));
    assert!(refused.get_details_retry_info().is_some());
    let partner = running.channel(Some(running.credentials.token(service.authority, &service.scopes())));
    call(&partner, service.list, Bytes::new(), false).await.expect("partners are not kept out by strangers");
}
