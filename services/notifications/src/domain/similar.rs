//! What is compared to tell whether two notifications are on the same product: for each viewer only what it is shown.

use async_trait::async_trait;
use seamless_identity::AuthorityId;
use seamless_matching::{Likeness, Product};

use super::{
    error::DomainError,
    model::{Content, EventStatus, NotificationId, OperatorRole},
    relation::Relation,
    rules::Rules,
};

/// Finds notifications on the same product, as of the last commit.
#[async_trait]
pub trait SimilarReader: Send + Sync {
    /// The most probable first.
    async fn similar_find(&self, query: &SimilarQuery) -> Result<Vec<Similar>, DomainError>;

    /// The probability from which a person is asked.
    fn similar_threshold(&self) -> f64;
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct SimilarQuery {
    /// Who asks: only what it may see is compared, by what it is shown of it.
    pub viewer: AuthorityId,
    /// Real alerts are compared with real ones, drills with drills.
    pub status: EventStatus,
    /// The notification that is asked about.
    pub except: Option<NotificationId>,
    pub product: Product,
    pub limit: usize,
    /// 0 to 1.
    pub min_probability: f64,
}

/// A notification that is probably on the same product.
#[derive(Clone, Debug)]
pub struct Similar {
    pub notification: NotificationId,
    pub likeness: Likeness,
}

/// The product as a reader in this relation is shown it.
#[must_use]
pub fn product_of(rules: &Rules, content: &Content, relation: &Relation) -> Product {
    let view = relation.view(rules, &content.disclosures);
    let shows =
        |path: &str| rules.audiences.audience(path).is_some_and(|declared| view.shows(path, declared));
    let list = |path: &str, items: &[String]| if shows(path) { items.to_vec() } else { Vec::new() };
    let product = &content.product;
    let name_versions = || product.product_name.versions().iter().map(|version| version.text.clone());
    let description_versions = || product.description.versions().iter().map(|version| version.text.as_str());
    let mut gtins = list("product.unparsed_barcodes", &product.unparsed_barcodes);
    if shows("product.gtins") {
        gtins.extend(product.gtins.iter().map(ToString::to_string));
    }
    let operators = &content.traceability.operators;
    let additional = &content.traceability.additional_countries_of_origin;
    let shows_makers = shows("traceability.operators.role") && shows("traceability.operators.operator_name");
    let makers =
        operators.iter().filter(|operator| shows_makers && operator.role == OperatorRole::Manufacturer);
    Product {
        brand: if shows("product.brand") { product.brand.clone() } else { String::new() },
        names: match shows("product.product_name.versions.text") {
            true => name_versions().collect(),
            false => Vec::new(),
        },
        models: list("product.models", &product.models),
        gtins,
        batches: list("product.batch_numbers", &product.batch_numbers),
        manufacturers: makers.map(|operator| operator.operator_name.clone()).collect(),
        description: match shows("product.description.versions.text") {
            true => description_versions().collect::<Vec<_>>().join("\n"),
            false => String::new(),
        },
        category: product.category.filter(|_| shows("product.category")).map(|category| category as u32),
        country_of_origin: content
            .traceability
            .country_of_origin
            .as_ref()
            .filter(|_| shows("traceability.country_of_origin"))
            .map(ToString::to_string),
        additional_countries_of_origin: match shows("traceability.additional_countries_of_origin") {
            true => additional.iter().map(ToString::to_string).collect(),
            false => Vec::new(),
        },
        price: None,
    }
}
