//! The directory at the end of a ZIP archive [APPNOTE 4.3.12, 4.3.16], and what its names say about the archive.
//!
//! Office documents are archives; their first octets say no more than that. Invariant: an archive without a whole
//! directory is of no known type, so a truncated document is not accepted.

use crate::recognise::UNKNOWN;

const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;

/// The main part of an office document, its media type, and that of such a document with macros.
const OFFICE: [(&str, &str, &str); 3] = [
    (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroEnabled.12",
    ),
    (
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
    ),
    (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    ),
];

/// The media type of an archive, given its first octets and its last, among which its directory must be.
pub(crate) fn zip_type(head: &[u8], tail: &[u8]) -> &'static str {
    let Some(names) = names(tail) else { return UNKNOWN };
    let has = |name: &str| names.iter().any(|other| other.eq_ignore_ascii_case(name.as_bytes()));
    if has("[Content_Types].xml") {
        let has_macros = names.iter().any(|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin"));
        let office = OFFICE.iter().find(|(main_part, _, _)| has(main_part));
        if let Some((_, plain, with_macros)) = office {
            return if has_macros { with_macros } else { plain };
        }
    }
    // Programs and books are archives as well.
    infer::get(head).map_or("application/zip", |found| found.mime_type())
}

/// The names in the directory; none if it is not whole in `tail`.
fn names(tail: &[u8]) -> Option<Vec<&[u8]>> {
    let end = tail.windows(END.len()).rposition(|window| window == END)?;
    let record = tail.get(end..end + END_BYTES)?;
    let count = number(record, 10, 2)?;
    let start = end.checked_sub(number(record, 12, 4)?)?;
    let mut rest = &tail[start..end];
    let mut names = Vec::new();
    for _ in 0..count {
        let entry = rest.get(..ENTRY_BYTES).filter(|entry| entry.starts_with(ENTRY))?;
        let [name, extra, comment] = [number(entry, 28, 2)?, number(entry, 30, 2)?, number(entry, 32, 2)?];
        names.push(rest.get(ENTRY_BYTES..ENTRY_BYTES + name)?);
        rest = rest.get(ENTRY_BYTES + name + extra + comment..)?;
    }
    Some(names)
}

/// The number in `length` octets from `at` on, the lowest first.
fn number(octets: &[u8], at: usize, length: usize) -> Option<usize> {
    let octets = octets.get(at..at + length)?;
    Some(octets.iter().rev().fold(0, |number, &octet| number << 8 | usize::from(octet)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An archive of these files, each with some binary octets in it.
    pub(crate) fn archive(names: &[&str]) -> Vec<u8> {
        archive_of(&names.iter().map(|name| (*name, &b"\0\xff\0"[..])).collect::<Vec<_>>())
    }

    pub(crate) fn archive_of_open_document(media_type: &str) -> Vec<u8> {
        archive_of(&[("mimetype", media_type.as_bytes()), ("content.xml", b"\0\xff\0")])
    }

    fn archive_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut archive, mut directory) = (Vec::new(), Vec::new());
        for (name, content) in files {
            let length = |text: &[u8]| u16::try_from(text.len()).unwrap().to_le_bytes();
            let size = u32::try_from(content.len()).unwrap().to_le_bytes();
            let offset = u32::try_from(archive.len()).unwrap().to_le_bytes();
            archive.extend(
                [
                    b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0",
                    &size[..],
                    &size,
                    &length(name.as_bytes()),
                    b"\0\0",
                ]
                .concat(),
            );
            archive.extend([name.as_bytes(), content].concat());
            directory.extend([ENTRY, b"\x14\0\x14\0\0\0\0\0\0\0\0\0\0\0\0\0", &size, &size].concat());
            directory.extend([&length(name.as_bytes())[..], &[0; 12], &offset, name.as_bytes()].concat());
        }
        let count = u16::try_from(files.len()).unwrap().to_le_bytes();
        let start = u32::try_from(archive.len()).unwrap().to_le_bytes();
        let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
        archive.extend(directory);
        archive.extend([END, b"\0\0\0\0", &count, &count, &size, &start, b"\0\0"].concat());
        archive
    }

    #[test]
    fn the_names_are_those_of_the_directory() {
        let archive = archive(&["a", "folder/文件"]);
        assert_eq!(names(&archive).unwrap(), [&b"a"[..], "folder/文件".as_bytes()]);
        let begun_too_late = &archive[archive.len() - 100..];
        assert_eq!(names(begun_too_late), None);
    }
}
