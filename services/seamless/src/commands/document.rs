//! A message in the contract's JSON, from a file.

use std::{io::Read, path::Path};

use prost::{Message, Name};

use crate::{
    error::Failure,
    import::{Unique, twice, unsound},
    output,
};

/// Reads it from the file; `-` is standard input.
pub fn read<M: Message + Name + Default>(file: &Path) -> Result<M, Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("{}: {error}", file.display()));
    let mut text = String::new();
    match file.to_str() {
        Some("-") => std::io::stdin().read_to_string(&mut text).map_err(unreadable)?,
        _ => std::fs::File::open(file)
            .and_then(|mut file| file.read_to_string(&mut text))
            .map_err(unreadable)?,
    };
    parsed(&text).map_err(|failure| Failure::usage(format!("{}: {}", file.display(), failure.message)))
}

/// Reads it from a text.
pub fn parsed<M: Message + Name + Default>(text: &str) -> Result<M, Failure> {
    let Unique(value) = serde_json::from_str(text).map_err(|error| {
        Failure::usage(match twice(&error) {
            Some(member) => format!("{member} is given twice: wants one value"),
            None => unsound(&error),
        })
    })?;
    output::from_json(&value)
}
