//! A file for each format that is read: which records it has, and which field of ours each of theirs becomes.

pub mod cpsc;
mod cpsc_companies;
mod cpsc_recall;
pub mod own_alerts;
pub mod rapex;
pub mod safety_gate;
mod safety_gate_record;
