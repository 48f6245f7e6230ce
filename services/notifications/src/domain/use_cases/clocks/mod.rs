//! Use cases of clocks.

mod mark_clocks;

pub use mark_clocks::MarkClocks;
