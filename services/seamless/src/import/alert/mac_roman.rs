//! Undoes a double encoding: UTF-8 that somebody read as Mac Roman and stored as UTF-8 again, so that `–` became `‚Äì`.

use std::borrow::Cow;

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// The text of a field: UTF-8, or where it is none, Windows-1252, which every byte sequence is.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// The text with its doubly encoded parts put right. A run of characters beyond ASCII is repaired where its Mac Roman
/// bytes are UTF-8. Since some ordinary runs are that by chance (`«é`), a field is touched only if at least one of its
/// runs cannot be ordinary writing.
pub fn repair(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut certain = false;
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| !letter.is_ascii()) {
        let run_length = rest[start..].find(|letter: char| letter.is_ascii()).unwrap_or(rest.len() - start);
        let (run, after) = rest[start..].split_at(run_length);
        repaired.push_str(&rest[..start]);
        match intended(run) {
            Some(meant) => {
                certain |= is_no_writing(run, &meant);
                repaired.push_str(&meant);
            }
            None => repaired.push_str(run),
        }
        rest = after;
    }
    repaired.push_str(rest);
    if certain { Cow::Owned(repaired) } else { Cow::Borrowed(text) }
}

/// What the run was before it was read as Mac Roman, if it was.
fn intended(run: &str) -> Option<String> {
    // The standard writes characters that the encoding lacks as `&#…;`, and says so.
    let (bytes, _, unmappable) = MACINTOSH.encode(run);
    if unmappable {
        return None;
    }
    let meant = std::str::from_utf8(&bytes).ok()?;
    (!meant.chars().any(|letter| letter.is_control())).then(|| meant.to_owned())
}

/// Three bytes that fit are no accident; nor is a sign such as `√` or `¬` within a run.
fn is_no_writing(run: &str, meant: &str) -> bool {
    let ordinary = |letter: char| letter.is_alphabetic() || "«»“”‘’„…–—".contains(letter);
    meant.chars().any(|letter| letter.len_utf8() > 2) || !run.chars().all(ordinary)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Does the damage.
    fn damage(text: &str) -> String {
        MACINTOSH.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn damaged_writing_is_put_right_and_sound_writing_left_alone() {
        assert_eq!(damage("–"), "‚Äì");
        for meant in ["Children’s kettle – 20 °C", "CASA ÉTÉ 2.5 mm²", "Żółw „Łazik” №5", "π ≈ 3 and В – 84"]
        {
            assert_eq!(repair(&damage(meant)), meant);
        }
        for sound in [
            "plain",
            "Crème brûlée « été » – 5 €",
            "«été»",
            "“École”",
            "Größe ≥ 3 mm",
            "红色水壶",
            "–í alone",
        ] {
            assert_eq!(repair(sound), sound);
        }
        // A text that is damaged in one place only, as when a clerk mended the rest.
        assert_eq!(repair("Müller ‚Äì Söhne"), "Müller – Söhne");
    }

    #[test]
    fn bytes_that_are_no_utf8_are_taken_as_windows_1252() {
        assert_eq!(decode(b"Caf\xe9 \x96 red"), "Café – red");
        assert_eq!(decode("Café".as_bytes()), "Café");
    }

    proptest! {
        #[test]
        fn whatever_was_damaged_comes_back(text in "[ -~àéüñÉ–’°²€]{0,40}") {
            let back = repair(&damage(&text)).into_owned();
            // A run of letters alone may be ordinary; then the field stays as it is.
            prop_assert!(back == text || back == damage(&text));
            if text.contains(['–', '’', '€']) {
                prop_assert_eq!(back, text);
            }
        }
    }
}
