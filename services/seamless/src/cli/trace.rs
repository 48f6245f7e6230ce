//! The command line of `seamless trace`.

use clap::{ArgGroup, Args, Subcommand};

use crate::cli::{Name, Statuses, Step};

/// Steps of a search for the manufacturer.
#[derive(Debug, Subcommand)]
pub enum Trace {
    /// Begin the search on an acknowledged notification
    Open(Step),
    /// Show a search with its candidates and questions
    Show {
        #[command(flatten)]
        name: Name,
        /// Whose search [default: the authority's own]
        #[arg(long, value_name = "AUTHORITY")]
        of: Option<String>,
    },
    /// Add a possible manufacturer, or decide on one with --number
    Candidate(Candidate),
    /// Add evidence to a candidate, or change the confidence in it
    Evidence {
        #[command(flatten)]
        name: Name,
        /// The number of the candidate
        number: u32,
        /// What it is: document, label-photo, credit-code, registry-entry, exporter-declaration, test-report, other
        #[arg(long)]
        kind: Option<String>,
        /// What it shows
        #[arg(long, default_value = "", requires = "kind")]
        note: String,
        /// Where it can be read
        #[arg(long, default_value = "", value_name = "URL", requires = "kind")]
        uri: String,
        /// How sure one is of the candidate now, 0 to 100 per cent
        #[arg(long, value_name = "PERCENT", required_unless_present = "kind")]
        confidence: Option<i32>,
    },
    /// Ask the notifier; the deadline may stand still until the answer
    Ask {
        #[command(flatten)]
        name: Name,
        /// The question
        #[arg(long)]
        text: String,
        /// A field of the notification that it is about: product.gtins; may be repeated
        #[arg(long, value_name = "FIELD")]
        field: Vec<String>,
    },
    /// Answer a question, as the notifier or its contact point
    Answer {
        #[command(flatten)]
        name: Name,
        /// The number of the question
        number: u32,
        /// Who asked
        #[arg(long, value_name = "AUTHORITY")]
        of: String,
        /// The answer
        #[arg(long)]
        text: String,
        /// A field of the notification that was updated for it; may be repeated
        #[arg(long, value_name = "FIELD")]
        updated: Vec<String>,
    },
    /// Take a question back
    Withdraw {
        #[command(flatten)]
        name: Name,
        /// The number of the question
        number: u32,
    },
    /// End the search; the follow-up takes the result
    Conclude(Conclude),
    /// Search again because of new facts
    Reopen {
        #[command(flatten)]
        name: Name,
        /// The new facts
        #[arg(long)]
        reason: String,
    },
    /// Propose manufacturers out of earlier alerts and searches
    Suggest {
        #[command(flatten)]
        name: Name,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// List the searches that the authority may see, the oldest first
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Only those in this state: open, waiting, concluded; may be repeated
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
        #[command(flatten)]
        statuses: Statuses,
    },
}

/// A candidate to be added, or decided upon.
#[derive(Debug, Args)]
pub struct Candidate {
    #[command(flatten)]
    pub name: Name,
    /// The company's name
    #[arg(long, required_unless_present = "number", conflicts_with = "number")]
    pub company: Option<String>,
    /// Its postal address
    #[arg(long, default_value = "")]
    pub company_address: String,
    /// Its country (ISO 3166-1 alpha-2)
    #[arg(long, default_value = "")]
    pub country: String,
    /// Its Chinese unified social credit code
    #[arg(long, default_value = "")]
    pub credit_code: String,
    /// How sure one is of it, 0 to 100 per cent
    #[arg(long, default_value_t = 0, value_name = "PERCENT")]
    pub confidence: i32,
    /// For the own authority alone
    #[arg(long, default_value = "")]
    pub internal_note: String,
    /// The number of a candidate to decide on
    #[arg(long, requires = "decision")]
    pub number: Option<u32>,
    #[command(flatten)]
    pub decision: Decision,
}

/// A decision on a candidate.
#[derive(Debug, Args)]
#[group(id = "decision", multiple = false)]
pub struct Decision {
    /// It is the manufacturer
    #[arg(long, requires = "number")]
    pub confirm: bool,
    /// It is not the manufacturer: why
    #[arg(long, value_name = "REASON", requires = "number")]
    pub reject: Option<String>,
    /// Take the decision on it back: why
    #[arg(long, value_name = "REASON", requires = "number")]
    pub reconsider: Option<String>,
}

/// How a search ended.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("outcome").required(true)))]
pub struct Conclude {
    #[command(flatten)]
    pub step: Step,
    /// The number of a confirmed candidate that made it, the main one first; may be repeated
    #[arg(long, value_name = "NUMBER", group = "outcome")]
    pub confirmed: Vec<u32>,
    /// The number of a candidate that probably made it; may be repeated
    #[arg(long, value_name = "NUMBER", group = "outcome")]
    pub probable: Vec<u32>,
    /// Nobody was found: insufficient-identification, company-not-found, company-closed, counterfeit, not-made-here,
    /// brand-owner-only, other
    #[arg(long, value_name = "REASON", group = "outcome")]
    pub not_traced: Option<String>,
    /// A field whose absence stood in the way: product.gtins; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub missing: Vec<String>,
}
