//! The screening of what arrives, from the goods that are handed in to the decision that is durable: the desk gathers what
//! is known of them, the queue brings single calls together, the writer decides and writes, many in one transaction.

mod certificates;
mod day;
mod days;
mod declarations;
pub mod desk;
pub mod held_facts;
pub mod queue;
pub mod writer;

pub use desk::{Outcome, ScreeningDesk, undecided};
pub use held_facts::HeldFacts;
pub use queue::{ScreeningQueue, Waiting};
pub use writer::{Decided, Drafts, ScreeningWriter, Undecided};
