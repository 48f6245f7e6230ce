//! The plainest ways to tell whether two records mean the same product.

use std::collections::BTreeSet;

use seamless_matching::{LabelledPair, Product};

/// The same title or the same model number, spelling cleaned.
pub fn is_exact(pair: &LabelledPair) -> bool {
    let cleaned = |texts: &[String]| -> BTreeSet<String> {
        let compact =
            |text: &String| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        texts.iter().map(compact).filter(|text| !text.is_empty()).collect()
    };
    let shares = |one: &[String], two: &[String]| !cleaned(one).is_disjoint(&cleaned(two));
    shares(&pair.left.names, &pair.right.names) || shares(&pair.left.models, &pair.right.models)
}

/// The words of a record's name, brand and model.
pub fn words(product: &Product) -> BTreeSet<String> {
    let texts = product.names.iter().chain(&product.models).chain([&product.brand]);
    let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
    let words = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The share of the words of both that both have (Jaccard).
pub fn overlap(one: &BTreeSet<String>, two: &BTreeSet<String>) -> f64 {
    let shared = one.intersection(two).count() as f64;
    let all = (one.len() + two.len()) as f64 - shared;
    if all > 0.0 { shared / all } else { 0.0 }
}
