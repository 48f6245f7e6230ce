//! The letters of a field whose file does not say its encoding.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// So many bytes beyond ASCII in a row stand in no word of a western language.
const FOREIGN: usize = 4;

/// The text of a field: UTF-8, or where it is none, Windows-1252. A field that seems to be in an encoding of another
/// script is not guessed at.
///
/// # Errors
/// It is in neither of both.
pub fn letters(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    if bytes.windows(FOREIGN).any(|run| run.iter().all(|byte| !byte.is_ascii())) {
        return Err("is neither UTF-8 nor Windows-1252, perhaps GB18030; save the file as UTF-8".to_owned());
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn western_fields_are_read_and_others_not_guessed_at() {
        assert_eq!(letters("水壶 ü".as_bytes()).unwrap(), "水壶 ü");
        assert_eq!(letters(b"Stra\xdfe \x80 5 \xe0\xe9").unwrap(), "Straße € 5 àé");
        assert!(letters(b"\xcb\xae\xba\xf8").unwrap_err().contains("GB18030"));
    }
}
