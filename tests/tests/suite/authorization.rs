//! Every RPC that a service answers refuses whoever may not call it. The RPCs are read from the contracts, so that none
//! can be forgotten.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use prost::bytes::Bytes;
use prost_reflect::DescriptorPool;
use seamless_identity::Access;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::{client::ClientChannel, error::reason_of};
use seamless_testkit::TestCredentials;
use tonic::{Code, Status};
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
    /// Its authorization table.
    table: &'static [(&'static str, Access)],
    heavy: &'static [&'static str],
    scopes: &'static [&'static str],
    /// The services whose health it tells.
    healthy: &'static [&'static str],
    /// An authority that has a part in what it does.
    authority: &'static str,
    /// A call that an empty request is enough for.
    list: &'static str,
    /// A method that one of its services does not have.
    lacking: &'static str,
}

const NOTIFICATIONS: Service = Service {
    packages: ["seamless.notifications.v1", "seamless.feed.v1"],
    table: seamless_notifications::api::authorization::TABLE,
    heavy: seamless_notifications::api::authorization::HEAVY,
    scopes: &seamless_notifications::api::authorization::SCOPES,
    healthy: &seamless_notifications::SERVICES,
    authority: "eu-just",
    list: "/seamless.notifications.v1.NotificationService/ListNotifications",
    lacking: "/seamless.notifications.v1.NotificationService/Drop",
};
const CONSIGNMENTS: Service = Service {
    packages: ["seamless.consignments.v1", "seamless.feed.v1"],
    table: seamless_consignments::api::authorization::TABLE,
    heavy: seamless_consignments::api::authorization::HEAVY,
    scopes: &seamless_consignments::api::authorization::SCOPES,
    healthy: &seamless_consignments::SERVICES,
    authority: "nl-customs",
    list: "/seamless.consignments.v1.InspectionService/ListInspections",
    lacking: "/seamless.consignments.v1.InspectionService/Drop",
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
    };
}

of_every_service! {
    a_stranger_without_credentials_is_told_so_by_every_rpc;
    a_token_of_a_foreign_issuer_opens_nothing;
    a_token_that_was_good_an_hour_ago_opens_nothing_now;
    every_rpc_names_the_scope_that_the_caller_lacks;
    who_has_the_scope_is_let_in_by_every_rpc;
    what_does_not_exist_is_unknown_to_partners_and_closed_to_strangers;
    health_alone_is_told_to_everybody;
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

    fn access_of(&self, path: &str) -> Option<Access> {
        self.table.iter().find(|(row, _)| *row == path).map(|(_, access)| *access)
    }

    /// Every RPC with what it asks of its caller.
    fn rpcs(&self) -> Vec<Rpc> {
        let methods = self.served().into_iter().flat_map(|service| service.methods().collect::<Vec<_>>());
        let rpcs = methods.map(|method| {
            let path = path_of(&method);
            Rpc { access: self.access_of(&path), path, follows: method.is_server_streaming() }
        });
        rpcs.collect()
    }

    /// Everything with which `channel` is not refused as it should be.
    async fn not_refused(&self, channel: ClientChannel, code: Code, reason: ErrorReason) -> Vec<String> {
        let mut findings = Vec::new();
        for rpc in self.rpcs() {
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

    /// What the authorization table has too little or too much.
    fn table_findings(&self) -> Vec<String> {
        let methods: BTreeSet<String> = self.rpcs().into_iter().map(|rpc| rpc.path).collect();
        let rows: BTreeSet<String> = self.table.iter().map(|(path, _)| (*path).to_owned()).collect();
        let missing = methods.difference(&rows).map(|path| format!("{path} has no row in the table"));
        let stale = rows.difference(&methods).map(|path| format!("{path} has a row, but is no RPC"));
        let mut findings: Vec<String> = missing.chain(stale).collect();
        if rows.len() != self.table.len() {
            findings.push("a path stands twice in the table".to_owned());
        }

        let served = self.served();
        let ours: BTreeSet<&str> = served
            .iter()
            .map(prost_reflect::ServiceDescriptor::full_name)
            .filter(|name| name.starts_with("seamless."))
            .collect();
        let healthy: BTreeSet<&str> = self.healthy.iter().copied().collect();
        let untold = ours.symmetric_difference(&healthy);
        findings.extend(untold.map(|name| format!("{name}: its health is told, or it is served, not both")));
        let used: BTreeSet<&str> = self
            .table
            .iter()
            .filter_map(|(_, access)| match access {
                Access::Scope(scope) => Some(*scope),
                Access::Authenticated => None,
            })
            .collect();
        let granted: BTreeSet<&str> = self.scopes.iter().copied().collect();
        let odd = used.symmetric_difference(&granted);
        findings.extend(odd.map(|scope| format!("{scope} is granted, or asked for, not both")));
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
fn the_notifications_table_has_a_row_for_each_rpc_and_no_other() {
    assert_none("the authorization table of notifications", &NOTIFICATIONS.table_findings());
}

#[test]
fn the_consignments_table_has_a_row_for_each_rpc_and_no_other() {
    assert_none("the authorization table of consignments", &CONSIGNMENTS.table_findings());
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
        let light = pages.iter().filter(|page| !service.heavy.contains(&page.as_str()));
        assert_none("pages", &light.map(|page| format!("{page} is not heavy")).collect::<Vec<_>>());
    }
}

#[test]
fn every_service_of_the_contract_is_asked_here() {
    let asked = [&NOTIFICATIONS, &CONSIGNMENTS].map(|service| service.packages).concat();
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
    let foreign = TestCredentials::new().token(service.authority, service.scopes);
    let findings = service
        .not_refused(running.channel(Some(foreign)), Code::Unauthenticated, ErrorReason::CredentialInvalid)
        .await;
    assert_none("a call with a token of a foreign issuer", &findings);
}

async fn a_token_that_was_good_an_hour_ago_opens_nothing_now(service: &Service, running: Running) {
    let authority = service.authority.parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    let token = running.credentials.issuer().issue_token(&authority, "clerk", service.scopes, hour);
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
            Some(Access::Authenticated) => continue,
            None => {
                findings.push(rpc.without_row());
                continue;
            }
        };
        let others: Vec<&str> = service.scopes.iter().copied().filter(|other| *other != scope).collect();
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
            Some(Access::Authenticated) => Vec::new(),
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
    let partner = running.channel(Some(running.credentials.token(service.authority, service.scopes)));
    for (path, code, reason) in [
        ("/acme.secrets.v1.Vault/Open", Code::Unimplemented, ErrorReason::MethodUnknown),
        ("/grpc.health.v1.Health/Burn", Code::Unimplemented, ErrorReason::MethodUnknown),
        (service.lacking, Code::PermissionDenied, ErrorReason::ResourceDenied),
        (
            "/seamless.training.v1.ActivityService/GetActivity",
            Code::PermissionDenied,
            ErrorReason::ResourceDenied,
        ),
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
