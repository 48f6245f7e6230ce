//! Arguments of `situation`.

use clap::Subcommand;

/// The page that says how things stand.
#[derive(Debug, Subcommand)]
pub enum Situation {
    /// Make a link to the page, and print it: whoever opens it first, within a short time, is signed in for some hours
    Link,
    /// Take back all links and sign-ins of the authority
    Revoke,
}
