//! What authorities have left behind that are in the cooperation no more: told at the start, since nobody can read it or
//! answer for it any longer.

use std::{collections::BTreeMap, sync::Arc};

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Alias, Expr, Func, Query},
};
use seamless_identity::Cooperation;
use seamless_storage::Database;

/// A column that names authorities.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What a row is, in the plural.
    pub what: &'static str,
    /// The table.
    pub table: &'static str,
    /// The column; null names none.
    pub column: &'static str,
}

/// Where the log of every service names authorities.
const OF_THE_FEED: [Place; 2] = [
    Place { what: "events that it may read", table: "feed_entitlement", column: "authority" },
    Place { what: "positions acknowledged", table: "feed_acknowledgement", column: "authority" },
];

/// Warns, in one line for each, of authorities that are not in the cooperation and have rows in one of these places or
/// in the feed. It reads an index or a table of each place once, so it belongs beside the serving, not before it.
pub async fn warn(database: Database, cooperation: Arc<Cooperation>, places: &'static [Place]) {
    let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for place in places.iter().chain(&OF_THE_FEED) {
        match strangers(&database, &cooperation, *place).await {
            Ok(counts) => {
                for (authority, count) in counts {
                    left.entry(authority).or_default().push(format!("{count} {}", place.what));
                }
            }
            // As while migrations are pending.
            Err(error) => {
                tracing::debug!(%error, table = place.table, "not looked at for what was left behind")
            }
        }
    }
    for (authority, counts) in left {
        let left = counts.join(", ");
        tracing::warn!(
            %authority,
            %left,
            "an authority that is not in the cooperation has left records, which nobody reads or answers for: put it back if \
             that was a mistake; else they stay as evidence, and recipients are taken off by themselves"
        );
    }
}

/// The authorities of a place that are not in the cooperation, with the numbers of their rows.
async fn strangers(
    database: &Database,
    cooperation: &Cooperation,
    place: Place,
) -> Result<Vec<(String, i64)>, DbErr> {
    let column = || Expr::col(Alias::new(place.column));
    let known = cooperation.authorities().map(|authority| authority.id.as_str());
    let query = Query::select()
        .expr_as(column(), Alias::new("authority"))
        .expr_as(Func::count(column()), Alias::new("rows"))
        .from(Alias::new(place.table))
        .and_where(column().is_not_null())
        .and_where(column().is_not_in(known))
        .group_by_col(Alias::new(place.column))
        .to_owned();
    let rows = database.read().query_all(&query).await?;
    rows.into_iter().map(|row| Ok((row.try_get("", "authority")?, row.try_get("", "rows")?))).collect()
}
