//! How likely an item is to be found bad: learned online from outcomes, with reasons and an interval.
//!
//! A [`Layout`] names the combinations of features that count; a [`Model`] holds for each of them how many labelled items
//! there were and how many were bad, shrinks the rate of a fine combination towards that of the coarser one, and weighs
//! the steps of log-odds from one to the next. One model is for one target, such as "unsafe"; who has two targets holds two.
//!
//! Labels may come late, in any order and with a weight each. An item without a label teaches nothing, least of all that
//! it was good. **Selection bias:** a model that learns only from what it chose to have examined knows nothing of the
//! rest: its probabilities are of items like those examined. Have a part of the examinations drawn at random, and give
//! each label the inverse of the probability with which its item was chosen as weight, if rates of all items are meant.
//!
//! Invariant: nothing here reads a clock, a file or a random number; the same history of labels gives the same model, and
//! the same model the same score, bit for bit, on every machine.

mod cells;
mod hashing;
mod interval;
mod item;
mod layout;
mod model;
mod part;
mod score;
mod settings;
mod stored;
mod weighing;

pub use cells::Tally;
pub use item::{Feature, Item};
pub use layout::{Layout, LayoutError};
pub use model::{Label, Model, Version, WeightError};
pub use part::{PartError, Span, span};
pub use score::{BASE, Contribution, Score};
pub use settings::{Settings, SettingsError};
pub use stored::StoredError;
