//! Rows that are messages of our contracts already.

pub mod columns;
pub mod plain_json;
pub mod proto_json;
pub mod sheet;
pub mod unique_json;
