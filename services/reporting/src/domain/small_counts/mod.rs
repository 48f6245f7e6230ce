//! Small counts in what is published beyond the side whose cases they are: which of them are withheld, judged over all that was
//! published of the same authority before.
//!
//! Invariants: everybody outside the side is one audience, since what one reader is given others may come to see; what was told stays
//! told, what was withheld stays withheld while it counts the same; a count that cannot be placed is withheld.

mod answer;
mod closure;
mod draft;
mod judge;
mod key;
mod named;
mod query;
mod report;
mod settle;

pub use answer::{ReleasedStatistics, Unjudged, release};
pub use draft::Draft;
pub use judge::{JudgedBy, Verdict, reckoned};
pub use key::Key;
pub use query::{wrong_for_release, wrong_period_for_release};
pub use report::{Places, ReportScope, draft_of_report, shown_to_others, withheld_content};
pub use settle::{Settled, judged_by, settle};
