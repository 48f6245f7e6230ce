//! The ids of authorities and arrangements, as pure domain code uses them.
//!
//! Invariant: an id that exists matches `[a-z0-9-]{2,32}`. It says nothing about whether the cooperation knows it.

use crate::id;

id! {
    /// The id of an authority, such as `cn-gacc`. Cheap to clone.
    AuthorityId, 2..=32
}

id! {
    /// The id of an arrangement, such as `eu-cn`. Cheap to clone.
    ArrangementId, 2..=32
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
