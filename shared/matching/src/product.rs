//! What is compared: the fields of a product record, as they were written.

/// A product record. Every field may be empty: unset is not different.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// The brand on the product.
    pub brand: String,
    /// What it is called, in any languages and scripts.
    pub names: Vec<String>,
    /// Model and type numbers, as marked on the product.
    pub models: Vec<String>,
    /// Barcodes; those that are not a valid GTIN, or that identify no product, are no evidence.
    pub gtins: Vec<String>,
    /// Batch and lot numbers.
    pub batches: Vec<String>,
    /// Names of those who made it.
    pub manufacturers: Vec<String>,
    /// How it looks and what belongs to it.
    pub description: String,
    /// The category, by any numbering that both records follow.
    pub category: Option<u32>,
    /// Where it was made, by any code that both records follow.
    pub country_of_origin: Option<String>,
    /// Where items of it were made besides.
    pub additional_countries_of_origin: Vec<String>,
    /// What it costs, in any currency that both records follow. Alerts have none; offers do.
    pub price: Option<f64>,
}

/// Two records, and whether a person said that they mean the same product.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledPair {
    /// One record.
    pub left: Product,
    /// The other; the order of the two means nothing.
    pub right: Product,
    /// Whether they mean the same product.
    pub same: bool,
}
