//! What can go wrong.

/// A choice that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionError {
    /// The counts do not add up as the system says.
    #[error("counts do not add up: {whole} in the whole, {parts} in its parts")]
    Unequal {
        /// The count of the whole.
        whole: u64,
        /// The sum of the counts of its parts.
        parts: u64,
    },
    /// Nobody waits for it any more.
    #[error("it is not waited for")]
    Stopped,
    /// Too many counts hang together.
    #[error("{cells} counts hang together: more than can be judged")]
    TooLarge {
        /// How many hang together.
        cells: usize,
    },
}
