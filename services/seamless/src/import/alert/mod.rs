//! What the words of a foreign record mean in an alert of ours, and the alert as it is put together.

pub mod addresses;
pub mod categories;
pub mod draft;
pub mod limits;
pub mod mac_roman;
pub mod measures;
pub mod models;
pub mod models_in_prose;
pub mod risks;
pub mod text;
pub mod units;
