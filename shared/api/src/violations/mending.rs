//! What is read of what is wrong, where a request is not refused for it.

use seamless_identifiers::{Lines, visible};

use super::Violations;

impl Violations {
    /// Nothing wrong so far. Of a text that is too long, or has characters that nobody sees, what can be read is kept; whatever else is
    /// wrong is as if it had been left out. For requests that are not refused because of them.
    #[must_use]
    pub fn mending() -> Self {
        Self { mends: true, ..Self::default() }
    }
}

/// What can be read of a text.
pub(super) fn mended(text: String, longest: usize, lines: Lines) -> String {
    let seen = visible(&text);
    let is_break = |one: char| matches!(one, '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if seen == text && text.len() <= longest && !(lines == Lines::One && text.contains(is_break)) {
        return text;
    }
    let in_line = |one: char| if lines == Lines::One && is_break(one) { ' ' } else { one };
    seen.chars().map(in_line).take(longest).collect()
}
