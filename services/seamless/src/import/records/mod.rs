//! Bytes cut into records, whatever they mean. Invariant: memory stays flat, and no bytes make a cutter panic.

pub mod bounded;
pub mod csv_records;
pub mod header_faults;
pub mod json_array;
pub mod json_lines;
pub mod letters;
pub mod seems;
mod table_form;
pub mod transcode;
pub mod xml_records;
