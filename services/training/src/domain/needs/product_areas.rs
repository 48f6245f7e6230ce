//! Product areas, and which alerts each means, as data.
//!
//! Invariant: every category of notifications belongs to exactly one area, so that counts of areas add up.

use std::collections::BTreeMap;

use seamless_identifiers::toml_fault;
use seamless_vocabulary::Vocabulary;
use serde::Deserialize;

use crate::domain::model::{ProductAreaId, ProductCategory};

/// Those of the program.
pub const PRODUCT_AREAS: &str = include_str!("../../../config/product_areas.toml");

/// All product areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductAreas {
    areas: BTreeMap<ProductAreaId, ProductArea>,
    of_category: BTreeMap<ProductCategory, ProductAreaId>,
}

/// A product area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductArea {
    pub id: ProductAreaId,
    /// Its name in English.
    pub english: String,
    /// Its name in Chinese.
    pub chinese: String,
    /// The categories of alerts that belong to it.
    pub categories: Vec<ProductCategory>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    product_area: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    en: String,
    zh: String,
    categories: Vec<String>,
}

impl ProductAreas {
    /// Reads them from TOML.
    ///
    /// # Errors
    /// Everything that is wrong, in words: ids, names, categories that are unknown, in two areas or in none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|fault| toml_fault(text, &fault))?;
        let mut wrong = Vec::new();
        let (mut areas, mut of_category) = (BTreeMap::new(), BTreeMap::new());
        for Entry { id: name, en, zh, categories } in document.product_area {
            let id: ProductAreaId = match name.parse() {
                Ok(id) => id,
                Err(why) => {
                    wrong.push(format!("product_area {name}: the id {why}"));
                    continue;
                }
            };
            if en.trim().is_empty() || zh.trim().is_empty() {
                wrong.push(format!("product_area {id}: wants a name in en and in zh"));
            }
            if categories.is_empty() {
                wrong.push(format!("product_area {id}: wants at least one category"));
            }
            let mut known = Vec::new();
            for word in categories {
                let Some(category) = all_categories().find(|one| one.word() == word) else {
                    wrong.push(format!("product_area {id}: {word} is no category of notifications"));
                    continue;
                };
                if let Some(other) = of_category.insert(category, id.clone()) {
                    wrong.push(format!("product_area {id}: {word} belongs to {other} already"));
                }
                known.push(category);
            }
            let area = ProductArea { id: id.clone(), english: en, chinese: zh, categories: known };
            if areas.insert(id.clone(), area).is_some() {
                wrong.push(format!("product_area {id}: there are two of this id"));
            }
        }
        for category in all_categories().filter(|one| !of_category.contains_key(one)) {
            wrong.push(format!("the category {} belongs to no product_area", category.word()));
        }
        if wrong.is_empty() { Ok(Self { areas, of_category }) } else { Err(wrong.join("; ")) }
    }

    /// All of them, by their ids.
    pub fn iter(&self) -> impl Iterator<Item = &ProductArea> {
        self.areas.values()
    }

    /// The area of this id.
    #[must_use]
    pub fn get(&self, id: &ProductAreaId) -> Option<&ProductArea> {
        self.areas.get(id)
    }

    /// The area to which alerts of a category belong.
    #[must_use]
    pub fn of(&self, category: ProductCategory) -> Option<&ProductAreaId> {
        self.of_category.get(&category)
    }
}

fn all_categories() -> impl Iterator<Item = ProductCategory> {
    (1..).map_while(ProductCategory::from_number)
}
