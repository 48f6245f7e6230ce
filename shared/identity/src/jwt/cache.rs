//! Tokens whose signature was checked, so that a partner who sends one token with each call pays for it once.
//!
//! Invariant: an entry counts only under the key set that verified it, so a key that the issuer took back takes its
//! tokens along; times are checked on each use by the caller. Tokens are kept as digests only.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use ring::digest;

use super::keys::KeySet;
use super::token::VerifiedToken;

/// Partners are few and each uses a handful of tokens at a time.
const MAX_ENTRIES: usize = 4096;

/// The SHA-256 of a token.
pub(super) type TokenDigest = [u8; digest::SHA256_OUTPUT_LEN];

pub(super) fn digest_of(token: &str) -> TokenDigest {
    let mut bytes = TokenDigest::default();
    bytes.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    bytes
}

#[derive(Default)]
pub(super) struct TokenCache {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: HashMap<TokenDigest, Entry>,
    /// In the order of arrival; the oldest makes room.
    arrivals: VecDeque<TokenDigest>,
}

struct Entry {
    token: Arc<VerifiedToken>,
    keys: Arc<KeySet>,
}

impl TokenCache {
    pub(super) fn get(&self, digest: &TokenDigest, keys: &Arc<KeySet>) -> Option<Arc<VerifiedToken>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = state.entries.get(digest)?;
        Arc::ptr_eq(&entry.keys, keys).then(|| entry.token.clone())
    }

    pub(super) fn put(&self, digest: TokenDigest, token: Arc<VerifiedToken>, keys: Arc<KeySet>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.entries.insert(digest, Entry { token, keys }).is_none() {
            state.arrivals.push_back(digest);
        }
        if state.entries.len() > MAX_ENTRIES
            && let Some(oldest) = state.arrivals.pop_front()
        {
            state.entries.remove(&oldest);
        }
    }

    pub(super) fn remove(&self, digest: &TokenDigest) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.entries.remove(digest).is_some() {
            state.arrivals.retain(|arrival| arrival != digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::principal::ScopeSet;

    #[test]
    fn the_cache_stays_bounded_and_forgets_tokens_of_a_key_set_that_was_replaced() {
        let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
        let keys = Arc::new(KeySet::parse(jwks).unwrap());
        let token = Arc::new(VerifiedToken {
            authority: "cn-gacc".into(),
            subject: "backend".into(),
            scopes: ScopeSet::default(),
            id: None,
            issued: None,
            starts: jiff::Timestamp::MIN,
            ends: jiff::Timestamp::MAX,
        });
        let cache = TokenCache::default();
        for number in 0..=MAX_ENTRIES {
            cache.put(digest_of(&number.to_string()), token.clone(), keys.clone());
        }
        assert_eq!(cache.state.lock().unwrap().entries.len(), MAX_ENTRIES);
        assert_eq!(cache.state.lock().unwrap().arrivals.len(), MAX_ENTRIES);
        assert!(cache.get(&digest_of("0"), &keys).is_none());
        assert!(cache.get(&digest_of("1"), &keys).is_some());

        let renewed = Arc::new(KeySet::parse(jwks).unwrap());
        assert!(cache.get(&digest_of("1"), &renewed).is_none());
        cache.remove(&digest_of("1"));
        assert_eq!(cache.state.lock().unwrap().arrivals.len(), MAX_ENTRIES - 1);
    }
}
