//! Arguments of `attach`, `attachments` and `download`.

use std::{ops::Range, path::PathBuf};

use clap::Args;

#[derive(Debug, Args)]
pub struct Attach {
    /// Its reference, its id, or a beginning of the id that no other has
    #[arg(value_name = "NOTIFICATION")]
    pub name: String,
    /// The file
    pub file: PathBuf,
    /// The only recipient that is to see it; without it every recipient does. A recipient's own file is for the
    /// originator's side alone, and needs no --to
    #[arg(long, value_name = "RECIPIENT")]
    pub to: Option<String>,
    /// What the file shows, in English
    #[arg(long, default_value = "")]
    pub description: String,
    /// The media type, where the ending of the file's name does not tell: application/pdf
    #[arg(long, value_name = "TYPE")]
    pub media_type: Option<String>,
}

#[derive(Debug, Args)]
pub struct Attachments {
    /// Its reference, its id, or a beginning of the id that no other has
    #[arg(value_name = "NOTIFICATION")]
    pub name: String,
    /// Also those that were rejected, given up or taken back
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct Download {
    /// notifications/UUID/attachments/UUID
    #[arg(value_name = "ATTACHMENT")]
    pub name: String,
    /// Only the octets from A up to, but without, B; A- takes all from A on
    #[arg(long, value_name = "A-B", value_parser = range, requires = "output")]
    pub range: Option<Range<i64>>,
    /// Where to put it, in place of what is there [default: the file's own name in the working folder, which must be free]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `100-200`, or `100-` up to the end, which is then the largest number.
fn range(text: &str) -> Result<Range<i64>, String> {
    let wanted = || format!("wants A-B or A-, with A below B; got {text}");
    let (start, end) = text.split_once('-').ok_or_else(wanted)?;
    let start: i64 = start.parse().map_err(|_| wanted())?;
    let end: i64 = if end.is_empty() { i64::MAX } else { end.parse().map_err(|_| wanted())? };
    if start < end { Ok(start..end) } else { Err(wanted()) }
}
