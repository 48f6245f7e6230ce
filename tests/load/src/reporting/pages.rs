//! A PDF of forty pages.

use std::time::Instant;

use seamless_reporting::{
    domain::content::{Content, Figure, Language, Row, Section, Table, Text, Value},
    render::{DocumentFacts, MadeOf, paper},
};
use seamless_typeset::Typesetter;

use crate::{
    Failure, memory,
    outcome::{Goal, Outcome},
};

/// Tables, and rows of each: forty pages.
const TABLES: usize = 20;
const ROWS: usize = 55;

/// Sets it once cold and three times warm.
///
/// # Errors
/// If it is not set, or has other bytes.
pub(super) async fn measure() -> Result<(), Failure> {
    let typesetter = Typesetter::new();
    let facts = DocumentFacts {
        file_stem: "report".to_owned(),
        date: "2027-06-30".parse()?,
        exercise: false,
        made_of: MadeOf::default(),
    };
    let (begun, one) = (Instant::now(), content(1, 1));
    paper(&typesetter, &one, &facts, Language::English).await?;
    let smallest = begun.elapsed();
    let content = content(TABLES, ROWS);
    let mut times = Vec::new();
    let mut first: Option<(usize, Vec<u8>)> = None;
    for _ in 0..4 {
        let begun = Instant::now();
        let made = paper(&typesetter, &content, &facts, Language::English).await?;
        let made = (made.facts.pages, made.pdf);
        times.push(begun.elapsed().as_secs_f64());
        match &first {
            None => first = Some(made),
            Some(first) if *first != made => return Err("the same report has other bytes".into()),
            Some(_) => {}
        }
    }
    let (pages, bytes) = first.unwrap_or_default();
    let longest = times.iter().copied().fold(0.0, f64::max);
    let outcome = Outcome {
        measure: "reporting-pdf".to_owned(),
        value: longest,
        unit: "s",
        baseline: smallest.as_secs_f64(),
        goal: Goal::Below(3.0),
        note: "the longest of four times; baseline: a table with one row, the first PDF of the process"
            .to_owned(),
        facts: vec![
            ("pages", pages.into()),
            ("bytes", bytes.len().into()),
            ("times", times.into()),
            ("memory_peak_mib", (memory::own()?.peak / 1_024).into()),
        ],
    };
    outcome.print()
}

fn content(tables: usize, rows: usize) -> Content {
    let both = |text: &str| Text::of(text, format!("{text}（中文）"));
    let section = |number: usize| {
        let row = |row: usize| Row {
            id: row.to_string(),
            title: Text::of(format!("electrical appliances {row}"), format!("电器和电气设备 {row}")),
            values: vec![Value::Count(row as u64); 3],
        };
        Section {
            id: "section",
            title: both(&format!("Section {number}")),
            figures: vec![Figure {
                id: "figure",
                title: both("Alerts"),
                definition: both("Alerts that were sent within the period, by the time of sending"),
                value: Value::Count(12),
                cases: 12,
            }],
            tables: vec![Table {
                id: "table",
                title: both("By product category"),
                definition: both("As the newest version says"),
                columns: vec![both("sent"), both("received"), both("open")],
                rows: (0..rows).map(row).collect(),
                cases: 12,
                overlapping: false,
            }],
        }
    };
    Content { title: both("Report"), facts: Vec::new(), sections: (0..tables).map(section).collect() }
}
