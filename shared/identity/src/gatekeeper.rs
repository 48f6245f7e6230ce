//! The gate of a service: who calls, and may they call this method?
//!
//! Invariant: authentication comes first, so a stranger learns nothing about methods; what passes has a [`Principal`] in
//! its extensions. No refusal repeats any part of a credential.

use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use rustls::pki_types::CertificateDer;
use seamless_calendar::Clock;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::ApiError;
use seamless_service::gate::{Admitted, CallHead, Caller, CredentialWatch, Gatekeeper, Refused};
use tonic::Code;

use crate::authorization::{Access, AuthorizationTable, Requirement};
use crate::certificate::certificate_holder;
use crate::cooperation::Cooperation;
use crate::jwt::JwtVerifier;
use crate::principal::{Credential, Principal};
use crate::revocation::{Marks, Revocations};
use seamless_identifiers::AuthorityId;

/// Authenticates each call by client certificate or bearer token, and authorizes it by the table.
pub struct IdentityGate {
    cooperation: Arc<Cooperation>,
    jwt: Option<JwtVerifier>,
    table: AuthorizationTable,
    clock: Arc<dyn Clock>,
    revocations: Option<Arc<Revocations>>,
}

impl IdentityGate {
    /// A gate. Without `jwt`, only client certificates count.
    pub fn new(
        cooperation: Arc<Cooperation>,
        jwt: Option<JwtVerifier>,
        table: AuthorizationTable,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { cooperation, jwt, table, clock, revocations: None }
    }

    /// The gate with a list of credentials that were taken back.
    #[must_use]
    pub fn with_revocations(mut self, revocations: Option<Revocations>) -> Self {
        self.revocations = revocations.map(Arc::new);
        self
    }

    /// Refuses a credential that is on the list, and gives the watch over one that is not.
    fn check_revoked(&self, marks: Option<Marks>) -> Result<Option<CredentialWatch>, ApiError> {
        let (Some(revocations), Some(marks)) = (&self.revocations, marks) else { return Ok(None) };
        if revocations.hold(&marks) {
            return Err(revoked());
        }
        let revocations = Arc::clone(revocations);
        let until_held = move || revocations.until_held(marks.clone()).map(|()| revoked()).boxed();
        Ok(Some(CredentialWatch::new(until_held)))
    }

    /// The certificate's principal if there is a certificate, else the token's. Both must name the same authority.
    /// With it comes the watch over the credential that counts.
    async fn authenticate(
        &self,
        call: &CallHead<'_>,
    ) -> Result<(Principal, Option<CredentialWatch>), ApiError> {
        let by_certificate = match call.peer_certificates {
            Some(chain) if !chain.is_empty() => Some(self.by_certificate(chain)?),
            _ => None,
        };
        let by_token = match bearer_token(call.headers)? {
            Some(token) => Some(self.by_token(token).await?),
            None => None,
        };
        match (by_certificate, by_token) {
            (Some((by_certificate, _)), Some((by_token, _)))
                if by_certificate.authority != by_token.authority =>
            {
                Err(invalid("the client certificate and the bearer token name different authorities"))
            }
            (Some(known), _) | (None, Some(known)) => Ok(known),
            (None, None) => Err(missing()),
        }
    }

    fn by_certificate(
        &self,
        chain: &[CertificateDer<'_>],
    ) -> Result<(Principal, Option<CredentialWatch>), ApiError> {
        let holder = certificate_holder(chain, &self.cooperation, self.clock.now())
            .map_err(|refusal| credential_error(refusal.is_about_time(), refusal.to_string()))?;
        let marks = self.revocations.as_ref().and_then(|_| Marks::of_certificate(chain));
        let watch = self.check_revoked(marks)?;
        let principal = Principal {
            authority: holder.authority.clone(),
            subject: holder.uri.clone(),
            scopes: holder.scopes.clone(),
            credential: Credential::Mtls,
        };
        Ok((principal, watch))
    }

    async fn by_token(&self, token: &str) -> Result<(Principal, Option<CredentialWatch>), ApiError> {
        let Some(verifier) = &self.jwt else {
            return Err(invalid("bearer tokens are not accepted here"));
        };
        let verified = verifier
            .verify(token)
            .await
            .map_err(|refusal| credential_error(refusal.is_about_time(), refusal.to_string()))?;
        let watch = self.check_revoked(Some(Marks::Token(verified.id.clone())))?;
        let known = verified.authority.parse::<AuthorityId>().ok();
        let authority = known
            .and_then(|id| self.cooperation.authority(&id))
            .ok_or_else(|| invalid("the bearer token names an authority that is not in the cooperation"))?;
        let principal = Principal {
            authority: authority.id.clone(),
            subject: verified.subject.clone(),
            scopes: verified.scopes.clone(),
            credential: Credential::Jwt,
        };
        Ok((principal, watch))
    }

    fn authorize(&self, path: &str, principal: &Principal) -> Result<(), ApiError> {
        match self.table.requirement(path) {
            Requirement::Needs(Access::Authenticated | Access::Open) => Ok(()),
            Requirement::Needs(Access::Scope(scope)) if principal.scopes.contains(scope) => Ok(()),
            Requirement::Needs(Access::Scope(scope)) => Err(ApiError::reason(
                Code::PermissionDenied,
                ErrorReason::ScopeMissing,
                format!("the method needs the scope {scope}"),
            )
            .metadata("scope", scope)),
            Requirement::Closed => Err(ApiError::resource_denied()),
            Requirement::Unknown => Err(ApiError::reason(
                Code::Unimplemented,
                ErrorReason::MethodUnknown,
                "the method does not exist here",
            )),
        }
    }
}

#[async_trait]
impl Gatekeeper for IdentityGate {
    fn is_open(&self, path: &str) -> bool {
        self.table.requirement(path) == Requirement::Needs(Access::Open)
    }

    async fn admit(&self, call: CallHead<'_>) -> Result<Admitted, Refused> {
        let (principal, watch) = self.authenticate(&call).await?;
        let caller = Caller::new(principal.authority.as_str(), principal.subject.as_str());
        if let Err(error) = self.authorize(call.path, &principal) {
            return Err(Refused { error, caller: Some(caller) });
        }
        let weight = self.table.weight(call.path);
        let mut extensions = Extensions::new();
        if let Some(watch) = watch {
            extensions.insert(watch);
        }
        extensions.insert(principal);
        Ok(Admitted { caller, weight, extensions })
    }
}

impl Principal {
    /// The principal of a call that passed the gate, for handlers.
    ///
    /// # Errors
    /// CREDENTIAL_MISSING, if the call did not pass it.
    pub fn require(extensions: &Extensions) -> Result<&Principal, ApiError> {
        Self::from_extensions(extensions).ok_or_else(missing)
    }
}

/// The token of `authorization: Bearer …` [RFC 6750]; none without the header.
fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(invalid("the call has several authorization headers"));
    }
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(|| invalid("the authorization header has no bearer token"))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(invalid("the authorization header has no bearer token"));
    }
    Ok(Some(token.trim_start_matches(' ')))
}

fn credential_error(is_about_time: bool, text: String) -> ApiError {
    let reason = if is_about_time { ErrorReason::CredentialExpired } else { ErrorReason::CredentialInvalid };
    ApiError::reason(Code::Unauthenticated, reason, text)
}

fn invalid(text: &str) -> ApiError {
    credential_error(false, text.to_owned())
}

fn revoked() -> ApiError {
    ApiError::reason(
        Code::Unauthenticated,
        ErrorReason::CredentialRevoked,
        "the credential was taken back before its time",
    )
}

fn missing() -> ApiError {
    ApiError::reason(
        Code::Unauthenticated,
        ErrorReason::CredentialMissing,
        "the call has neither a client certificate nor a bearer token",
    )
}
