//! A token in compact form [RFC 7515, 7519] taken apart, and its claims held against what we expect.
//!
//! Invariant: nothing here trusts the token; only [`super::JwtVerifier`] joins the parts to a verdict. Parsing is strict:
//! base64url without padding or stray bits, no member twice, no critical extension, no other kind of token.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::TokenRefusal;
use crate::principal::ScopeSet;

/// Longer tokens are refused unread.
const MAX_TOKEN_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
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

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The claims that we read.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    sub: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: Option<String>,
    authority: Option<String>,
    #[serde(default)]
    scope: String,
}

/// What a token with a good signature says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The claim `authority`, not yet held against the cooperation.
    pub authority: String,
    /// The claim `sub`.
    pub subject: String,
    /// The claim `scope`.
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
        if self.iss.as_deref() != Some(issuer) {
            return Err(TokenRefusal::WrongIssuer);
        }
        let for_us = match &self.aud {
            Some(Audience::One(one)) => one == audience,
            Some(Audience::Several(several)) => several.iter().any(|one| one == audience),
            None => false,
        };
        if !for_us {
            return Err(TokenRefusal::WrongAudience);
        }
        let text = |claim: Option<String>, name| {
            claim.filter(|text| !text.is_empty()).ok_or(TokenRefusal::ClaimMissing(name))
        };
        // A token from the future is as little valid yet as one whose time has not come.
        let starts = [self.nbf, self.iat]
            .into_iter()
            .flatten()
            .map(instant)
            .try_fold(Timestamp::MIN, |latest, next| next.map(|next| latest.max(next)))?;
        Ok(VerifiedToken {
            authority: text(self.authority, "authority")?,
            subject: text(self.sub, "sub")?,
            scopes: ScopeSet::from_claim(&self.scope),
            id: self.jti.filter(|id| !id.is_empty()),
            issued: self.iat.map(instant).transpose()?,
            starts,
            ends: instant(self.exp.ok_or(TokenRefusal::ClaimMissing("exp"))?)?,
        })
    }
}

/// A NumericDate [RFC 7519, 2]: seconds since 1970, perhaps with a fraction.
fn instant(seconds: f64) -> Result<Timestamp, TokenRefusal> {
    SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|since| Timestamp::from_duration(since).ok())
        .ok_or(TokenRefusal::MalformedClaims)
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
