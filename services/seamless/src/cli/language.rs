//! The language of what people are shown.

/// A language that people are shown labels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English
    En,
    /// Chinese
    Zh,
}
