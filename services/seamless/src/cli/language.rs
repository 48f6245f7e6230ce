//! The language of what people are shown.

/// A language that people are shown labels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English
    En,
    /// Chinese
    #[value(alias = "zh-Hans")]
    Zh,
}

impl Language {
    /// As BCP 47 calls it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }
}
