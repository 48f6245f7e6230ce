//! A report as one page of HTML for each language.
//!
//! Invariants: every text of the content is escaped; there is no script, and nothing is loaded from elsewhere; headings go
//! down by one, tables have captions and headed rows and columns.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    DocumentFacts, chapters_html,
    charts::chart,
    made_of::MadeOf,
    meaning::meaning,
    numbers, section_number, table_number,
    words::{EXERCISE, words},
};
use crate::domain::{
    chapters::Chapter,
    content::{Content, Figure, Language, Section, Table},
};

pub(super) const STYLE: &str = include_str!("report.css");

/// The heading of each printed page of a drill, for browsers that print such.
const EXERCISE_STYLE: &str = "@page { @top-center { content: \"EXERCISE / 演练\"; font-weight: bold; } }";

/// Says to the browser what holds anyway.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The page.
pub(super) fn page(
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
    language: Language,
) -> String {
    let words = words(language);
    let title = content.title.in_language(language);
    let sections = || content.sections.iter().enumerate();
    let chapters = || (content.sections.len()..).zip(chapters);
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="dcterms.date" content=(facts.date);
                title { @if facts.exercise { (EXERCISE) " · " } (title) }
                style {
                    (PreEscaped(STYLE))
                    @if facts.exercise { (PreEscaped(EXERCISE_STYLE)) }
                }
            }
            body {
                header {
                    @if facts.exercise {
                        p.exercise { strong { (EXERCISE) } " " (words.exercise) }
                    }
                    h1 { (title) }
                    dl {
                        @for (name, text) in &content.facts {
                            div { dt { (name.in_language(language)) } dd { (text.in_language(language)) } }
                        }
                    }
                    p.small { (words.interval) }
                }
                nav aria-label=(words.contents) {
                    ol {
                        @for (index, section) in sections() {
                            li { a href=(format!("#section-{}", section_number(index))) { (section.title.in_language(language)) } }
                        }
                        @for (index, chapter) in chapters() {
                            li { a href=(format!("#section-{}", section_number(index))) { (chapter.title.in_language(language)) } }
                        }
                        li { a href="#made-of" { (words.made_of) } }
                    }
                }
                main {
                    @for (index, section) in sections() { (section_of(index, section, language)) }
                    @for (index, chapter) in chapters() { (chapters_html::chapter(index, chapter, language)) }
                    (made_of(&facts.made_of, language))
                }
            }
        }
    };
    page.into_string() + "\n"
}

/// What it was made of, at the end.
fn made_of(made_of: &MadeOf, language: Language) -> Markup {
    html! {
        section.made-of aria-labelledby="made-of" {
            h2 id="made-of" { (words(language).made_of) }
            dl {
                @for (name, told) in made_of.lines() {
                    div { dt { (name.in_language(language)) } dd { (told.in_language(language)) } }
                }
            }
        }
    }
}

fn section_of(index: usize, section: &Section, language: Language) -> Markup {
    let number = section_number(index);
    let id = format!("section-{number}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (number) " " (section.title.in_language(language)) }
            @if !section.figures.is_empty() { (figures(section, language)) }
            @for (at, table) in section.tables.iter().enumerate() {
                (table_of(table, &table_number(index, at), language))
            }
        }
    }
}

fn figures(section: &Section, language: Language) -> Markup {
    let words = words(language);
    html! {
        div.scroll tabindex="0" role="group" aria-label=(words.figures) {
            table.figures {
                caption { (words.figures) }
                thead {
                    tr {
                        th scope="col" { (words.figure) }
                        th.number scope="col" { (words.value) }
                        th.number scope="col" { (words.cases) }
                    }
                }
                tbody { @for figure in &section.figures { (figure_of(figure, language)) } }
            }
        }
    }
}

fn figure_of(figure: &Figure, language: Language) -> Markup {
    html! {
        tr {
            th scope="row" {
                (figure.title.in_language(language))
                span.small { (figure.definition.in_language(language)) }
            }
            td.number { (numbers::for_people(figure.value, language)) }
            td.number { (numbers::cases(figure.cases, language)) }
        }
    }
}

pub(super) fn table_of(table: &Table, number: &str, language: Language) -> Markup {
    let words = words(language);
    html! {
        div.table {
            div.scroll tabindex="0" role="group" aria-label=(table.title.in_language(language)) {
                table {
                    caption {
                        (number) " " (table.title.in_language(language))
                        span.small { (meaning(table, language)) }
                    }
                    thead {
                        tr {
                            th scope="col" { (words.row) }
                            @for column in &table.columns { th.number scope="col" { (column.in_language(language)) } }
                        }
                    }
                    tbody {
                        @for row in &table.rows {
                            tr {
                                th scope="row" { (heading(row.title.in_language(language))) }
                                @for value in &row.values { td.number { (numbers::for_people(*value, language)) } }
                            }
                        }
                        @if table.rows.is_empty() {
                            tr { td colspan=(table.columns.len() + 1) { (words.no_cases) } }
                        }
                    }
                }
            }
            @if let Some(chart) = chart(table, number, language) {
                (chart.svg)
                @if let Some(left_out) = chart.left_out { p.small { (left_out) } }
            }
        }
    }
}

/// The heading of a row, which is never empty.
fn heading(title: &str) -> &str {
    if title.trim().is_empty() { "–" } else { title }
}
