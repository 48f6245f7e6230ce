//! Files as office programs and meeting platforms write them, byte by byte.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// UTF-16 with the low byte first.
#[must_use]
pub fn utf_16(text: &str, with_mark: bool) -> Vec<u8> {
    let mark = with_mark.then_some(0xfeff_u16);
    mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// A cell of a sheet.
#[derive(Clone, Debug)]
pub enum InSheet {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
}

impl From<&str> for InSheet {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A workbook (XLSX) of these sheets, of which each has its name.
///
/// # Panics
/// If a row has more than some hundred cells.
#[must_use]
pub fn workbook(sheets: &[(&str, Vec<Vec<InSheet>>)]) -> Vec<u8> {
    let mut parts = vec![];
    let (mut types, mut names, mut links) = (String::new(), String::new(), String::new());
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        types += &format!(
            r#"<Override PartName="/xl/worksheets/sheet{id}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        );
        names += &format!(r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#);
        links += &format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        );
        let mut data = String::new();
        for (row, cells) in rows.iter().enumerate() {
            data += &format!(r#"<row r="{}">"#, row + 1);
            for (column, cell) in cells.iter().enumerate() {
                let place =
                    format!("{}{}", char::from(b'A' + u8::try_from(column).expect("few columns")), row + 1);
                data += &match cell {
                    InSheet::Text(text) => {
                        format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
                    }
                    InSheet::Number(number) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
                };
            }
            data += "</row>";
        }
        parts.push((format!("xl/worksheets/sheet{id}.xml"), sheet(&data)));
    }
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    parts.push(("[Content_Types].xml".into(), format!(r#"{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#)));
    parts.push(("_rels/.rels".into(), format!(r#"{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#)));
    parts.push(("xl/workbook.xml".into(), format!(r#"{head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{names}</sheets></workbook>"#)));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!(r#"{head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#)));
    packed(&parts)
}

fn sheet(data: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#
    )
}

/// The parts, by their names, in one ZIP archive.
///
/// # Panics
/// If the archive cannot be written.
#[must_use]
pub fn packed(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part begins");
        archive.write_all(text.as_bytes()).expect("a part is written");
    }
    archive.finish().expect("an archive ends").into_inner()
}
