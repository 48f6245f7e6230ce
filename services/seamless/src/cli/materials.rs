//! Arguments of `materials`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Slides, guides, films, in editions by language.
#[derive(Debug, Subcommand)]
pub enum Materials {
    /// List materials that the authority may see, the last created first
    List {
        /// With these words, in English or Chinese
        #[arg(default_value = "")]
        text: String,
        /// In this product area: toys
        #[arg(long, value_name = "AREA", default_value = "")]
        area: String,
        /// With an edition in this language: en, zh-Hans
        #[arg(long, value_name = "LANGUAGE", default_value = "")]
        lang: String,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show a material with its editions, and which translations are stale or missing
    Show(MaterialName),
    /// Begin a material as a draft, from a file with the contract's JSON
    Create {
        /// The file; - reads standard input
        file: PathBuf,
    },
    /// Add an edition as a file
    Upload {
        #[command(flatten)]
        edition: NewEdition,
        /// The file
        file: PathBuf,
        /// Its media type [default: by the end of its name]
        #[arg(long, value_name = "TYPE")]
        media_type: Option<String>,
    },
    /// Add an edition that lies elsewhere: a film, a page
    Link {
        #[command(flatten)]
        edition: NewEdition,
        /// Its address
        url: String,
    },
    /// Download the file of an edition, and verify its digest
    Download {
        #[command(flatten)]
        name: MaterialName,
        /// Its language: en, zh-Hans
        #[arg(long, value_name = "LANGUAGE")]
        lang: String,
        /// Its number [default: the last]
        #[arg(long, default_value_t = 0)]
        number: i32,
        /// Where to [default: its own name, in this folder]
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Announce a draft to everybody who may see it
    Publish(MaterialName),
    /// Take a material back
    Withdraw(MaterialName),
}

#[derive(Debug, Args)]
pub struct MaterialName {
    /// materials/UUID, the id, or a beginning of it that no other has
    #[arg(value_name = "MATERIAL")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct NewEdition {
    #[command(flatten)]
    pub name: MaterialName,
    /// Its language: en, zh-Hans
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: String,
    /// Of a translation: the edition of the original that it translates [default: the last]
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub translates: i32,
}
