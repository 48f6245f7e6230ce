//! Small counts in what is told beyond the side whose alerts it counts: which of them are withheld, judged over all that was told of the
//! same side before.
//!
//! Others are told of little, so that all that can be reckoned of it can be judged: how many alerts a side itself notified within calendar
//! months, quarters, half-years and years that are over, by one property at a time, each alert in one row. Bulletins name alerts to them:
//! what is counted of these is known with them, and few are those that are left.
//!
//! Invariants: everybody outside the side is one audience, since what one reader is given others may come to see; what was told stays
//! told, what was withheld stays withheld while it counts the same; a count that cannot be placed is withheld.

mod draft;
mod for_others;
mod judge;
mod key;
mod known_by_name;
mod named;
mod naming;
mod news;
mod query;
mod related;
mod release;
mod settle;

pub use draft::Draft;
pub use for_others::{PROPERTIES, annual_for_others, statistics_for_others};
pub use judge::{JudgedBy, Verdict, reckoned};
pub use key::{Days, Key};
pub use naming::{Naming, described, months_of, name_alerts};
pub use news::{news, tells_news};
pub use query::{wrong_for_release, wrong_period_for_release};
pub use release::{Released, ReleasedTable, release};
pub use settle::{Settled, judged_by, settle};
