//! A report as PDF: `report.typ` sets it, from values that are text by now.

use seamless_typeset::{self as typeset, Document, Made, Missing, Template, TypesetError, Typesetter};
use serde::Serialize;

use super::{
    DocumentFacts,
    charts::chart,
    meaning::meaning,
    numbers, table_number,
    words::{EXERCISE, Words, words},
};
use crate::domain::{
    chapters::{Chapter, Wording},
    content::{Content, Language, Section, Table},
};

/// The form of a report.
const TEMPLATE: Template = Template { name: "report", source: include_str!("report.typ") };

/// What the template finds.
#[derive(Serialize)]
struct Values<'a> {
    words: &'static Words,
    /// Empty where it is of no drill.
    exercise: &'static str,
    title: &'a str,
    facts: Vec<[&'a str; 2]>,
    sections: Vec<SectionValues<'a>>,
    chapters: Vec<ChapterValues<'a>>,
    /// Name and text of each line of what it was made of.
    made_of: Vec<[String; 2]>,
}

#[derive(Serialize)]
struct ChapterValues<'a> {
    title: &'a str,
    entries: Vec<EntryValues<'a>>,
}

#[derive(Serialize)]
struct EntryValues<'a> {
    title: WordingValues<'a>,
    lines: Vec<LineValues<'a>>,
}

#[derive(Serialize)]
struct LineValues<'a> {
    name: &'a str,
    told: WordingValues<'a>,
}

#[derive(Serialize)]
struct WordingValues<'a> {
    /// Empty where there is none.
    mark: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct SectionValues<'a> {
    title: &'a str,
    figures: Vec<FigureValues<'a>>,
    tables: Vec<TableValues<'a>>,
}

#[derive(Serialize)]
struct FigureValues<'a> {
    title: &'a str,
    definition: &'a str,
    value: String,
    cases: String,
}

#[derive(Serialize)]
struct TableValues<'a> {
    title: &'a str,
    meaning: String,
    columns: Vec<&'a str>,
    rows: Vec<RowValues<'a>>,
    /// An SVG; empty where there is none.
    chart: String,
    /// What the chart shows, for who does not see it.
    chart_text: String,
    /// What the chart leaves out; mostly empty.
    left_out: String,
}

#[derive(Serialize)]
struct RowValues<'a> {
    title: &'a str,
    values: Vec<String>,
}

/// The report on paper in one language.
///
/// # Errors
/// Those of the typesetter.
pub async fn paper(
    typesetter: &Typesetter,
    content: &Content,
    facts: &DocumentFacts,
    language: Language,
) -> Result<Made, TypesetError> {
    paper_with(typesetter, content, &[], facts, language).await
}

/// The same with the texts of chapters behind it.
///
/// # Errors
/// Those of the typesetter.
pub async fn paper_with(
    typesetter: &Typesetter,
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
    language: Language,
) -> Result<Made, TypesetError> {
    let (pairs, made_of) = (content.facts.iter(), facts.made_of.lines());
    let values = Values {
        words: words(language),
        exercise: if facts.exercise { EXERCISE } else { "" },
        title: content.title.in_language(language),
        facts: pairs.map(|(name, text)| [name.in_language(language), text.in_language(language)]).collect(),
        sections: content
            .sections
            .iter()
            .enumerate()
            .map(|(index, section)| section_values(index, section, language))
            .collect(),
        chapters: chapters.iter().map(|chapter| chapter_values(chapter, language)).collect(),
        made_of: made_of
            .iter()
            .map(|(name, told)| [name.in_language(language).to_owned(), told.in_language(language)])
            .collect(),
    };
    let set_in = match language {
        Language::English => typeset::Language::En,
        Language::Chinese => typeset::Language::Zh,
    };
    let missing = Missing::ShowCodePoint;
    typesetter.set(Document { template: TEMPLATE, values, date: facts.date, language: set_in, missing }).await
}

fn chapter_values(chapter: &Chapter, language: Language) -> ChapterValues<'_> {
    let entries = chapter.entries.iter().map(|entry| EntryValues {
        title: wording_values(entry.title.in_language(language), language),
        lines: entry
            .lines
            .iter()
            .map(|line| LineValues {
                name: line.name.in_language(language),
                told: wording_values(line.passage.in_language(language), language),
            })
            .collect(),
    });
    ChapterValues { title: chapter.title.in_language(language), entries: entries.collect() }
}

fn wording_values(told: &Wording, language: Language) -> WordingValues<'_> {
    WordingValues { mark: told.worth.mark(language).unwrap_or_default(), text: &told.text }
}

fn section_values(index: usize, section: &Section, language: Language) -> SectionValues<'_> {
    let figures = section.figures.iter().map(|figure| FigureValues {
        title: figure.title.in_language(language),
        definition: figure.definition.in_language(language),
        value: numbers::for_people(figure.value, language),
        cases: numbers::cases(figure.cases, language),
    });
    let tables = section.tables.iter().enumerate();
    let tables = tables.map(|(at, table)| table_values(table, &table_number(index, at), language));
    SectionValues {
        title: section.title.in_language(language),
        figures: figures.collect(),
        tables: tables.collect(),
    }
}

fn table_values<'a>(table: &'a Table, number: &str, language: Language) -> TableValues<'a> {
    let rows = table.rows.iter().map(|row| RowValues {
        title: row.title.in_language(language),
        values: (0..table.columns.len())
            .map(|index| row.values.get(index))
            .map(|value| value.map(|value| numbers::for_people(*value, language)).unwrap_or_default())
            .collect(),
    });
    let drawn = chart(table, number, language);
    let (chart, chart_text, left_out) = match drawn {
        Some(drawn) => (
            drawn.svg.into_string(),
            format!("{}. {}", drawn.title, drawn.description),
            drawn.left_out.unwrap_or_default(),
        ),
        None => Default::default(),
    };
    TableValues {
        title: table.title.in_language(language),
        meaning: meaning(table, language),
        columns: table.columns.iter().map(|column| column.in_language(language)).collect(),
        rows: rows.collect(),
        chart,
        chart_text,
        left_out,
    }
}
