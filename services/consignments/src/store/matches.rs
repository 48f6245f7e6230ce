//! The pre-inspections that arriving goods may be covered by, for many goods in one look.

use std::{cmp::Reverse, collections::HashMap, sync::Arc};

use async_trait::async_trait;
use sea_orm::{DbBackend, FromQueryResult, Statement};
use uuid::Uuid;

use super::{Store, fault, given::listed, inspections};
use crate::domain::{
    DomainError,
    model::{InspectionKey, KnownInspection},
    ports::InspectionMatcher,
};

/// Keys of one statement, which are one value of it.
const KEYS_A_STATEMENT: usize = 2_000;
/// Pre-inspections of one key that are looked at: a key that many share says little of any.
pub(super) const LOOKED_AT: usize = 20;

#[derive(FromQueryResult)]
struct Row {
    inspection: Uuid,
    /// The keys that found it, as a JSON array.
    keys: String,
    document: String,
}

impl Store {
    async fn key_rows(&self, keys: &[&InspectionKey]) -> Result<Vec<Row>, DomainError> {
        let connection = self.database.read();
        let backend = sea_orm::ConnectionTrait::get_database_backend(connection);
        // The newest of each key are found in its index, however many share it. One text for any number of keys: a list of
        // marks would be prepared anew for each number, and, by its statistics, for each set of values.
        let newest = format!(
            "SELECT inspection FROM inspection_key WHERE inspection_key.key = wanted.value \
             ORDER BY inspection DESC LIMIT {LOOKED_AT}"
        );
        let (list, chosen) = match backend {
            DbBackend::Postgres => {
                let wanted = "UNNEST($1::text[]) AS wanted (value)";
                ("json_agg(wanted.value)::text", format!("{wanted} CROSS JOIN LATERAL ({newest}) AS chosen"))
            }
            _ => {
                let chosen = format!(
                    "json_each($1) AS wanted CROSS JOIN inspection_key AS chosen \
                     ON chosen.key = wanted.value AND chosen.inspection IN ({newest})"
                );
                ("json_group_array(wanted.value)", chosen)
            }
        };
        let keys = listed(backend, keys.iter().map(|key| key.as_str()).collect())?;
        // Goods share several keys with a pre-inspection mostly; its document is read once.
        let sql = format!(
            "SELECT found.inspection, found.keys, inspection.document FROM \
             (SELECT chosen.inspection, {list} AS keys FROM {chosen} GROUP BY chosen.inspection) AS found \
             CROSS JOIN inspection WHERE inspection.id = found.inspection"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [keys]);
        Row::find_by_statement(statement).all(connection).await.map_err(fault)
    }
}

#[async_trait]
impl InspectionMatcher for Store {
    async fn inspection_by_key(
        &self,
        keys: &[&InspectionKey],
    ) -> Result<HashMap<String, Vec<Arc<KnownInspection>>>, DomainError> {
        let mut found: HashMap<String, Vec<Arc<KnownInspection>>> = HashMap::new();
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        for chunk in keys.chunks(KEYS_A_STATEMENT) {
            for Row { inspection, keys, document } in self.key_rows(chunk).await? {
                let known = inspections::parse(&document).map(|one| Arc::new(KnownInspection::of(&one)));
                let keys = serde_json::from_str::<Vec<String>>(&keys);
                match (known, keys.map_err(|error| DomainError::Fault(error.to_string()))) {
                    (Ok(known), Ok(keys)) => {
                        for key in keys {
                            found.entry(key).or_default().push(known.clone());
                        }
                    }
                    // One damaged record must not stop the screening of all goods.
                    (Err(error), _) | (_, Err(error)) => {
                        tracing::error!(%inspection, %error, "a damaged pre-inspection does not count");
                    }
                }
            }
        }
        // The newest first.
        found.values_mut().for_each(|known| known.sort_by_key(|one| Reverse(one.id)));
        Ok(found)
    }
}
