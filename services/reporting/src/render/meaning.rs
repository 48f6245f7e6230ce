//! What a table means.

use super::numbers::cases;
use crate::domain::content::{Language, Table};

/// What a table means, over how many cases it is, and whether one may stand in several rows.
pub(super) fn meaning(table: &Table, language: Language) -> String {
    let (definition, cases) = (table.definition.in_language(language), cases(table.cases, language));
    match (language, table.overlapping) {
        (Language::English, false) => format!("{definition} Cases: {cases}."),
        (Language::English, true) => {
            format!("{definition} Cases: {cases}. A case may stand in several rows.")
        }
        (Language::Chinese, false) => format!("{definition}案例数：{cases}。"),
        (Language::Chinese, true) => format!("{definition}案例数：{cases}。同一案例可计入多行。"),
    }
}
