//! A token in compact form [RFC 7515, 7519] taken apart, and its claims held against what we expect.
//!
//! Invariant: nothing here trusts the token; only [`super::JwtVerifier`] joins the parts to a verdict. Parsing is strict:
//! base64url without padding or stray bits, no member twice, no critical extension, no other kind of token.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::TokenRefusal;
use crate::principal::ScopeSet;

/// Longer tokens are refused unread.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// The parts of a token, none of them trusted.
pub(super) struct Parts<'t> {
    pub(super) algorithm: String,
    pub(super) kid: String,
    /// What the signature covers.
    pub(super) signed: &'t [u8],
    pub(super) signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'t> Parts<'t> {
    pub(super) fn parse(token: &'t str) -> Result<Self, TokenRefusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRefusal::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefusal::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenRefusal::Malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenRefusal::Malformed);

        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| TokenRefusal::Malformed)?;
        if header.crit.is_some() {
            return Err(TokenRefusal::CriticalExtension);
        }
        // A signed logout or event notice is no credential [RFC 8725, 3.11].
        if header.typ.is_some_and(|typ| !is_token_type(&typ)) {
            return Err(TokenRefusal::WrongType);
        }
        Ok(Self {
            algorithm: header.alg,
            kid: header.kid.ok_or(TokenRefusal::NoKeyId)?,
            signed: signed.as_bytes(),
            signature: decode(signature)?,
            payload: decode(payload)?,
        })
    }

    /// The claims; call it only after the signature was checked.
    pub(super) fn claims(&self) -> Result<Claims, TokenRefusal> {
        serde_json::from_slice(&self.payload).map_err(|_| TokenRefusal::MalformedClaims)
    }
}

fn is_token_type(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}

/// The claims that we read, of whatever form: which of them is wrong is told by name.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: Option<Value>,
    aud: Option<Value>,
    sub: Option<Value>,
    exp: Option<Value>,
    nbf: Option<Value>,
    iat: Option<Value>,
    jti: Option<Value>,
    authority: Option<Value>,
    scope: Option<Value>,
    /// What some identity providers call `scope`.
    scp: Option<Value>,
}

/// The text of a claim; none where it is absent.
fn text(claim: Option<Value>, name: &'static str) -> Result<Option<String>, TokenRefusal> {
    match claim {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(TokenRefusal::MalformedClaim(name, "a text")),
    }
}

/// The text of a claim that we need.
fn needed(claim: Option<Value>, name: &'static str) -> Result<String, TokenRefusal> {
    text(claim, name)?.filter(|text| !text.is_empty()).ok_or(TokenRefusal::ClaimMissing(name))
}

/// The texts of a claim that is one text or a list of them.
fn texts(claim: Option<Value>, name: &'static str) -> Result<Vec<String>, TokenRefusal> {
    let wrong = || TokenRefusal::MalformedClaim(name, "a text, or a list of texts");
    match claim {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(items)) => {
            let items = items.into_iter().map(|item| match item {
                Value::String(text) => Ok(text),
                _ => Err(wrong()),
            });
            items.collect()
        }
        Some(_) => Err(wrong()),
    }
}

/// The instant of a claim, a NumericDate [RFC 7519, 2]: seconds since 1970, perhaps with a fraction; none where it is absent.
fn instant(claim: Option<&Value>, name: &'static str) -> Result<Option<Timestamp>, TokenRefusal> {
    let Some(claim) = claim else { return Ok(None) };
    let since = claim.as_f64().and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    match since.and_then(|since| Timestamp::from_duration(since).ok()) {
        Some(instant) => Ok(Some(instant)),
        None => Err(TokenRefusal::MalformedClaim(name, "a number of seconds since 1970")),
    }
}

/// What a token with a good signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The claim `authority`, not yet held against the cooperation.
    pub authority: String,
    /// The claim `sub`.
    pub subject: String,
    /// The claim `scope`, or `scp` where there is none.
    pub scopes: ScopeSet,
    /// The claim `jti`, by which a token can be revoked.
    pub id: Option<String>,
    /// The claim `iat`.
    pub(super) issued: Option<Timestamp>,
    /// The token does not count before this, nor from `ends` on; the clock skew is not included.
    pub(super) starts: Timestamp,
    pub(super) ends: Timestamp,
}

impl Claims {
    /// Holds issuer and audience against what is expected, and asks for every claim that we need.
    pub(super) fn expect(self, issuer: &str, audience: &str) -> Result<VerifiedToken, TokenRefusal> {
        if text(self.iss, "iss")?.as_deref() != Some(issuer) {
            return Err(TokenRefusal::WrongIssuer);
        }
        if !texts(self.aud, "aud")?.iter().any(|one| one == audience) {
            return Err(TokenRefusal::WrongAudience);
        }
        let (issued, starts) = (instant(self.iat.as_ref(), "iat")?, instant(self.nbf.as_ref(), "nbf")?);
        let scopes = match self.scope {
            Some(scope) => texts(Some(scope), "scope")?,
            None => texts(self.scp, "scp")?,
        };
        Ok(VerifiedToken {
            authority: needed(self.authority, "authority")?,
            subject: needed(self.sub, "sub")?,
            scopes: ScopeSet::from_claim(&scopes.join(" ")),
            id: text(self.jti, "jti")?.filter(|id| !id.is_empty()),
            issued,
            // A token from the future is as little valid yet as one whose time has not come.
            starts: starts.max(issued).unwrap_or(Timestamp::MIN),
            ends: instant(self.exp.as_ref(), "exp")?.ok_or(TokenRefusal::ClaimMissing("exp"))?,
        })
    }
}

impl VerifiedToken {
    /// Whether the token counts at `now`, with clocks that differ by up to `skew`.
    pub(super) fn check_time(&self, now: Timestamp, skew: Duration) -> Result<(), TokenRefusal> {
        let skew = SignedDuration::try_from(skew).unwrap_or(SignedDuration::MAX);
        if now.saturating_sub(skew).unwrap_or(Timestamp::MIN) >= self.ends {
            return Err(TokenRefusal::Expired);
        }
        if now.saturating_add(skew).unwrap_or(Timestamp::MAX) < self.starts {
            return Err(TokenRefusal::NotYetValid);
        }
        Ok(())
    }

    /// Whether the token's life, from its issue to its end, is no longer than `longest`. Of one that does not say when
    /// it was issued, what is left of it at `now` counts, so that an issuer without `iat` gains nothing.
    pub(super) fn check_lifetime(&self, now: Timestamp, longest: Duration) -> Result<(), TokenRefusal> {
        let longest = SignedDuration::try_from(longest).unwrap_or(SignedDuration::MAX);
        match self.ends.duration_since(self.issued.unwrap_or(now)) <= longest {
            true => Ok(()),
            false => Err(TokenRefusal::LivesTooLong),
        }
    }
}
