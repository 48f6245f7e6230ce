//! The first cleaning of a text from a foreign file: no control characters and marks that nobody sees, no stray blanks, no
//! HTML line breaks.

pub use seamless_identifiers::says_nothing;
use seamless_identifiers::visible;

/// A text on one line: every run of blanks and control characters becomes one space; none at the ends.
pub fn one_line(text: &str) -> String {
    let breaks = without_breaks(&visible(text));
    let mut cleaned = String::with_capacity(breaks.len());
    for word in breaks.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if !word.is_empty() {
            if !cleaned.is_empty() {
                cleaned.push(' ');
            }
            cleaned.push_str(word);
        }
    }
    cleaned
}

/// A text whose line breaks mean something: each line cleaned, empty ones left out.
pub fn paragraphs(text: &str) -> String {
    let breaks = without_breaks(&visible(text));
    breaks.lines().map(one_line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Turns `<br>` and `<p>` into line feeds; other markup stays as it is, since it may be meant.
fn without_breaks(text: &str) -> String {
    let mut rest = text;
    let mut cleaned = String::with_capacity(text.len());
    while let Some(start) = rest.find('<') {
        cleaned.push_str(&rest[..start]);
        let tag = &rest[start..];
        // A tag of that kind is short: `</p>`, `<br />`.
        let end = tag.bytes().take(8).position(|byte| byte == b'>');
        match end {
            Some(end) if is_break(&tag[1..end]) => {
                cleaned.push('\n');
                rest = &tag[end + 1..];
            }
            _ => {
                cleaned.push('<');
                rest = &tag[1..];
            }
        }
    }
    cleaned.push_str(rest);
    cleaned
}

fn is_break(tag: &str) -> bool {
    let name = tag.trim_matches(|letter: char| letter == '/' || letter.is_whitespace());
    ["br", "bbr", "p"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Adds a text to another, after a line break.
pub fn append(text: &mut String, more: &str) {
    if !more.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(more);
    }
}

/// The words of a text, small, between single spaces, with one at either end: for looking up words and phrases.
pub fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if letter != '\'' && letter != '’' && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// Whether `words` (see [`words`]) hold the pattern: a word or phrase, also with a plural s; with `*`, its beginning.
pub fn hold(words: &str, pattern: &str) -> bool {
    let (stem, prefix) = pattern.strip_suffix('*').map_or((pattern, false), |stem| (stem, true));
    words.match_indices(stem).any(|(at, _)| {
        let rest = &words[at + stem.len()..];
        words[..at].ends_with(' ')
            && (prefix || rest.starts_with(' ') || rest.starts_with("s ") || rest.starts_with("es "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_controls_and_line_breaks_are_cleaned() {
        assert_eq!(one_line("  Tea\u{a0}pot \t\u{0} red<br/>lid "), "Tea pot red lid");
        assert_eq!(paragraphs(" One. <BR> \r\n\r\n Two: 3 < 4 <b>bold</b>"), "One.\nTwo: 3 < 4 <b>bold</b>");
        assert_eq!(one_line("\u{202d}6932173550102\u{202c} \u{200b}red\u{7}lid"), "6932173550102 red lid");
    }

    #[test]
    fn words_are_found_whole_plural_or_by_their_beginning() {
        let found = words("Firearm safes, children's HIGH-chairs");
        assert!(
            hold(&found, "safe")
                && hold(&found, "high chair")
                && hold(&found, "childrens")
                && hold(&found, "fire*")
        );
        assert!(!hold(&found, "fire") && !hold(&found, "chairs high"));
    }
}
