//! The section `attendance`: how files of meeting platforms are read, and merged.

use std::path::{Path, PathBuf};

use seamless_attendance::{Mapping, Mappings};
use seamless_program::check_within;
use seamless_service::config::{InvalidSetting, Validate};
use serde::Deserialize;

/// How files of meeting platforms are read, and merged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendanceSettings {
    /// A folder of mappings beside those of the program.
    #[serde(default)]
    pub mappings: Option<PathBuf>,
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// What a workbook unpacks to at most, in bytes.
    pub max_unpacked_bytes: u64,
    /// The most rows of a file.
    pub rows: u32,
    /// The most columns of a row.
    pub columns: usize,
    /// The most characters of a cell.
    pub cell: usize,
    /// The most files of an activity.
    pub files: usize,
    /// The most answers that are kept of an activity.
    pub answers: usize,
    /// How long before and behind a meeting it is told when somebody came and went.
    pub margin_minutes: u32,
}

/// A mapping that cannot be used, with its file and why.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongMapping(String);

impl Validate for AttendanceSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        check_within("max_bytes", self.max_bytes, 1_000..=1_000_000_000)?;
        check_within("max_unpacked_bytes", self.max_unpacked_bytes, 1_000..=4_000_000_000)?;
        check_within("rows", self.rows, 10..=1_000_000)?;
        check_within("columns", self.columns, 5..=10_000)?;
        check_within("cell", self.cell, 100..=100_000)?;
        check_within("files", self.files, 1..=500)?;
        check_within("answers", self.answers, 1..=100_000)?;
        check_within("margin_minutes", self.margin_minutes, 0..=1_440)
    }
}

impl AttendanceSettings {
    /// The mappings there are: those of the program, and over them those of the folder, `*.toml`.
    ///
    /// # Errors
    /// Which file is wrong, and why.
    pub fn read_mappings(&self) -> Result<Mappings, WrongMapping> {
        let mut mappings = Mappings::embedded().map_err(WrongMapping)?;
        let Some(folder) = &self.mappings else { return Ok(mappings) };
        let wrong =
            |path: &Path, why: &dyn std::fmt::Display| WrongMapping(format!("{}: {why}", path.display()));
        let entries = std::fs::read_dir(folder).map_err(|error| wrong(folder, &error))?;
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        for path in paths {
            let text = std::fs::read_to_string(&path).map_err(|error| wrong(&path, &error))?;
            mappings.insert(Mapping::parse(&text).map_err(|why| wrong(&path, &why))?);
        }
        Ok(mappings)
    }

    /// How much of a file is taken.
    #[must_use]
    pub fn limits(&self) -> seamless_attendance::Limits {
        let Self { max_bytes: bytes, max_unpacked_bytes: unpacked, rows, columns, cell, .. } = *self;
        seamless_attendance::Limits { bytes, unpacked, rows, columns, cell }
    }
}
