//! Rows that are messages of our contracts already.

mod columns;
pub mod plain_json;
pub mod proto_json;
pub mod sheet;
