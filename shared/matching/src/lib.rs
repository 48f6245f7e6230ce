//! Whether two product records mean the same product, with a calibrated score and reasons.
mod alignment;
mod corpus;
mod features;
mod prepared;
mod product;
mod random;
mod text;
mod trees;
mod words;
pub mod trial;

pub use corpus::Corpus;
pub use prepared::Prepared;
pub use product::{LabelledPair, Product};
