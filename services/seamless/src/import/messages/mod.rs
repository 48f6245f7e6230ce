//! Rows that are messages of our contracts already.

mod columns;
pub mod proto_json;
pub mod sheet;
