//! A document of named elements, whether it was written as XML or as JSON: an attribute is a part whose name begins with
//! `@`. Names are compared without regard to case and to what stands between words, since each customs system writes the
//! names of the EU customs data model in its own way.
//!
//! Invariant: no document has more elements, or lies deeper, than the limits; so nothing that it says costs more memory than
//! it is long.

use std::collections::HashMap;

/// The most elements of a document.
pub const MOST_ELEMENTS: usize = 2_000_000;
/// How deep elements may lie within each other.
pub const DEEPEST: usize = 64;

/// An element: its place in the tree.
pub type At = usize;

#[derive(Debug, Default)]
struct Element {
    name: String,
    /// The name as it is compared.
    folded: String,
    text: String,
    parent: Option<At>,
    /// Its parts, by their names as they are compared.
    parts: HashMap<String, Vec<At>>,
    /// Which of those of its name within its parent it is, from 1.
    number: usize,
}

/// The elements of a document; the first has all others in it.
#[derive(Debug, Default)]
pub struct Tree(Vec<Element>);

/// A name as it is compared: `HarmonizedSystemSubHeadingCode` and `harmonizedSystemSubheadingCode` are one.
pub fn folded(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '@');
    letters.flat_map(char::to_lowercase).collect()
}

impl Tree {
    /// Adds an element to the one that it is a part of.
    ///
    /// # Errors
    /// There are too many.
    pub fn add(&mut self, parent: Option<At>, name: &str, text: &str) -> Result<At, String> {
        if self.0.len() >= MOST_ELEMENTS {
            return Err(format!("has more than {MOST_ELEMENTS} elements"));
        }
        let (at, folded) = (self.0.len(), folded(name));
        let mut number = 1;
        if let Some(parent) = parent.and_then(|parent| self.0.get_mut(parent)) {
            let alike = parent.parts.entry(folded.clone()).or_default();
            alike.push(at);
            number = alike.len();
        }
        let element = Element {
            name: name.to_owned(),
            folded,
            text: text.to_owned(),
            parent,
            parts: HashMap::new(),
            number,
        };
        self.0.push(element);
        Ok(at)
    }

    /// Adds to the text of an element.
    pub fn say(&mut self, at: At, text: &str) {
        if let Some(element) = self.0.get_mut(at) {
            element.text.push_str(text);
        }
    }

    /// All elements, in their order.
    pub fn all(&self) -> std::ops::Range<At> {
        0..self.0.len()
    }

    /// The name of an element, as it is compared.
    pub fn name(&self, at: At) -> &str {
        self.0.get(at).map_or("", |element| &element.folded)
    }

    /// What an element says, without blanks around it.
    pub fn text(&self, at: At) -> &str {
        self.0.get(at).map_or("", |element| element.text.trim())
    }

    /// What an element is a part of.
    pub fn parent(&self, at: At) -> Option<At> {
        self.0.get(at).and_then(|element| element.parent)
    }

    /// The parts of an element with this name, as it is compared.
    pub fn parts(&self, at: At, name: &str) -> impl Iterator<Item = At> + '_ {
        let parts = self.0.get(at).and_then(|element| element.parts.get(name));
        parts.into_iter().flatten().copied()
    }

    /// Where an element stands: `/CC415A/GoodsShipment/GoodsItem[3]`.
    pub fn path(&self, at: At) -> String {
        let mut steps = Vec::new();
        let mut next = Some(at);
        while let Some(element) = next.and_then(|at| self.0.get(at)) {
            let is_first = element.number == 1;
            let number = if is_first { String::new() } else { format!("[{}]", element.number) };
            // What holds a whole JSON document has no name.
            if !element.name.is_empty() {
                steps.push(format!("/{}{number}", element.name));
            }
            next = element.parent;
        }
        steps.reverse();
        steps.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_the_model_means_them_and_paths_are_told_as_they_stand() {
        let mut tree = Tree::default();
        let root = tree.add(None, "ns2:H1", "").unwrap();
        for code in ["1", "2"] {
            let item = tree.add(Some(root), "Goods_Item", "").unwrap();
            tree.add(Some(item), "HarmonizedSystemSubHeadingCode", code).unwrap();
        }
        let items: Vec<At> = tree.parts(root, &folded("goodsItem")).collect();
        assert_eq!(
            items.iter().map(|item| tree.path(*item)).collect::<Vec<_>>(),
            ["/ns2:H1/Goods_Item", "/ns2:H1/Goods_Item[2]"]
        );
        let code = folded("harmonizedSystemSubheadingCode");
        assert_eq!(tree.parts(items[1], &code).map(|at| tree.text(at)).collect::<Vec<_>>(), ["2"]);
    }
}
