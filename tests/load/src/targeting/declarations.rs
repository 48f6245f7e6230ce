//! Reads the public import declarations [Customs Import Declaration Datasets, arXiv 2208.02484]: 22 fields a line,
//! synthetic.

use std::{fs::File, io::Read, path::Path};

use flate2::read::GzDecoder;
use seamless_risk::Item;

use crate::Failure;

/// The fields between the declaration's number and date and its two labels, as the layout calls them.
const WORDS: [(usize, &str); 14] = [
    (2, "office"),
    (4, "import_type"),
    (5, "import_use"),
    (6, "payment"),
    (7, "transport"),
    (8, "declarant"),
    (9, "importer"),
    (10, "seller"),
    (11, "courier"),
    (12, "hs"),
    (13, "departure"),
    (14, "origin"),
    (16, "tax_regime"),
    (17, "origin_mark"),
];
const TAX_RATE: usize = 15;
const AMOUNTS: [(usize, &str); 2] = [(18, "mass"), (19, "price")];
/// The fields that say which goods these are: lines that share them are copies of each other, whoever trades.
const GOODS: [usize; 5] = [12, 13, 14, TAX_RATE, 16];
const FIELDS: usize = 22;

/// What of a declaration a model is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All of it.
    Full,
    /// Without mass and price, by which copies are known.
    WithoutAmounts,
}

/// One declared item.
pub struct Declaration {
    /// Days since 1 March of year 0.
    pub day: i64,
    pub is_fraud: bool,
    /// Fraud that may threaten the public safety.
    pub is_critical: bool,
    item: [Item; 2],
    combination: [String; 2],
}

impl Declaration {
    pub fn item(&self, view: View) -> &Item {
        &self.item[view as usize]
    }

    /// What is the same in all copies of the item, as far as the view goes.
    pub fn combination(&self, view: View) -> &str {
        &self.combination[view as usize]
    }
}

/// The declarations of a file, in its order, which is that of their dates.
///
/// # Errors
/// If the file cannot be read, or a line is no declaration.
pub fn read(path: &Path) -> Result<Vec<Declaration>, Failure> {
    let mut text = String::new();
    GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    let numbered = text.lines().enumerate().skip(1);
    numbered
        .map(|(at, line)| {
            declaration(line).ok_or_else(|| {
                let number = at + 1;
                format!("{}:{number}: expected a declaration of {FIELDS} fields", path.display()).into()
            })
        })
        .collect()
}

fn declaration(line: &str) -> Option<Declaration> {
    let fields: Vec<&str> = line.split(',').collect();
    if fields.len() != FIELDS {
        return None;
    }
    let mut blind = WORDS.iter().fold(Item::new(), |item, (at, name)| item.word(*name, fields[*at]));
    blind = blind.number("tax_rate", fields[TAX_RATE].parse().ok()?);
    let mut full = blind.clone();
    for (at, name) in AMOUNTS {
        full = full.number(name, fields[at].parse().ok()?);
    }
    let goods = GOODS.map(|at| fields[at]).join(",");
    let copies = AMOUNTS.iter().fold(goods.clone(), |goods, (at, _)| format!("{goods},{}", fields[*at]));
    Some(Declaration {
        day: day(fields[1])?,
        is_fraud: fields[20] == "1",
        is_critical: fields[21] == "2",
        item: [full, blind],
        combination: [copies, goods],
    })
}

/// The number of a day `2020-01-31`, counted in years that begin in March, so that leap days come last.
fn day(date: &str) -> Option<i64> {
    let numbers: Vec<i64> = date.split('-').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [year, month, day] = numbers[..] else { return None };
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    Some(year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day - 1)
}
