//! Who calls: the principal that authentication puts into the extensions of a request.
//!
//! Invariant: a principal in the extensions was authenticated by the gate, and its authority is one of the cooperation.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use seamless_identifiers::AuthorityId;

/// The scopes of a principal, such as `notifications.read`. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(Arc<BTreeSet<Box<str>>>);

impl ScopeSet {
    /// Whether `scope` is among them. Scopes have no hierarchy: `notifications.write` does not include
    /// `notifications.read`.
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|scope| &**scope)
    }

    /// The scopes of a `scope` claim: words with spaces between them [RFC 8693, 4.2]. Words of other systems are kept,
    /// for they grant nothing here.
    pub fn from_claim(claim: &str) -> Self {
        claim.split(' ').filter(|word| !word.is_empty()).collect()
    }
}

impl<S: Into<Box<str>>> FromIterator<S> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        Self(Arc::new(scopes.into_iter().map(Into::into).collect()))
    }
}

/// Whether `text` has the form of our scopes: two or more words of a-z and the hyphen, with dots between them.
pub fn is_scope(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    text.contains('.') && text.split('.').all(word)
}

/// What proved who the principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A client certificate, verified in the TLS handshake.
    Mtls,
    /// A bearer token, a JWT [RFC 7519].
    Jwt,
}

/// On whose behalf something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The authority that acts.
    pub authority: AuthorityId,
    /// Who acts for it, as its credential says: for the record.
    pub principal: String,
}

/// An authenticated caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The authority that it acts for.
    pub authority: AuthorityId,
    /// Which of the authority's systems or people: the SAN URI of the certificate, or the token's `sub`.
    pub subject: String,
    /// What it may do.
    pub scopes: ScopeSet,
    /// How it proved itself.
    pub credential: Credential,
}

impl Principal {
    /// The principal that the gate put into the extensions of a request; `http` and `tonic` share the type. None if
    /// the call did not pass the gate.
    pub fn from_extensions(extensions: &http::Extensions) -> Option<&Principal> {
        extensions.get()
    }

    /// On whose behalf it acts.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller { authority: self.authority.clone(), principal: self.subject.clone() }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.subject, self.authority)
    }
}
