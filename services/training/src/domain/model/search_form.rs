//! The form in which texts are compared.

use unicode_normalization::UnicodeNormalization;

/// The form in which texts are compared in a search: compatibility forms folded, lower case.
#[must_use]
pub fn search_form(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}
