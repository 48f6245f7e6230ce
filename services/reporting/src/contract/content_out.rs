//! What a report says, in the form of the contract.

use jiff::Timestamp;
use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::{
    reporting::v1 as wire,
    r#type::v1::{LanguageVersion, LocalizedText, TranslationState},
};

use crate::domain::content::{
    Content, Figure, Measured, Row, Section, Table, Text, Value, WITHHELD_CASES, Word,
};

/// The content, as it is kept and given.
#[must_use]
pub fn content_out(content: &Content, cut: Timestamp) -> wire::ReportContent {
    wire::ReportContent {
        title: text_out(&content.title),
        cut_time: Some(timestamp_out(cut)),
        sections: content.sections.iter().map(section_out).collect(),
    }
}

fn section_out(section: &Section) -> wire::Section {
    wire::Section {
        id: section.id.to_owned(),
        title: text_out(&section.title),
        figures: section.figures.iter().map(figure_out).collect(),
        tables: section.tables.iter().map(table_out).collect(),
    }
}

fn figure_out(figure: &Figure) -> wire::Figure {
    wire::Figure {
        id: figure.id.to_owned(),
        title: text_out(&figure.title),
        definition: text_out(&figure.definition),
        value: Some(value_out(figure.value)),
        cases: cases_out(figure.cases),
    }
}

fn table_out(table: &Table) -> wire::Table {
    wire::Table {
        id: table.id.to_owned(),
        title: text_out(&table.title),
        definition: text_out(&table.definition),
        columns: table.columns.iter().filter_map(text_out).collect(),
        rows: table.rows.iter().map(row_out).collect(),
        cases: cases_out(table.cases),
        overlapping: table.overlapping,
    }
}

fn row_out(row: &Row) -> wire::Row {
    wire::Row {
        id: row.id.clone(),
        title: text_out(&row.title),
        values: row.values.iter().map(|value| value_out(*value)).collect(),
    }
}

/// A value.
pub(super) fn value_out(value: Value) -> wire::Value {
    use wire::{MissingValue, value::Value as Kind};
    let (value, missing) = match value {
        Value::Count(count) => (Some(Kind::Count(count_out(count))), MissingValue::Unspecified),
        Value::Share(Measured { value, lower, upper }) => {
            let rounded = |value| rounded(value, 1_000_000.0);
            let share =
                wire::Share { value: rounded(value), lower: lower.map(rounded), upper: upper.map(rounded) };
            (Some(Kind::Share(share)), MissingValue::Unspecified)
        }
        Value::Days(Measured { value, lower, upper }) => {
            let rounded = |value| rounded(value, 1_000.0);
            let days =
                wire::Days { value: rounded(value), lower: lower.map(rounded), upper: upper.map(rounded) };
            (Some(Kind::Days(days)), MissingValue::Unspecified)
        }
        Value::Number(Measured { value, .. }) if !value.is_finite() => (None, MissingValue::NoCases),
        Value::Number(Measured { value, lower, upper }) => {
            let rounded = |value| rounded(value, 1_000_000.0);
            let finite = |bound: Option<f64>| bound.filter(|bound| bound.is_finite());
            let (lower, upper) = (finite(lower).map(rounded), finite(upper).map(rounded));
            let number = wire::Number { value: rounded(value), lower, upper };
            (Some(Kind::Number(number)), MissingValue::Unspecified)
        }
        Value::Word(Word { id, english, chinese }) => {
            let word = wire::Word { id: id.to_owned(), text: text_out(&Text::of(english, chinese)) };
            (Some(Kind::Word(word)), MissingValue::Unspecified)
        }
        Value::NoCases => (None, MissingValue::NoCases),
        Value::FewerThanHalf => (None, MissingValue::FewerThanHalf),
        Value::NotYetKnown => (None, MissingValue::NotObservedSoLong),
        Value::Withheld => (None, MissingValue::Withheld),
    };
    wire::Value { value, missing: missing.into() }
}

/// Rounded to a fraction, half away from zero.
fn rounded(value: f64, fraction: f64) -> f64 {
    (value * fraction).round() / fraction
}

/// A text in both languages.
pub(super) fn text_out(text: &Text) -> Option<LocalizedText> {
    let version = |language_code: &str, text: &str, state: TranslationState| LanguageVersion {
        language_code: language_code.to_owned(),
        text: text.to_owned(),
        state: state.into(),
    };
    Some(LocalizedText {
        versions: vec![
            version("en", &text.english, TranslationState::Original),
            version("zh-Hans", &text.chinese, TranslationState::Translated),
        ],
    })
}

/// A number of cases; -1 where it is withheld.
pub(super) fn cases_out(cases: u64) -> i64 {
    if cases == WITHHELD_CASES { -1 } else { count_out(cases) }
}

/// A count.
pub(super) fn count_out(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
