//! What leads from an alert to the maker of the product, as far as a reader is shown it; and the keys by which earlier
//! alerts and traces with the same leads are found.
//!
//! Invariant: leads hold nothing that the reader may not see, so neither do the keys, and nobody finds by what is withheld.

use seamless_identifiers::Gtin;

use super::{
    company_name::{CompanyName, significant_words},
    model::{Content, EconomicOperator, OperatorRole},
    relation::Relation,
    rules::Rules,
};

/// The most keys of one alert for one reader: an import writes them for each.
pub const MAX_KEYS: usize = 6;
/// How many makers of one alert give keys.
const KEYED_OPERATORS: usize = 2;
/// What stands in the field of the brand where there is none.
const NO_BRAND: [&str; 14] = [
    "unknown",
    "none",
    "no brand",
    "no name",
    "noname",
    "unbranded",
    "without brand",
    "generic",
    "na",
    "n a",
    "不详",
    "无",
    "未知",
    "无品牌",
];

/// What a reader is shown of an alert that leads to the maker.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leads {
    /// Manufacturers and exporters, without what the reader may not see.
    pub operators: Vec<EconomicOperator>,
    /// The words of the brand, in one spelling; none where there is no brand.
    pub brand: Vec<String>,
    /// The company prefixes of the barcodes, as far as they tell the company.
    pub gtin_prefixes: Vec<String>,
}

impl Leads {
    /// What a reader in this relation is shown.
    #[must_use]
    pub fn of(rules: &Rules, content: &Content, relation: &Relation) -> Self {
        let view = relation.view(rules, &content.disclosures);
        let shows =
            |path: &str| rules.audiences.audience(path).is_some_and(|declared| view.shows(path, declared));
        let is_maker = |operator: &&EconomicOperator| {
            matches!(operator.role, OperatorRole::Manufacturer | OperatorRole::Exporter)
        };
        let mut leads = Self::default();
        let makers = content.traceability.operators.iter().filter(is_maker);
        if makers.clone().next().is_some()
            && shows("traceability.operators.role")
            && shows("traceability.operators.operator_name")
        {
            let shown = |path: &str, text: &String| if shows(path) { text.clone() } else { String::new() };
            leads.operators = makers
                .map(|operator| EconomicOperator {
                    role: operator.role,
                    operator_name: operator.operator_name.clone(),
                    country: operator.country.filter(|_| shows("traceability.operators.country")),
                    address: shown("traceability.operators.address", &operator.address),
                    contact: shown("traceability.operators.contact", &operator.contact),
                    website: shown("traceability.operators.website", &operator.website),
                    credit_code: operator
                        .credit_code
                        .clone()
                        .filter(|_| shows("traceability.operators.credit_code")),
                    eori: shown("traceability.operators.eori", &operator.eori),
                    vat_number: shown("traceability.operators.vat_number", &operator.vat_number),
                })
                .collect();
        }
        if !content.product.brand.is_empty() && shows("product.brand") {
            leads.brand = significant_words(&content.product.brand);
            if NO_BRAND.contains(&leads.brand.join(" ").as_str()) {
                leads.brand.clear();
            }
        }
        if !content.product.gtins.is_empty() && shows("product.gtins") {
            leads.gtin_prefixes = content.product.gtins.iter().filter_map(company_prefix).collect();
            leads.gtin_prefixes.sort_unstable();
            leads.gtin_prefixes.dedup();
        }
        leads
    }

    /// The keys by which the alert is found, at most [`MAX_KEYS`].
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys = self.keys_of(KEYED_OPERATORS, 1);
        keys.truncate(MAX_KEYS);
        keys
    }

    /// The keys by which alerts with something in common are looked for: every maker and every barcode leads on.
    #[must_use]
    pub fn search_keys(&self) -> Vec<String> {
        self.keys_of(usize::MAX, usize::MAX)
    }

    fn keys_of(&self, operators: usize, gtins: usize) -> Vec<String> {
        let mut keys: Vec<String> = self.operators.iter().take(operators).flat_map(company_keys).collect();
        if !self.brand.is_empty() {
            keys.push(key("brand", &self.brand.join(" ")));
        }
        keys.extend(self.gtin_prefixes.iter().take(gtins).map(|prefix| key("gtin", prefix)));
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// The keys by which a company is found.
#[must_use]
pub fn company_keys(operator: &EconomicOperator) -> Vec<String> {
    let code = operator.credit_code.as_ref().map(|code| key("code", code.as_str()));
    let name = CompanyName::parse(&operator.operator_name).key().map(|name| key("name", &name));
    code.into_iter().chain(name).collect()
}

fn key(kind: &str, value: &str) -> String {
    const LONGEST: usize = 160;
    let mut key = format!("{kind}:{value}");
    let end = (0..=LONGEST.min(key.len())).rev().find(|end| key.is_char_boundary(*end));
    key.truncate(end.unwrap_or_default());
    key
}

/// The beginning of a barcode that GS1 gave to one company: with 690 and 691 seven digits, with 692 to 699 eight [GS1
/// China]; elsewhere its length is not fixed, and eight digits are few companies at most.
fn company_prefix(gtin: &Gtin) -> Option<String> {
    if gtin.is_restricted() || gtin.is_placeholder() {
        return None;
    }
    // The first of the 14 digits says how it is packed.
    let number = gtin.as_str().get(1..)?;
    // Numbers of eight digits are given one by one.
    if number.starts_with("00000") {
        return None;
    }
    let length = if number.starts_with("690") || number.starts_with("691") { 7 } else { 8 };
    number.get(..length).map(str::to_owned)
}
