//! The command line of flags, messages and listings.

use clap::{Args, Subcommand};

use super::{Name, Statuses};

/// Flags on a notification, between its sender's side and one recipient.
#[derive(Debug, Subcommand)]
pub enum Flag {
    /// Raise a flag on a notification from the inbox, or on one that was sent (then with --to)
    Raise(Raise),
    /// Answer a flag of the other side
    Answer {
        #[command(flatten)]
        conversation: ConversationName,
        #[command(flatten)]
        text: Text,
    },
    /// Ask again, since the answer does not suffice
    AskAgain {
        #[command(flatten)]
        conversation: ConversationName,
        #[command(flatten)]
        text: Text,
    },
    /// End a conversation, its matter being settled
    Resolve {
        #[command(flatten)]
        conversation: ConversationName,
        #[command(flatten)]
        text: Text,
    },
    /// Take an own flag back
    Withdraw {
        #[command(flatten)]
        conversation: ConversationName,
        #[command(flatten)]
        text: Text,
    },
    /// List flags and discussions, the newest first
    List {
        /// Its reference, its id, or a beginning of the id that no other has; without it those on all notifications
        #[arg(value_name = "NOTIFICATION")]
        notification: Option<String>,
        /// Only of this kind: discussion, still-on-sale, wrong-product, more-information, urgent, duplicate; may be repeated
        #[arg(long, value_name = "KIND")]
        kind: Vec<String>,
        /// Only those in this state: open, answered, resolved, withdrawn; may be repeated
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
        /// Only those with messages that were not read
        #[arg(long)]
        unread: bool,
        /// Only those that the own side raised
        #[arg(long, conflicts_with = "theirs")]
        own: bool,
        /// Only those that the other side raised
        #[arg(long)]
        theirs: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        statuses: Statuses,
    },
}

#[derive(Debug, Args)]
pub struct Raise {
    #[command(flatten)]
    pub name: Name,
    /// Which: still-on-sale, wrong-product, more-information, urgent, duplicate
    #[arg(long)]
    pub kind: String,
    /// The recipient that is meant, for the side that sent the notification
    #[arg(long, value_name = "AUTHORITY")]
    pub to: Option<String>,
    /// What it is about, in a few words
    #[arg(long, default_value = "")]
    pub subject: String,
    #[command(flatten)]
    pub text: Text,
    /// The listing that is still there (still-on-sale)
    #[arg(long, default_value = "", conflicts_with = "url")]
    pub listing: String,
    /// The URL at which the product is still offered (still-on-sale)
    #[arg(long, default_value = "")]
    pub url: String,
    /// A field that is asked for: product.gtins (more-information); may be repeated
    #[arg(long, value_name = "FIELD")]
    pub field: Vec<String>,
    /// The other notification of the same product (duplicate)
    #[arg(long, value_name = "NOTIFICATION")]
    pub duplicate_of: Option<String>,
}

/// Messages between the two sides of a transmission.
#[derive(Debug, Subcommand)]
pub enum Message {
    /// Post to a conversation, or start a discussion on a notification
    Send {
        /// notifications/UUID/conversations/UUID; or a notification's reference or id, to start a discussion
        #[arg(value_name = "CONVERSATION|NOTIFICATION")]
        name: String,
        /// The recipient that is meant, for the side that sent the notification
        #[arg(long, value_name = "AUTHORITY")]
        to: Option<String>,
        /// What a new discussion is about, in a few words
        #[arg(long, default_value = "")]
        subject: String,
        #[command(flatten)]
        text: Text,
    },
    /// List the messages of a conversation
    List {
        #[command(flatten)]
        conversation: ConversationName,
        /// How many to show at most
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Mark a conversation as read
    Read {
        #[command(flatten)]
        conversation: ConversationName,
        /// The number of the last message read; without it all are
        #[arg(long)]
        number: Option<i32>,
    },
}

/// What is said.
#[derive(Debug, Args)]
pub struct Text {
    /// The text in English
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub en: String,
    /// The text in Chinese
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub zh: String,
    /// A field that it speaks of: product.brand; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub mention: Vec<String>,
    /// An attachment of the notification, by its name; may be repeated
    #[arg(long, value_name = "ATTACHMENT")]
    pub attachment: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ConversationName {
    /// notifications/UUID/conversations/UUID
    #[arg(value_name = "CONVERSATION")]
    pub conversation: String,
}

/// Offers on the web, followed until they are gone.
#[derive(Debug, Subcommand)]
pub enum Listing {
    /// List the offers of a notification
    List {
        #[command(flatten)]
        name: Name,
        /// Only those with this status: live, taken-down, relisted, unknown; may be repeated
        #[arg(long, value_name = "STATUS")]
        status: Vec<String>,
    },
    /// Record what a look at an offer found
    Check {
        /// notifications/UUID/listings/ID
        #[arg(value_name = "LISTING")]
        listing: String,
        /// What was found: live, taken-down, or unknown where it could not be told
        #[arg(long)]
        found: String,
        /// What the finding rests on
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Report an offer that a notification from the inbox does not name
    Report {
        #[command(flatten)]
        name: Name,
        /// Where it is offered
        #[arg(long)]
        url: String,
        /// The name of the marketplace
        #[arg(long, default_value = "")]
        marketplace: String,
        /// The seller as named there
        #[arg(long, default_value = "")]
        seller: String,
        /// Anything further for the other side
        #[arg(long, default_value = "")]
        note: String,
    },
}
