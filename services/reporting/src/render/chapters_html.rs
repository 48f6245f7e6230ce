//! Entries of texts within a page.

use maud::{Markup, html};

use super::section_number;
use crate::domain::{
    chapters::{Chapter, Entry, Line, Wording},
    content::Language,
};

/// A chapter: a heading, and an article for each entry.
pub(super) fn chapter(index: usize, chapter: &Chapter, language: Language) -> Markup {
    let number = section_number(index);
    let id = format!("section-{number}");
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (number) " " (chapter.title.in_language(language)) }
            @for entry in &chapter.entries { (article(entry, language)) }
        }
    }
}

fn article(entry: &Entry, language: Language) -> Markup {
    html! {
        article.entry {
            h3 { (wording(entry.title.in_language(language), language)) }
            dl { @for line in &entry.lines { (line_of(line, language)) } }
        }
    }
}

fn line_of(line: &Line, language: Language) -> Markup {
    let told = line.passage.in_language(language);
    html! {
        div {
            dt { (line.name.in_language(language)) }
            dd {
                @if told.text.starts_with("https://") || told.text.starts_with("http://") {
                    a href=(told.text) rel="noreferrer" { (told.text) }
                } @else {
                    (wording(told, language))
                }
            }
        }
    }
}

/// The text, with a mark before it where it is not what it should be.
fn wording(told: &Wording, language: Language) -> Markup {
    html! {
        @if let Some(mark) = told.worth.mark(language) { strong.mark { (mark) } " " }
        @if told.language == language.tag() { (told.text) } @else { span lang=(told.language) { (told.text) } }
    }
}
