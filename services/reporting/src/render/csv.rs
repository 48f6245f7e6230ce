//! Comma-separated values for machines, and for spreadsheets: a row for each line of the head, then one for each figure and each cell of a
//! table, in both languages, with what it means.
//!
//! Invariants: UTF-8 with byte order mark, lines end with CR LF (RFC 4180); no cell is a formula: a text that a spreadsheet could
//! take for one gets an apostrophe before it; numbers are numbers, and empty where there is none; of a
//! word the value is its id, and it is said in both languages at the end.

use ::csv::{Terminator, Writer, WriterBuilder};

use super::{DocumentFacts, numbers};
use crate::domain::{
    chapters::{Chapter, Worth},
    content::{Content, Measured, Text, Value, WITHHELD_CASES, Word},
};

const COLUMNS: [&str; 16] = [
    "section",
    "item",
    "row",
    "column",
    "title_en",
    "title_zh",
    "value",
    "lower",
    "upper",
    "unit",
    "cases",
    "missing",
    "definition_en",
    "definition_zh",
    "text_en",
    "text_zh",
];

/// What a spreadsheet begins a formula with, or skips before one.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Where a value stands.
struct Place<'a> {
    section: &'a str,
    item: &'a str,
    row: &'a str,
    column: String,
    title: Text,
    /// What it means; of a text what it is.
    definition: Text,
}

/// The file.
pub(super) fn lines(
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS)?;
    if facts.exercise {
        let title = Text::of("EXERCISE", "演练");
        let definition = Text::same("");
        let place =
            Place { section: "exercise", item: "", row: "", column: String::new(), title, definition };
        line(&mut writer, &place, Cells::default())?;
    }
    about(&mut writer, content)?;
    for section in &content.sections {
        for figure in &section.figures {
            let place = Place {
                section: section.id,
                item: figure.id,
                row: "",
                column: String::new(),
                title: figure.title.clone(),
                definition: figure.definition.clone(),
            };
            line(&mut writer, &place, cells(figure.value, figure.cases))?;
        }
        for table in &section.tables {
            for row in &table.rows {
                for (index, value) in row.values.iter().enumerate() {
                    let title = match table.columns.get(index) {
                        Some(column) => Text::of(
                            format!("{}: {}", row.title.english, column.english),
                            format!("{}：{}", row.title.chinese, column.chinese),
                        ),
                        None => row.title.clone(),
                    };
                    let place = Place {
                        section: section.id,
                        item: table.id,
                        row: &row.id,
                        column: (index + 1).to_string(),
                        title,
                        definition: table.definition.clone(),
                    };
                    line(&mut writer, &place, cells(*value, table.cases))?;
                }
            }
        }
    }
    for chapter in chapters {
        texts(&mut writer, chapter)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// What it is about: a row for its title, and for owner, partner, period, zone, cut and whatever else stands at its head; the text as title,
/// and what it is as definition.
fn about(writer: &mut Writer<Vec<u8>>, content: &Content) -> Result<(), ::csv::Error> {
    let title = Text::of("Title", "标题");
    let facts = content.facts.iter().map(|(name, text)| (name, text));
    for (name, text) in std::iter::once((&title, &content.title)).chain(facts) {
        let item = identifier(&name.english);
        let place = Place {
            section: "about",
            item: &item,
            row: "",
            column: String::new(),
            title: text.clone(),
            definition: name.clone(),
        };
        line(writer, &place, Cells::default())?;
    }
    Ok(())
}

/// The name of a fact as machines find it, without what stands in parentheses: `counted_as_known_at`.
fn identifier(name: &str) -> String {
    let name = name.split(" (").next().unwrap_or_default();
    let part = |part: &str| part.to_lowercase();
    name.split(|one: char| !one.is_alphanumeric())
        .filter(|one| !one.is_empty())
        .map(part)
        .collect::<Vec<_>>()
        .join("_")
}

/// A row for each text of the entries: both languages, and in the last column in which one it is missing or of an earlier text.
fn texts(writer: &mut Writer<Vec<u8>>, chapter: &Chapter) -> Result<(), ::csv::Error> {
    for entry in &chapter.entries {
        let lines = entry.lines.iter().map(|line| (line.id, &line.passage, &line.name));
        let title = Text::of("Title", "标题");
        for (row, passage, definition) in std::iter::once(("title", &entry.title, &title)).chain(lines) {
            let title = Text::of(passage.english.text.as_str(), passage.chinese.text.as_str());
            let (section, item) = (chapter.id.as_str(), entry.id.as_str());
            let place =
                Place { section, item, row, column: String::new(), title, definition: definition.clone() };
            let lacks = [("en", passage.english.worth), ("zh", passage.chinese.worth)];
            let lacks = lacks.iter().filter_map(|(language, worth)| match worth {
                Worth::Good => None,
                Worth::Stale => Some(format!("stale_{language}")),
                Worth::Missing => Some(format!("missing_{language}")),
            });
            let missing = lacks.collect::<Vec<_>>().join(" ");
            line(writer, &place, Cells { missing, ..Cells::default() })?;
        }
    }
    Ok(())
}

/// What a row says of a value.
#[derive(Default)]
struct Cells {
    value: String,
    lower: String,
    upper: String,
    unit: &'static str,
    cases: String,
    missing: String,
    /// Of a word: what it says in English and Chinese.
    word: [&'static str; 2],
}

fn line(writer: &mut Writer<Vec<u8>>, place: &Place<'_>, cells: Cells) -> Result<(), ::csv::Error> {
    let Place { section, item, row, column, title, definition } = place;
    let texts = [section, item, row, column.as_str(), &title.english, &title.chinese].map(guarded);
    let definition = [&definition.english, &definition.chinese].map(|text| guarded(text));
    let Cells { value, lower, upper, unit, cases, missing, word } = cells;
    let cells = [value, lower, upper, unit.to_owned(), cases, missing];
    let word = word.map(guarded);
    writer.write_record(texts.iter().chain(&cells).chain(&definition).chain(&word))
}

/// Those of a value that rests on so many cases.
fn cells(value: Value, cases: u64) -> Cells {
    let cases = if cases == WITHHELD_CASES { String::new() } else { cases.to_string() };
    let bound = |bound: Option<f64>| bound.map(numbers::for_machines).unwrap_or_default();
    let measured = |one: Measured, unit: &'static str| Cells {
        value: numbers::for_machines(one.value),
        lower: bound(one.lower),
        upper: bound(one.upper),
        unit,
        ..Cells::default()
    };
    let missing = |why: &str| Cells { missing: why.to_owned(), ..Cells::default() };
    let said = match numbers::sound(value) {
        Value::Count(count) => Cells { value: count.to_string(), unit: "count", ..Cells::default() },
        Value::Share(share) => measured(share, "share"),
        Value::Days(days) => measured(days, "days"),
        Value::Number(one) => measured(one, "number"),
        Value::Word(Word { id, english, chinese }) => {
            Cells { value: id.to_owned(), unit: "word", word: [english, chinese], ..Cells::default() }
        }
        Value::NoCases => missing("no_cases"),
        Value::FewerThanHalf => missing("fewer_than_half"),
        Value::NotYetKnown => missing("not_observed_so_long"),
        Value::Withheld => missing("withheld"),
    };
    Cells { cases, ..said }
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}
