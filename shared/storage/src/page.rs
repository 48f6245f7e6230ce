//! Opaque page tokens: a cursor, bound to the request that it continues. A token grants nothing (the request is
//! authorized by itself), so it is not signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// The first byte of a token.
const VERSION: u8 = 1;
/// How much of the request's SHA-256 is in a token.
const BINDING: usize = 16;
/// The longest token that is looked at.
const LONGEST: usize = 1_024;

/// Makes and reads page tokens.
pub struct PageToken;

/// A token that does not continue this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageTokenError {
    /// It was not made here, or was cut or changed.
    #[error("the page token is not one of this service's")]
    Malformed,
    /// It belongs to a request with another filter, parent or caller.
    #[error("the page token belongs to another request")]
    OtherRequest,
}

impl PageToken {
    /// The token that continues the request after `cursor`, a small struct of texts and numbers: a token over 1 kB is
    /// not accepted again. `request` is whatever tells the request from others (not the page size, which may change).
    pub fn encode<C: Serialize>(cursor: &C, request: &[u8]) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&binding(request));
        // A cursor is a struct of texts and numbers, which JSON can always say.
        bytes.extend(serde_json::to_vec(cursor).unwrap_or_default());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in a token.
    ///
    /// # Errors
    /// If the token was not made by [`PageToken::encode`] for this request.
    pub fn decode<C: DeserializeOwned>(token: &str, request: &[u8]) -> Result<C, PageTokenError> {
        if token.len() > LONGEST {
            return Err(PageTokenError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| PageTokenError::Malformed)?;
        let Some((VERSION, rest)) = bytes.split_first().map(|(version, rest)| (*version, rest)) else {
            return Err(PageTokenError::Malformed);
        };
        let (bound, cursor) = rest.split_at_checked(BINDING).ok_or(PageTokenError::Malformed)?;
        if bound != binding(request) {
            return Err(PageTokenError::OtherRequest);
        }
        serde_json::from_slice(cursor).map_err(|_| PageTokenError::Malformed)
    }
}

fn binding(request: &[u8]) -> [u8; BINDING] {
    let digest = Sha256::digest(request);
    std::array::from_fn(|index| digest[index])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_continues_its_own_request_and_no_other(cursor: (i64, String), request: Vec<u8>, other: Vec<u8>) {
            prop_assume!(cursor.1.len() < 300);
            let token = PageToken::encode(&cursor, &request);
            prop_assert_eq!(PageToken::decode::<(i64, String)>(&token, &request), Ok(cursor));
            if request != other {
                prop_assert_eq!(PageToken::decode::<(i64, String)>(&token, &other), Err(PageTokenError::OtherRequest));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(version in 0..3u8, bound: bool, rest: Vec<u8>) {
            let mut bytes = vec![version];
            if bound {
                bytes.extend(binding(b"request"));
            }
            bytes.extend(rest);
            let token = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(PageToken::decode::<(i64, String)>(&token, b"request").is_err());
        }

        #[test]
        fn no_text_makes_it_panic(token: String) {
            let decoded = PageToken::decode::<(i64, String)>(&token, b"request");
            prop_assert!(decoded.is_err());
        }
    }
}
