//! What happens with reports, told as their owners and partners see it.

pub mod reports;
pub mod rights;
pub mod small_counts;
pub mod statistics;
