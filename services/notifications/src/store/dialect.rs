//! Everything in which the two databases differ: full-text search. Each has an index table `sight_text` with an entry for
//! each sight, fed with tokens that the domain made: on SQLite an FTS5 table without content of its own, on PostgreSQL a
//! table with a `tsvector`. Entries leave with their sight: by a trigger there, by a foreign key here.

use std::{fmt::Write, sync::Arc};

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, DeriveIden, Statement, Value,
    sea_query::{Condition, Expr, ExprTrait, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::entities::sight;
use crate::domain::search::{GAP, Pattern, SECTIONS, SearchText, Section, Sequence};

/// Entries of one insert: five parameters each.
const ENTRIES_A_STATEMENT: usize = 100;
/// PostgreSQL's last position within a text; what lies behind would count as there.
const LAST_POSITION: usize = 16_383;

#[derive(DeriveIden)]
enum SightText {
    Table,
    Viewer,
    Notification,
}

/// An entry of the index: viewer, notification, text.
pub type TextEntry = (String, Uuid, Arc<SearchText>);

/// Adds the entries of sights that were just inserted.
pub async fn insert_texts(connection: &impl ConnectionTrait, entries: &[TextEntry]) -> Result<(), DbErr> {
    let backend = connection.get_database_backend();
    for entries in entries.chunks(ENTRIES_A_STATEMENT) {
        let mut values: Vec<Value> = Vec::with_capacity(5 * entries.len());
        let mut rows = String::new();
        for (viewer, notification, text) in entries {
            let first = values.len() + 1;
            let comma = if rows.is_empty() { "" } else { ", " };
            values.push(viewer.clone().into());
            values.push((*notification).into());
            if backend == DbBackend::Postgres {
                let _ = write!(rows, "{comma}(${first}, ${}, ${}::tsvector)", first + 1, first + 2);
                values.push(vector(text).into());
            } else {
                let _ = write!(rows, "{comma}(?, ?, ?, ?, ?)");
                values.extend(text.sections.iter().map(|section| Value::from(section.clone())));
            }
        }
        let sql = match backend {
            DbBackend::Postgres => {
                format!("INSERT INTO sight_text (viewer, notification, words) VALUES {rows}")
            }
            _ => format!(
                "INSERT INTO sight_text (rowid, viewer, keys, names, rest) \
                 SELECT sight.id, replace(entry.column1, '-', '·'), entry.column3, entry.column4, entry.column5 \
                 FROM (VALUES {rows}) AS entry \
                 CROSS JOIN sight ON sight.viewer = entry.column1 AND sight.notification = entry.column2"
            ),
        };
        connection.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// The notifications of this viewer's sights whose entries have the pattern; the caller adds the conditions on `sight`.
pub fn matching(backend: DbBackend, viewer: &str, pattern: &Pattern) -> SelectStatement {
    let mut select = Query::select();
    select.column((sight::Entity, sight::Column::Notification)).from(SightText::Table);
    let id = |column| Expr::col((sight::Entity, column));
    if backend == DbBackend::Postgres {
        let same = id(sight::Column::Viewer)
            .equals((SightText::Table, SightText::Viewer))
            .and(id(sight::Column::Notification).equals((SightText::Table, SightText::Notification)));
        let has = Expr::cust_with_values("sight_text.words @@ $1::tsquery", [tsquery(pattern)]);
        let mine = Expr::col((SightText::Table, SightText::Viewer)).eq(viewer);
        select.inner_join(sight::Entity, same).and_where(mine).and_where(has);
    } else {
        // The order of a cross join stays: first what has the words, then its sights by their row. What joins the two is a
        // condition like others, since sea-query writes none with a cross join.
        let has = Expr::cust_with_values("sight_text MATCH ?", [match_of(viewer, pattern)]);
        select
            .join(JoinType::CrossJoin, sight::Entity, Condition::all())
            .and_where(Expr::cust("sight.id = sight_text.rowid"))
            .and_where(has);
    }
    select
}

/// The entry as a `tsvector` literal: each token with its positions, and the section as its weight.
fn vector(text: &SearchText) -> String {
    let mut literal = String::new();
    let mut position = 0;
    for (section, tokens) in SECTIONS.into_iter().zip(&text.sections) {
        for token in tokens.split(' ').filter(|token| !token.is_empty()) {
            position = Ord::min(position + 1, LAST_POSITION);
            if token != GAP {
                // Tokens are letters and digits: nothing in them needs to be quoted.
                let _ = write!(literal, "'{token}':{position}{} ", weight(section));
            }
        }
        position += 1;
    }
    literal
}

fn weight(section: Section) -> &'static str {
    match section {
        Section::Keys => "A",
        Section::Names => "B",
        Section::Rest => "D",
    }
}

fn tsquery(pattern: &Pattern) -> String {
    let alternative = |sequence: &Sequence| {
        let last = sequence.tokens.len().saturating_sub(1);
        let token = |(index, token): (usize, &String)| {
            let open = if sequence.is_open && index == last { "*" } else { "" };
            match pattern.section.map_or("", weight) {
                "" if open.is_empty() => format!("'{token}'"),
                weight => format!("'{token}':{open}{weight}"),
            }
        };
        let tokens: Vec<String> = sequence.tokens.iter().enumerate().map(token).collect();
        format!("({})", tokens.join(" <-> "))
    };
    pattern.alternatives.iter().map(alternative).collect::<Vec<_>>().join(" | ")
}

fn match_of(viewer: &str, pattern: &Pattern) -> String {
    let alternative = |sequence: &Sequence| {
        let open = if sequence.is_open { " *" } else { "" };
        format!("\"{}\"{open}", sequence.tokens.join(" "))
    };
    let column = match pattern.section {
        None => "{keys names rest}",
        Some(Section::Keys) => "keys",
        Some(Section::Names) => "names",
        Some(Section::Rest) => "rest",
    };
    let alternatives: Vec<String> = pattern.alternatives.iter().map(alternative).collect();
    format!("viewer : \"{}\" AND {column} : ({})", viewer.replace('-', "·"), alternatives.join(" OR "))
}
