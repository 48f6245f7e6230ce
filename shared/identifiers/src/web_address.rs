//! Addresses of pages and pictures, as they may be kept and shown: http or https, without credentials.

use std::fmt;

use crate::unseen::{Lines, unseen};

/// What is wrong with an address: the reason, and the part that is wrong, never what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAddress {
    why: &'static str,
    part: String,
}

impl fmt::Display for WrongAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.why)?;
        if self.part.is_empty() { Ok(()) } else { write!(formatter, "; got {}", self.part) }
    }
}

/// How much of an address is shown before what is wrong with it, and in all, in characters.
const BEFORE: usize = 12;
const SHOWN: usize = 60;

/// Whether a text is an http or https address that anybody may be shown. A user and a password in it are not repeated.
///
/// # Errors
/// The first thing that is wrong, with the part that is.
pub fn check_web_address(text: &str) -> Result<(), WrongAddress> {
    let wrong = |why, at: usize| Err(WrongAddress { why, part: part_at(text, at) });
    let Some((scheme, rest)) = text.split_once("://") else { return wrong("wants an http or https URL", 0) };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return wrong("wants an http or https URL", 0);
    }
    let start = scheme.len() + 3;
    let host_end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host = &rest[..host_end];
    if host.contains('@') {
        let why = "wants an http or https URL without user and password";
        return Err(WrongAddress { why, part: String::new() });
    }
    if host.is_empty() || host.starts_with(':') {
        return wrong("wants an http or https URL with a host", start);
    }
    if let Some((at, _)) = text.char_indices().find(|(_, letter)| {
        letter.is_whitespace()
            || letter.is_control()
            || unseen(letter.encode_utf8(&mut [0; 4]), Lines::One).is_some()
    }) {
        return wrong("wants an http or https URL without blanks and characters that are not seen", at);
    }
    Ok(())
}

/// The address as it may be kept: without blanks and unseen characters at its ends, those within written as `%20` or
/// taken out. User and password are taken out where the second value says so.
///
/// # Errors
/// As [`check_web_address`], of the address as mended.
pub fn mended_web_address(text: &str) -> Result<(String, bool), WrongAddress> {
    let seen = crate::unseen::visible(text);
    let mut address = String::with_capacity(seen.len());
    for (index, word) in seen.split_whitespace().enumerate() {
        if index > 0 {
            address.push_str("%20");
        }
        address.push_str(word);
    }
    let without_user = without_user(&address);
    let had_user = without_user.is_some();
    let address = without_user.unwrap_or(address);
    check_web_address(&address).map(|()| (address, had_user))
}

fn without_user(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let at = rest[..host_end].rfind('@')?;
    Some(format!("{scheme}://{}", &rest[at + 1..]))
}

/// The part of a text around a place, quoted.
fn part_at(text: &str, at: usize) -> String {
    let before: Vec<usize> = text[..at].char_indices().map(|(place, _)| place).collect();
    let start =
        before.len().checked_sub(BEFORE).and_then(|skipped| before.get(skipped).copied()).unwrap_or(0);
    let shown = &text[start..];
    let opening = if start > 0 { "…" } else { "" };
    match shown.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{opening}{:?} and more", &shown[..end]),
        None => format!("{opening}{shown:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrong_part_of_an_address_is_shown() {
        for fine in [
            "https://example.org/a%20b?x=1#y",
            "HTTP://[::1]:80/",
            "https://例子.example/水壶",
            "https://e.org/a@b",
        ] {
            assert_eq!(check_web_address(fine), Ok(()), "{fine}");
        }
        let long = format!("https://example.org/{} b", "x".repeat(500));
        for (wrong, told) in [
            ("ftp://example.org", "wants an http or https URL; got \"ftp://example.org\""),
            ("example.org", "wants an http or https URL; got \"example.org\""),
            ("https://", "wants an http or https URL with a host; got \"https://\""),
            ("https:///x", "wants an http or https URL with a host; got \"https:///x\""),
            ("https://me:secret@example.org/", "wants an http or https URL without user and password"),
            (&long, "without blanks and characters that are not seen; got …\"xxxxxxxxxxxx b\""),
            ("https://e.org/\u{202e}x", "not seen; got …\"tps://e.org/\\u{202e}x\""),
        ] {
            let error = check_web_address(wrong).unwrap_err().to_string();
            assert!(error.ends_with(told) || error.contains(told), "{wrong}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_address_is_mended_where_it_can_be() {
        for (written, mended, had_user) in [
            (" https://example.org/a b.jpg\n", "https://example.org/a%20b.jpg", false),
            ("https://me:secret@example.org/x", "https://example.org/x", true),
            ("\u{200b}https://example.org/1", "https://example.org/1", false),
        ] {
            assert_eq!(mended_web_address(written), Ok((mended.to_owned(), had_user)), "{written}");
        }
        assert!(mended_web_address("ftp://example.org").is_err());
    }
}
