//! The pre-inspections that arriving goods may be covered by, for many goods in one look.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use sea_orm::{DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::{Store, fault};
use crate::domain::{
    DomainError,
    model::{InspectionKey, KnownInspection},
    ports::InspectionMatcher,
};

/// Keys of one statement.
const KEYS_A_STATEMENT: usize = 900;
/// Pre-inspections of one key that are looked at: a key that many share says little of any.
const LOOKED_AT: usize = 20;

#[derive(FromQueryResult)]
struct Row {
    key: String,
    inspection: Uuid,
    document: String,
}

impl Store {
    async fn key_rows(&self, keys: &[&InspectionKey]) -> Result<Vec<Row>, DomainError> {
        let connection = self.database.read();
        let joined = "FROM inspection_key JOIN inspection ON inspection.id = inspection_key.inspection";
        let columns = "SELECT inspection_key.key, inspection_key.inspection, inspection.document";
        let (filter, values) = match sea_orm::ConnectionTrait::get_database_backend(connection) {
            DbBackend::Postgres => {
                let keys: Vec<Value> = keys.iter().map(|key| key.as_str().into()).collect();
                let keys = Value::Array(sea_orm::sea_query::ArrayType::String, Some(Box::new(keys)));
                ("inspection_key.key = ANY($1)", vec![keys])
            }
            _ => {
                // One text for any number of keys: a list of marks would be prepared anew for each number, and, by its
                // statistics, for each set of values.
                let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
                let keys = serde_json::to_string(&keys)
                    .map_err(|error| DomainError::Fault(format!("keys have no text: {error}")))?;
                ("inspection_key.key IN (SELECT value FROM json_each($1))", vec![keys.into()])
            }
        };
        let backend = sea_orm::ConnectionTrait::get_database_backend(connection);
        let sql =
            format!("{columns} {joined} WHERE {filter} ORDER BY inspection_key.key, inspection.id DESC");
        let statement = Statement::from_sql_and_values(backend, sql, values);
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
        // Most that share one key share others, and are read once.
        let mut read: HashMap<Uuid, Arc<KnownInspection>> = HashMap::new();
        for chunk in keys.chunks(KEYS_A_STATEMENT) {
            for Row { key, inspection, document } in self.key_rows(chunk).await? {
                let known = found.entry(key).or_default();
                if known.len() == LOOKED_AT {
                    continue;
                }
                if let Some(known_before) = read.get(&inspection) {
                    known.push(known_before.clone());
                    continue;
                }
                match serde_json::from_str::<KnownInspection>(&document).map(Arc::new) {
                    Ok(parsed) => {
                        read.insert(inspection, parsed.clone());
                        known.push(parsed);
                    }
                    // One damaged record must not stop the screening of all goods.
                    Err(error) => {
                        tracing::error!(%inspection, %error, "a damaged pre-inspection does not count")
                    }
                }
            }
        }
        Ok(found)
    }
}
