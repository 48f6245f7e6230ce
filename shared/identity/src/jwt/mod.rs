//! Bearer tokens: JWTs signed with EdDSA, ES256 or RS256 by the configured issuer [RFC 7515, 7519, 8725].
//!
//! Invariant: a [`VerifiedToken`] had, at the moment it was handed out, a signature by a present key of the issuer, our
//! audience, and a time that holds by the injected clock. The cryptography is ring's, as in TLS, so that one provider
//! is in the tree; the format around it is small enough to stand here.

mod cache;
mod keys;
mod source;
mod token;

use std::sync::Arc;
use std::time::Duration;

use seamless_calendar::Clock;
use tokio_util::task::AbortOnDropHandle;

use self::cache::TokenCache;
use self::keys::SignatureRefusal;
use self::source::KeySource;
use self::token::Parts;
use crate::settings::JwtSettings;

pub use self::source::KeySourceError;
pub use self::token::VerifiedToken;

/// Why a token does not count. The texts never hold any part of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Not three parts of base64url with json in them, or far too long.
    #[error("the bearer token is no json web token")]
    Malformed,
    /// The header names an extension that must be understood.
    #[error("the bearer token needs an extension that is not supported")]
    CriticalExtension,
    /// The header's `typ` says that it is something else.
    #[error("the bearer token is of a type that is no credential")]
    WrongType,
    /// The header has no `kid`.
    #[error("the bearer token names no key id")]
    NoKeyId,
    /// The issuer has no such key.
    #[error("the bearer token was signed with a key that the issuer does not publish")]
    UnknownKey,
    /// The header's `alg` is not that of the key.
    #[error("the bearer token names an algorithm that its key is not for")]
    WrongAlgorithm,
    /// The signature is wrong.
    #[error("the signature of the bearer token is wrong")]
    WrongSignature,
    /// The claims are no JSON object, or one stands there twice.
    #[error("the claims of the bearer token are no json object, or one of them stands there twice")]
    MalformedClaims,
    /// A claim is not of the form that it has.
    #[error("the claim {0} of the bearer token is malformed: it wants {1}")]
    MalformedClaim(&'static str, &'static str),
    /// Another `iss`.
    #[error("the bearer token is from another issuer")]
    WrongIssuer,
    /// Another `aud`.
    #[error("the bearer token is for another audience")]
    WrongAudience,
    /// A claim that we need is absent or empty.
    #[error("the bearer token lacks the claim {0}")]
    ClaimMissing(&'static str),
    /// `exp` has passed.
    #[error("the bearer token has expired")]
    Expired,
    /// `exp` is further from `iat` than is allowed here.
    #[error("the bearer token is valid for longer than is allowed here")]
    LivesTooLong,
    /// `nbf` or `iat` is to come.
    #[error("the bearer token is not valid yet")]
    NotYetValid,
}

impl TokenRefusal {
    /// Whether only the time is wrong.
    pub fn is_about_time(self) -> bool {
        matches!(self, Self::Expired | Self::NotYetValid)
    }
}

/// Verifies bearer tokens. Follows the issuer's keys until it is dropped.
pub struct JwtVerifier {
    issuer: String,
    audience: String,
    clock_skew: Duration,
    max_lifetime: Duration,
    clock: Arc<dyn Clock>,
    keys: Arc<KeySource>,
    cache: TokenCache,
    _follows_keys: AbortOnDropHandle<()>,
}

impl JwtVerifier {
    /// Reads the issuer's keys for the first time, and from then on in the background; call it inside a tokio runtime.
    ///
    /// # Errors
    /// The keys cannot be read, or the URL is not https.
    pub async fn open(settings: &JwtSettings, clock: Arc<dyn Clock>) -> Result<Self, KeySourceError> {
        let keys = Arc::new(KeySource::open(settings).await?);
        let followed = keys.clone();
        // At least a second, so that an interval of zero does not spin.
        let interval = settings.refresh_interval.max(Duration::from_secs(1));
        let follows_keys = tokio::spawn(async move {
            loop {
                tokio::time::sleep(interval).await;
                followed.refresh().await;
            }
        });
        Ok(Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            clock_skew: settings.clock_skew,
            max_lifetime: settings.max_lifetime,
            clock,
            keys,
            cache: TokenCache::default(),
            _follows_keys: AbortOnDropHandle::new(follows_keys),
        })
    }

    /// Verifies a token in compact form.
    ///
    /// # Errors
    /// Says why it does not count; the first reason found.
    pub async fn verify(&self, token: &str) -> Result<Arc<VerifiedToken>, TokenRefusal> {
        let digest = cache::digest_of(token);
        if let Some(known) = self.cache.get(&digest, &self.keys.present()) {
            let in_time = self.check_time(&known);
            if in_time.is_err() {
                self.cache.remove(&digest);
            }
            return in_time.map(|()| known);
        }

        let parts = Parts::parse(token)?;
        let mut keys = self.keys.present();
        if !keys.knows(&parts.kid) {
            keys = self.keys.after_unknown(&parts.kid).await;
        }
        keys.check(&parts.kid, &parts.algorithm, parts.signed, &parts.signature).map_err(|refusal| {
            match refusal {
                SignatureRefusal::UnknownKey => TokenRefusal::UnknownKey,
                SignatureRefusal::WrongAlgorithm => TokenRefusal::WrongAlgorithm,
                SignatureRefusal::WrongSignature => TokenRefusal::WrongSignature,
            }
        })?;
        let verified = Arc::new(parts.claims()?.expect(&self.issuer, &self.audience)?);
        self.check_time(&verified)?;
        self.cache.put(digest, verified.clone(), keys);
        Ok(verified)
    }

    fn check_time(&self, token: &VerifiedToken) -> Result<(), TokenRefusal> {
        let now = self.clock.now();
        token.check_time(now, self.clock_skew)?;
        token.check_lifetime(now, self.max_lifetime)
    }
}
