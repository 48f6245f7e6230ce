//! Every RPC that the service answers refuses whoever may not call it. The RPCs are read from the contracts, so that none
//! can be forgotten.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use prost::bytes::Bytes;
use prost_reflect::DescriptorPool;
use seamless_identity::Access;
use seamless_notifications::{
    SERVICES,
    api::authorization::{SCOPES, TABLE},
};
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

/// The packages whose services this service answers.
const PACKAGES: [&str; 2] = ["seamless.notifications.v1", "seamless.feed.v1"];
/// The service whose methods need no credential: probes have none.
const EXEMPT: &str = "/grpc.health.v1.Health/";

struct Rpc {
    path: String,
    access: Access,
    follows: bool,
}

/// Services of the contracts and of reflection, by name.
fn served() -> Vec<prost_reflect::ServiceDescriptor> {
    let ours = contracts();
    let ours = ours.services().filter(|service| PACKAGES.contains(&service.package_name()));
    let reflection =
        [tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET, tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET];
    let reflection = reflection.map(|encoded| DescriptorPool::decode(encoded).unwrap());
    ours.chain(reflection.iter().flat_map(DescriptorPool::services)).collect()
}

fn access_of(path: &str) -> Option<Access> {
    TABLE.iter().find(|(row, _)| *row == path).map(|(_, access)| *access)
}

/// Every RPC with what it asks of its caller.
fn rpcs() -> Vec<Rpc> {
    let methods = served().into_iter().flat_map(|service| service.methods().collect::<Vec<_>>());
    methods
        .map(|method| {
            let path = path_of(&method);
            let access = access_of(&path).unwrap_or_else(|| panic!("{path} has no row in the table"));
            Rpc { path, access, follows: method.is_server_streaming() }
        })
        .collect()
}

async fn refusal(channel: &ClientChannel, rpc: &Rpc) -> Result<Status, String> {
    match call(channel, &rpc.path, Bytes::new(), rpc.follows).await {
        Ok(_) => Err(format!("{}: the call was let in", rpc.path)),
        Err(status) => Ok(status),
    }
}

/// Everything with which `channel` is not refused as it should be.
async fn not_refused(channel: ClientChannel, code: Code, reason: ErrorReason) -> Vec<String> {
    let mut findings = Vec::new();
    for rpc in rpcs() {
        match refusal(&channel, &rpc).await {
            Ok(status) if status.code() == code && reason_of(&status) == Some(reason) => {}
            Ok(status) => findings.push(format!("{}: wants {code:?} {reason:?}, got {status:?}", rpc.path)),
            Err(let_in) => findings.push(let_in),
        }
    }
    findings
}

#[test]
fn the_authorization_table_has_a_row_for_each_rpc_and_no_other() {
    let served = served();
    let methods: BTreeSet<String> = served
        .iter()
        .flat_map(|service| service.methods().map(|method| path_of(&method)).collect::<Vec<_>>())
        .collect();
    let rows: BTreeSet<String> = TABLE.iter().map(|(path, _)| (*path).to_owned()).collect();
    let missing: Vec<String> = methods.difference(&rows).cloned().collect();
    assert_none("these RPCs have no row in the authorization table", &missing);
    let stale: Vec<String> = rows.difference(&methods).cloned().collect();
    assert_none("these rows of the authorization table are of no RPC", &stale);
    assert_eq!(rows.len(), TABLE.len(), "a path stands twice in the table");

    let ours: BTreeSet<&str> = served
        .iter()
        .map(prost_reflect::ServiceDescriptor::full_name)
        .filter(|name| name.starts_with("seamless."))
        .collect();
    assert_eq!(
        ours,
        BTreeSet::from(SERVICES),
        "the services whose health is told are those of the contracts"
    );
    let used: BTreeSet<&str> = TABLE
        .iter()
        .filter_map(|(_, access)| match access {
            Access::Scope(scope) => Some(*scope),
            Access::Authenticated => None,
        })
        .collect();
    assert_eq!(used, BTreeSet::from(SCOPES), "the scopes that are granted are those that are asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_without_credentials_is_told_so_by_every_rpc() {
    let running = Running::start().await;
    let findings =
        not_refused(running.channel(None), Code::Unauthenticated, ErrorReason::CredentialMissing).await;
    assert_none("a call without credentials", &findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_foreign_issuer_opens_nothing() {
    let running = Running::start().await;
    let foreign = TestCredentials::new().token("eu-just", &SCOPES);
    let findings =
        not_refused(running.channel(Some(foreign)), Code::Unauthenticated, ErrorReason::CredentialInvalid)
            .await;
    assert_none("a call with a token of a foreign issuer", &findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_good_an_hour_ago_opens_nothing_now() {
    let running = Running::start().await;
    let authority = "eu-just".parse().unwrap();
    let hour = SignedDuration::from_hours(1);
    let token = running.credentials.issuer().issue_token(&authority, "clerk", &SCOPES, hour);
    let channel = running.channel(Some(token));
    let list = "/seamless.notifications.v1.NotificationService/ListNotifications";
    call(&channel, list, Bytes::new(), false)
        .await
        .expect("the token is good for an hour, and known from now on");
    running.credentials.clock().advance(hour * 2);
    let findings = not_refused(channel, Code::Unauthenticated, ErrorReason::CredentialExpired).await;
    assert_none("a call with an expired token", &findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_names_the_scope_that_the_caller_lacks() {
    let running = Running::start().await;
    let mut findings = Vec::new();
    for rpc in rpcs() {
        let Access::Scope(scope) = rpc.access else { continue };
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        for granted in [Vec::new(), others] {
            let channel = running.channel(Some(running.credentials.token("eu-just", &granted)));
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

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_scope_is_let_in_by_every_rpc() {
    let running = Running::start().await;
    let mut findings = Vec::new();
    for rpc in rpcs() {
        // Just what the table asks for: no other scope may be needed in secret.
        let scopes: Vec<&str> = match rpc.access {
            Access::Scope(scope) => vec![scope],
            Access::Authenticated => Vec::new(),
        };
        let channel = running.channel(Some(running.credentials.token("eu-just", &scopes)));
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

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_unknown_to_partners_and_closed_to_strangers() {
    let running = Running::start().await;
    let stranger = running.channel(None);
    let partner = running.channel(Some(running.credentials.token("eu-just", &SCOPES)));
    for (path, code, reason) in [
        ("/acme.secrets.v1.Vault/Open", Code::Unimplemented, ErrorReason::MethodUnknown),
        ("/grpc.health.v1.Health/Burn", Code::Unimplemented, ErrorReason::MethodUnknown),
        (
            "/seamless.notifications.v1.NotificationService/Drop",
            Code::PermissionDenied,
            ErrorReason::ResourceDenied,
        ),
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

#[tokio::test(flavor = "multi_thread")]
async fn health_alone_is_told_to_everybody() {
    let pool = DescriptorPool::decode(tonic_health::pb::FILE_DESCRIPTOR_SET).unwrap();
    let others: Vec<String> = seamless_service::gate::EXEMPT
        .iter()
        .filter(|path| !path.starts_with(EXEMPT))
        .map(|path| (*path).to_owned())
        .collect();
    assert_none("the gate exempts more than health", &others);
    let running = Running::start().await;
    let methods: Vec<_> = pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
    assert!(!methods.is_empty());
    for method in methods {
        let path = path_of(&method);
        let told = call(&running.channel(None), &path, Bytes::new(), method.is_server_streaming()).await;
        assert!(path.starts_with(EXEMPT) && told.is_ok(), "{path}: {told:?}");
    }
}
