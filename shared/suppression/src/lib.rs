//! Small counts in published tables: which cells are withheld, so that nobody reckons a small one from all that was published.
//!
//! A count of one to four cases may tell of one of them. Such cells are withheld (primary suppression), and with them as many others
//! as it takes (complementary suppression): whoever knows everything that was ever published for an audience, and how its cells add
//! up, can reckon none of the withheld counts more narrowly than the [`Rule`] says. Both ends of what he can reckon are found by
//! linear programming.
//!
//! Invariants: pure and deterministic; what was told before stays told and is reckoned with; a zero is told, since it is of nobody.

mod bounds;
mod budget;
mod choice;
mod component;
mod error;
mod problem;
mod programme;
mod rule;
mod search;
mod system;

pub use budget::Budget;
pub use choice::{Choice, Judgement, bounds, bounds_of};
pub use error::SuppressionError;
pub use rule::{Bounds, Rule, tells_more};
pub use system::{Cell, CellId, MadeUp, Part, System};
