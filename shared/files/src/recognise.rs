//! What type content looks like, from its octets.
//!
//! Invariant: no type is accepted on the word of the client alone; a type that content cannot be held against cannot be
//! allowed by the configuration either. This keeps honest mistakes and disguised pages out; it is no virus scanner.

use crate::FileError;
use crate::zip_directory::zip_type;

/// The media types that content can be checked against.
pub const RECOGNISED_TYPES: &[&str] = &[
    "application/json",
    "application/pdf",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/xml",
    "application/zip",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "text/csv",
    "text/plain",
    "text/xml",
    "video/mp4",
    "video/quicktime",
];

pub(crate) const UNKNOWN: &str = "application/octet-stream";
pub(crate) const ZIP_START: &[u8] = b"PK\x03\x04";
const HEAD_BYTES: usize = 8 * 1024;
/// Holds the directory of an archive with some thousands of files, which stands at its end.
const TAIL_BYTES: usize = 256 * 1024;

/// What is kept of content while it passes, to tell its type.
#[derive(Default)]
pub(crate) struct Evidence {
    head: Vec<u8>,
    tail: Vec<u8>,
    text: TextCheck,
}

impl Evidence {
    pub(crate) fn update(&mut self, chunk: &[u8]) {
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..missing]);
        self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(TAIL_BYTES)..]);
        // Shortened now and then only, so that each octet is moved once or twice at most.
        if self.tail.len() > 4 * TAIL_BYTES {
            self.tail.drain(..self.tail.len() - TAIL_BYTES);
        }
        self.text.update(chunk);
    }

    /// Says whether the content may be called `announced`.
    pub(crate) fn check(&self, announced: &str) -> Result<(), FileError> {
        let found = self.found();
        let fits = match announced {
            "text/csv" => found == "text/plain",
            "application/json" => found == "text/plain" && starts_like_json(&self.head),
            "application/xml" => found == "text/xml",
            // One container; its octets do not tell more.
            "image/heic" => found == "image/heif",
            "video/mp4" => matches!(found, "video/mp4" | "video/x-m4v"),
            other => found == other,
        };
        if fits {
            return Ok(());
        }
        Err(FileError::TypeMismatch { announced: announced.to_owned(), found: found.to_owned() })
    }

    fn found(&self) -> &'static str {
        if self.text.is_text() {
            text_type(&self.head)
        } else if self.head.starts_with(ZIP_START) {
            zip_type(&self.head, &self.tail)
        } else {
            infer::get(&self.head).map_or(UNKNOWN, |found| found.mime_type())
        }
    }
}

/// Whether content is UTF-8 without NUL, told while it passes.
#[derive(Default)]
struct TextCheck {
    is_broken: bool,
    /// The start of a character whose end has not come yet.
    pending: Vec<u8>,
}

impl TextCheck {
    fn update(&mut self, chunk: &[u8]) {
        if self.is_broken {
            return;
        }
        let joined;
        let octets = if self.pending.is_empty() {
            chunk
        } else {
            joined = [&self.pending, chunk].concat();
            &joined
        };
        let (is_broken, pending) = match std::str::from_utf8(octets) {
            Ok(_) => (false, Vec::new()),
            Err(error) => (error.error_len().is_some(), octets[error.valid_up_to()..].to_vec()),
        };
        self.is_broken = is_broken || octets.contains(&0);
        self.pending = if self.is_broken { Vec::new() } else { pending };
    }

    fn is_text(&self) -> bool {
        !self.is_broken && self.pending.is_empty()
    }
}

/// Text that a browser or an office program would not show as text is not plain.
fn text_type(head: &[u8]) -> &'static str {
    let text = after_blanks(head);
    let second = text.get(1).copied().unwrap_or_default();
    let is_markup =
        text.starts_with(b"<") && (second.is_ascii_alphabetic() || matches!(second, b'!' | b'?' | b'/'));
    if text.len() >= 5 && text[..5].eq_ignore_ascii_case(b"<?xml") {
        "text/xml"
    } else if is_markup {
        "text/html"
    } else if head.starts_with(b"%PDF-") {
        "application/pdf"
    } else if text.starts_with(b"{\\rtf") {
        "application/rtf"
    } else if text.starts_with(b"%!PS") {
        "application/postscript"
    } else if text.starts_with(b"#!") {
        "text/x-shellscript"
    } else {
        "text/plain"
    }
}

fn starts_like_json(head: &[u8]) -> bool {
    matches!(after_blanks(head).first(), Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n'))
}

/// Without a byte order mark and white space.
fn after_blanks(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::zip_directory::tests::{archive, archive_of_open_document};

    fn evidence(content: &[u8], piece: usize) -> Evidence {
        let mut evidence = Evidence::default();
        content.chunks(piece).for_each(|chunk| evidence.update(chunk));
        evidence
    }

    fn example(media_type: &str) -> Vec<u8> {
        let office = "application/vnd.openxmlformats-officedocument.";
        let box_of = |brand: &[u8]| [b"\0\0\0\x18ftyp", brand, b"\0\0\0\0", brand, b"mif1\0\0\0\0"].concat();
        match media_type {
            "application/json" => b"\xef\xbb\xbf {\"gtin\": \"04006381333931\"}".to_vec(),
            "application/pdf" => b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            "application/vnd.oasis.opendocument.spreadsheet" => archive_of_open_document(media_type),
            "application/vnd.oasis.opendocument.text" => archive_of_open_document(media_type),
            "application/zip" => archive(&["test-report/page-1.png", "test-report/page-2.png"]),
            "image/gif" => b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
            "image/heic" | "image/heif" => box_of(b"heic"),
            "image/jpeg" => b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(),
            "image/png" => b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
            "image/tiff" => b"II*\0\x08\0\0\0\0\0\0\0".to_vec(),
            "image/webp" => b"RIFF\x24\0\0\0WEBPVP8 ".to_vec(),
            "text/csv" => "BM,型号,风险\n1,玩具,窒息\n".into(),
            "text/plain" => "Erstickungsgefahr durch Kleinteile\n".into(),
            "text/xml" | "application/xml" => b"<?xml version=\"1.0\"?><alert/>".to_vec(),
            "video/mp4" => box_of(b"isom"),
            "video/quicktime" => box_of(b"qt  "),
            word if word == format!("{office}wordprocessingml.document") => {
                archive(&["[Content_Types].xml", "word/document.xml"])
            }
            excel if excel == format!("{office}spreadsheetml.sheet") => {
                archive(&["xl/drawings/drawing1.xml", "[Content_Types].xml", "xl/workbook.xml"])
            }
            slides if slides == format!("{office}presentationml.presentation") => {
                archive(&["[Content_Types].xml", "ppt/presentation.xml"])
            }
            other => panic!("no example of {other}"),
        }
    }

    #[test]
    fn each_type_that_can_be_allowed_is_recognised_however_it_comes_in_pieces() {
        for media_type in RECOGNISED_TYPES {
            let content = example(media_type);
            for piece in [1, 7, content.len()] {
                evidence(&content, piece).check(media_type).unwrap();
            }
        }
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_another_type() {
        let texts = ["text/csv", "text/plain", "application/json", "application/xml", "text/xml"];
        let same = [["image/heic", "image/heif"], ["application/xml", "text/xml"]];
        for content in RECOGNISED_TYPES {
            for announced in RECOGNISED_TYPES.iter().filter(|announced| *announced != content) {
                let are_texts = texts.contains(announced) && texts.contains(content);
                let are_same = same.iter().any(|pair| pair.contains(announced) && pair.contains(content));
                if !are_texts && !are_same {
                    evidence(&example(content), 64).check(announced).unwrap_err();
                }
            }
        }
    }

    #[test]
    fn a_page_or_a_document_with_macros_is_no_harmless_file() {
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        let with_macros = archive(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
        let mut cut_short = archive(&["[Content_Types].xml", "word/document.xml"]);
        cut_short.truncate(cut_short.len() - 30);
        for (content, announced, found) in [
            (b"\xef\xbb\xbf\n<!doctype html><script>".to_vec(), "text/csv", "text/html"),
            (b"<svg onload=alert(1)>".to_vec(), "text/plain", "text/html"),
            (b"<html>".to_vec(), "image/png", "text/html"),
            (b"#!/bin/sh\n".to_vec(), "text/plain", "text/x-shellscript"),
            (b"{\\rtf1 }".to_vec(), "application/json", "application/rtf"),
            (b"a,b\0c".to_vec(), "text/csv", UNKNOWN),
            (b"\xff\xfea\0,\0b\0 and so on".to_vec(), "text/csv", UNKNOWN),
            (b"cut off \xe4\xb8".to_vec(), "text/plain", UNKNOWN),
            (b"MZ\x90\0\x03".to_vec(), "application/pdf", "application/vnd.microsoft.portable-executable"),
            (with_macros, word, "application/vnd.ms-word.document.macroEnabled.12"),
            (cut_short, word, UNKNOWN),
        ] {
            let refusal = evidence(&content, 5).check(announced).unwrap_err();
            let expected = FileError::TypeMismatch { announced: announced.into(), found: found.into() };
            assert_eq!(refusal, expected);
        }
    }

    proptest! {
        #[test]
        fn text_is_told_from_other_octets_however_it_comes_in_pieces(
            content in prop_oneof![prop::collection::vec(any::<u8>(), 1..40), ".{1,20}".prop_map(String::into_bytes)],
            piece in 1_usize..9,
        ) {
            let is_text = std::str::from_utf8(&content).is_ok() && !content.contains(&0);
            prop_assert_eq!(evidence(&content, piece).text.is_text(), is_text);
        }

        #[test]
        fn no_octets_make_it_panic(
            start in prop_oneof![Just(&b""[..]), Just(ZIP_START), Just(&b"PK\x05\x06"[..]), Just(&b"\0\0\0\x18ftyp"[..])],
            rest in prop::collection::vec(any::<u8>(), 0..200),
            end in prop_oneof![Just(&b""[..]), Just(&b"PK\x05\x06"[..])],
            after in prop::collection::vec(any::<u8>(), 0..24),
        ) {
            evidence(&[start, &rest, end, &after].concat(), 16).found();
        }
    }
}
