//! One spelling of what people write in several.

/// The letters and digits of a reference, which people write with blanks and dashes or without.
pub(in crate::domain) fn plain(reference: &str) -> String {
    reference.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
