//! Use cases of the question whether two notifications are on the same product.

mod decide_similarity;

pub use decide_similarity::DecideSimilarity;
