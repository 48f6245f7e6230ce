//! Reads the public labelled pairs: `left TAB right TAB label`, each side `COL title VAL … COL price VAL …`
//! [the serialisation of Ditto, Li and others 2020].

use std::{fs::File, io::Read, path::Path};

use flate2::read::GzDecoder;
use seamless_matching::{LabelledPair, Product};

use crate::Failure;

/// The pairs of a file.
///
/// # Errors
/// If the file cannot be read, or a line is no pair.
pub fn read(path: &Path) -> Result<Vec<LabelledPair>, Failure> {
    let mut text = Vec::new();
    GzDecoder::new(File::open(path)?).read_to_end(&mut text)?;
    // A few titles were cut within a character.
    let text = String::from_utf8_lossy(&text);
    text.lines().enumerate().map(|(at, line)| pair(line, at + 1, path)).collect()
}

fn pair(line: &str, number: usize, path: &Path) -> Result<LabelledPair, Failure> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [left, right, label @ ("0" | "1")] = fields[..] else {
        let got = fields.len();
        return Err(format!(
            "{}:{number}: expected two records and a label 0 or 1, got {got} fields",
            path.display()
        )
        .into());
    };
    Ok(LabelledPair { left: product(left), right: product(right), same: label == "1" })
}

fn product(record: &str) -> Product {
    let mut product = Product::default();
    for field in record.split("COL ").skip(1) {
        let Some((name, value)) = field.split_once(" VAL ") else { continue };
        let value = cleaned(value);
        if value.is_empty() {
            continue;
        }
        match name.trim() {
            "title" | "name" => product.names.push(value),
            "manufacturer" | "brand" => product.brand = value,
            "modelno" => product.models.push(value),
            "description" => product.description = value,
            "price" => product.price = value.parse().ok(),
            _ => {}
        }
    }
    product
}

/// Without the quotes and language tags that the Web Data Commons left around titles: `"Watch"@en "Shop"@en-GB`.
fn cleaned(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value.trim();
    while let Some(at) = rest.find("\"@") {
        out.push_str(&rest[..at]);
        out.push(' ');
        let tag = rest[at + 2..]
            .find(|c: char| !(c.is_ascii_alphabetic() || c == '-'))
            .map_or(rest.len(), |end| at + 2 + end);
        rest = &rest[tag..];
    }
    out.push_str(rest);
    let unquoted = out.replace("\" \"", " ").replace(" \"", " ").replace("\"Null\"", " ");
    unquoted.trim().trim_matches('"').trim().to_owned()
}
