//! How much of a file is taken, as the caller sets it.

/// How much of a file is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes that a workbook unpacks to.
    pub unpacked: u64,
    /// Rows, blank ones not counted.
    pub rows: u32,
    /// Columns of a row.
    pub columns: usize,
    /// Characters of a cell.
    pub cell: usize,
}
