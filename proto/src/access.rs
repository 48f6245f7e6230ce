//! What each RPC asks of its caller, as its contract declares it.

/// An RPC of the contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rpc {
    /// `seamless.notifications.v1`.
    pub package: &'static str,
    /// `NotificationService`.
    pub service: &'static str,
    /// `GetNotification`.
    pub method: &'static str,
    /// `/seamless.notifications.v1.NotificationService/GetNotification`.
    pub path: &'static str,
    /// The scope that the caller's principal must have: `notifications.read`; empty where everybody may call, without a
    /// credential.
    pub scope: &'static str,
    /// True if a call is heavy work: a page, a search, a digest, an estimate.
    pub is_heavy: bool,
    /// True if request or answer is a stream.
    pub is_stream: bool,
}

include!(concat!(env!("OUT_DIR"), "/access.rs"));

/// The RPCs of these packages, in the order of [`RPCS`].
pub fn rpcs_of(packages: &[&str]) -> impl Iterator<Item = &'static Rpc> {
    RPCS.iter().filter(|rpc| packages.contains(&rpc.package))
}

/// Every scope that the RPCs of these packages ask for, in the order of the alphabet.
#[must_use]
pub fn scopes_of(packages: &[&str]) -> Vec<&'static str> {
    let scopes = rpcs_of(packages).map(|rpc| rpc.scope);
    let mut scopes: Vec<&str> = scopes.filter(|scope| !scope.is_empty()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}
