//! How alike two products are said to be: a probability and its reasons.

/// Whether two records mean the same product.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The probability, 0 to 1, that they do.
    pub probability: f64,
    /// Log-odds before any reason: how seldom two records that were worth comparing mean the same product.
    pub base: f64,
    /// Why, strongest first. `base` and all contributions add up to the log-odds of `probability`.
    pub reasons: Vec<Reason>,
}

/// One reason of a likeness.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What it speaks of.
    pub kind: ReasonKind,
    /// What the one record says, cleaned: lower case, without accents; empty where it says nothing.
    pub left: String,
    /// What the other record says, likewise.
    pub right: String,
    /// What it adds to the log-odds; below 0 it speaks against the same product.
    pub contribution: f64,
}

/// What a reason speaks of. The name says what was found in the records; the sign of the contribution says how it counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ReasonKind {
    /// A GTIN that identifies one product is in both.
    SameGtin,
    /// Both have such GTINs, and none in common; variants of one product have different ones.
    DifferentGtin,
    /// A model number is in both.
    SameModel,
    /// A model number is in both that many brands have, and the two have no brand in common.
    ModelOfManyBrands,
    /// Model numbers are alike: one begins with the other, or a few characters differ.
    SimilarModel,
    /// Both have model numbers that are not alike.
    DifferentModel,
    /// The brand is the same, or the one's brand is in the other's name.
    SameBrand,
    /// The brands differ.
    DifferentBrand,
    /// The other's name does not mention the brand.
    BrandNotMentioned,
    /// The names have in common what matters.
    SimilarName,
    /// A name has what the other has not.
    DifferentName,
    /// The name of a manufacturer is in both, legal forms left out.
    SameManufacturer,
    /// The manufacturers have different names; one product may have several.
    DifferentManufacturer,
    /// Numbers and measures of the names agree.
    SameNumbers,
    /// Numbers and measures of the names differ.
    DifferentNumbers,
    /// The names state a common colour.
    SameColour,
    /// The names state different colours.
    DifferentColour,
    /// A batch number is in both.
    SameBatch,
    /// The categories differ.
    DifferentCategory,
    /// The countries of origin differ.
    DifferentOrigin,
    /// The prices are close to each other.
    SimilarPrice,
    /// The prices are far from each other.
    DifferentPrice,
    /// All that the one record says, the other says too, and it has a model number or a GTIN.
    SameRecord,
    /// What at least one of the records leaves unsaid.
    NotStated,
}

/// The probability of log-odds.
pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
