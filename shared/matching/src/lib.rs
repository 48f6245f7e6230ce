//! Whether two product records mean the same product, with a calibrated score and reasons.
//!
//! Invariant: no text makes anything here panic; the order of two records means nothing; what a record leaves unsaid does
//! not speak against it.

mod accessories;
mod alignment;
mod augment;
mod company;
mod corpus;
mod description;
mod features;
mod fit;
mod index;
mod likeness;
mod model;
mod postings;
mod prepared;
mod product;
mod random;
mod roles;
mod said;
mod stated;
mod stored;
mod text;
mod trees;
mod walk;
mod words;

pub use augment::fit_for_alerts;
pub use company::{company_name, differ_in_script};
pub use corpus::Corpus;
pub use description::{Description, Phrase, is_measure, phrase_key};
pub use fit::fit;
pub use index::{Hit, Index};
pub use likeness::{Likeness, Reason, ReasonKind};
pub use model::Model;
pub use prepared::Prepared;
pub use product::{LabelledPair, Product};
pub use said::{Named, Said};
pub use stored::ModelError;
