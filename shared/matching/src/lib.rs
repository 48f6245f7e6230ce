//! Whether two product records mean the same product, with a calibrated score and reasons.
//!
//! Invariant: no text makes anything here panic; the order of two records means nothing; what a record leaves unsaid does
//! not speak against it.

mod alignment;
mod augment;
mod corpus;
mod features;
mod fit;
mod index;
mod likeness;
mod model;
mod postings;
mod prepared;
mod product;
mod random;
mod stated;
mod stored;
mod text;
mod trees;
mod walk;
mod words;

pub use augment::fit_for_alerts;
pub use corpus::Corpus;
pub use fit::fit;
pub use index::{Hit, Index};
pub use likeness::{Likeness, Reason, ReasonKind};
pub use model::Model;
pub use prepared::Prepared;
pub use product::{LabelledPair, Product};
pub use stored::ModelError;
