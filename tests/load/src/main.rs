//! Measures, each with a baseline in the same run.
fn main() {}
