//! Why a row or a whole file is not taken, in words for whoever sent it.

/// A row that cannot be read; the others of its file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Its number: the line of a text, or the row of a sheet, from 1.
    pub row: u32,
    /// The heading of the column; empty where the row as such is meant.
    pub column: String,
    /// What is wanted there.
    pub wanted: String,
    /// What stands there, cut to 80 characters.
    pub got: String,
}

impl RowFault {
    /// A fault at a place.
    pub(crate) fn new(row: u32, column: impl Into<String>, wanted: impl Into<String>, got: &str) -> Self {
        Self { row, column: column.into(), wanted: wanted.into(), got: excerpt(got) }
    }
}

impl std::fmt::Display for RowFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { row, column, wanted, got } = self;
        match column.is_empty() {
            true => write!(f, "row {row}: wants {wanted}; got {got:?}"),
            false => write!(f, "row {row}, {column}: wants {wanted}; got {got:?}"),
        }
    }
}

/// Why nothing of a file is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileFault {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// There is more in it than is taken.
    #[error("the file has more than {most} {what}")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The most that is taken.
        most: u64,
    },
    /// It is text in no known encoding.
    #[error("the file is no text in UTF-8, UTF-16 or GB18030: {problem}")]
    NotText {
        /// Where that shows.
        problem: String,
    },
    /// It ends too early.
    #[error("the file is cut: {problem}")]
    Cut {
        /// Where that shows.
        problem: String,
    },
    /// It is a workbook that cannot be read.
    #[error("the file is no workbook (XLSX) that can be read: {problem}")]
    Workbook {
        /// What is wrong with it.
        problem: String,
    },
    /// It is text or a workbook, and no file of the mapping.
    #[error(
        "the file is no export of {platform}: wants a row of the headings {wanted}; the first row is {got:?}"
    )]
    NoHeadings {
        /// The platform.
        platform: String,
        /// The headings, in the first spelling of each layout.
        wanted: String,
        /// The first row, cut to 80 characters.
        got: String,
    },
}

/// At most 80 characters of a text.
pub(crate) fn excerpt(text: &str) -> String {
    let mut cut: String = text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        cut.push('…');
    }
    cut
}
