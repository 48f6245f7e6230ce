//! What happens with reports, told as their owners and partners see it.

pub mod behind_figures;
pub mod bulletin_schedules;
pub mod bulletin_texts;
pub mod bulletins;
pub mod feeds;
pub mod killed;
pub mod missed_runs;
pub mod progress;
pub mod reading;
pub mod reports;
pub mod rights;
pub mod schedules;
pub mod situation;
pub mod small_counts;
pub mod statistics;
