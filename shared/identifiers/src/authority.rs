//! The ids of authorities and arrangements, as pure domain code uses them.
//!
//! Invariant: an id that exists matches `[a-z0-9-]{2,32}`. It says nothing about whether the cooperation knows it.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A text that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 2 to 32 characters out of a-z, 0-9 and the hyphen")]
pub struct InvalidId;

fn is_id(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if is_id(text) { Ok(Self(text.into())) } else { Err(InvalidId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

id! {
    /// The id of an authority, such as `cn-gacc`. Cheap to clone.
    AuthorityId
}

id! {
    /// The id of an arrangement, such as `eu-cn`. Cheap to clone.
    ArrangementId
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_is_what_its_form_says_and_survives_json(text in "([a-z0-9-]{0,34}|\\PC{0,5})") {
            let length = text.chars().count();
            let right = (2..=32).contains(&length) && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            let parsed = text.parse::<AuthorityId>();
            prop_assert_eq!(parsed.is_ok(), right);
            let read = serde_json::from_value::<AuthorityId>(serde_json::Value::String(text.clone()));
            prop_assert_eq!(read.ok(), parsed.clone().ok());
            if let Ok(id) = parsed {
                prop_assert_eq!(serde_json::to_value(&id).unwrap(), serde_json::Value::String(text.clone()));
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
