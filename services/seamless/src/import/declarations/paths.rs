//! Where a mapping finds what it wants: `Commodity/CommodityCode/harmonizedSystemSubHeadingCode`.
//!
//! A path leads from an element to parts of parts. A step may say which parts are meant: `Document[type=C085|N740]` those
//! with one of these values, `TransportEquipment[GoodsReference/goodsItemNumber]` those that name this goods item there, or
//! name none. Paths with `+` between them are put together as they are (`… + …`), with `,` in a list of words; among them
//! `'text'` is that text. What begins with `{field}/` is looked for beside what was found for another field, and nowhere else.

use super::tree::{At, Tree, folded};

/// How the parts of a value are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    Comma,
}

/// One way to find a value.
#[derive(Clone, Debug)]
pub struct Way {
    parts: Vec<Part>,
    between: Between,
    /// The field beside which it looks; none for the item and what is around it.
    pub beside: Option<String>,
}

#[derive(Clone, Debug)]
enum Part {
    Path(Path),
    Text(String),
}

#[derive(Clone, Debug)]
struct Path(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    name: String,
    condition: Option<Condition>,
}

#[derive(Clone, Debug)]
struct Condition {
    path: Vec<String>,
    /// One of these; none for the number of the goods item.
    values: Option<Vec<String>>,
}

impl Way {
    /// Reads one.
    ///
    /// # Errors
    /// A step without a name, a bracket that is not closed, nothing but a text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (beside, text) = match text.strip_prefix('{').and_then(|text| text.split_once("}/")) {
            Some((field, text)) => (Some(field.trim().to_owned()), text),
            None => (None, text),
        };
        let (between, sign) =
            if text.contains(',') { (Between::Comma, ',') } else { (Between::Nothing, '+') };
        let parts = text.split(sign).map(|part| Part::parse(part.trim()));
        let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
        match parts.iter().any(|part| matches!(part, Part::Path(_))) {
            true => Ok(Self { parts, between, beside }),
            false => Err(format!("wants a path beside a text; got {text:?}")),
        }
    }

    /// The values that it finds beside an element, and where they stand.
    pub fn beside(&self, tree: &Tree, element: At, item: &str) -> Vec<(String, At)> {
        tree.parent(element).map(|around| self.at(tree, around, item)).unwrap_or_default()
    }

    /// The values that it finds at the nearest of the element and those around it, and where the first of them stands.
    /// `item` is the number of the goods item.
    pub fn nearest(&self, tree: &Tree, element: At, item: &str) -> Vec<(String, At)> {
        let mut around = Some(element);
        while let Some(at) = around {
            let found = self.at(tree, at, item);
            if !found.is_empty() {
                return found;
            }
            around = tree.parent(at);
        }
        Vec::new()
    }

    /// The values that it finds in the element itself, whichever goods item it is.
    pub fn within(&self, tree: &Tree, element: At) -> Vec<(String, At)> {
        self.at(tree, element, "")
    }

    fn at(&self, tree: &Tree, at: At, item: &str) -> Vec<(String, At)> {
        let said = |path: &Path| -> Vec<(String, At)> {
            let found = path.from(tree, at, item).into_iter();
            found.map(|at| (tree.text(at).to_owned(), at)).filter(|(text, _)| !text.is_empty()).collect()
        };
        if let [Part::Path(only)] = self.parts.as_slice() {
            return said(only);
        }
        // Put together, there is one value. A text counts where something is found beside it; and what the value begins with
        // must be there.
        let found = self.parts.iter().map(|part| match part {
            Part::Path(path) => said(path).into_iter().next(),
            Part::Text(text) => Some((text.clone(), at)),
        });
        let found: Vec<Option<(String, At)>> = found.collect();
        let is_path = |(part, found): &(&Part, &Option<_>)| matches!(part, Part::Path(_)) && found.is_some();
        let Some(place) = self.parts.iter().zip(&found).find(is_path).and_then(|(_, found)| found.as_ref())
        else {
            return Vec::new();
        };
        let place = place.1;
        if self.between == Between::Nothing && found.first().is_none_or(Option::is_none) {
            return Vec::new();
        }
        let texts: Vec<String> = found.into_iter().flatten().map(|(text, _)| text).collect();
        vec![(texts.join(if self.between == Between::Comma { ", " } else { "" }), place)]
    }
}

impl Part {
    fn parse(text: &str) -> Result<Self, String> {
        match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
            Some(text) => Ok(Self::Text(text.to_owned())),
            None => Path::parse(text).map(Self::Path),
        }
    }
}

/// Reads where items stand: the names of an element and of those around it.
///
/// # Errors
/// As [`Way::parse`].
pub fn names(text: &str) -> Result<Vec<String>, String> {
    Ok(Path::parse(text)?.0.into_iter().map(|step| step.name).collect())
}

/// Whether an element has this name, and those around it the names before it.
pub fn stands(tree: &Tree, element: At, names: &[String]) -> bool {
    let mut at = Some(element);
    names.iter().rev().all(|name| {
        let is_it = at.is_some_and(|at| tree.name(at) == name);
        at = at.and_then(|at| tree.parent(at));
        is_it
    })
}

impl Path {
    fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(['/', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let name = folded(name);
            if name.is_empty() {
                return Err(format!("wants names of elements with / between them; got {text:?}"));
            }
            let (condition, after) = match after.strip_prefix('[') {
                None => (None, after),
                Some(after) => {
                    let (inner, after) = after
                        .split_once(']')
                        .ok_or_else(|| format!("wants a ] after each [; got {text:?}"))?;
                    (Some(Condition::parse(inner)), after)
                }
            };
            steps.push(Step { name, condition });
            rest = match after.strip_prefix('/') {
                Some(rest) if !rest.is_empty() => rest,
                None if after.is_empty() => after,
                _ => return Err(format!("wants names of elements with / between them; got {text:?}")),
            };
        }
        match steps.is_empty() {
            true => Err("wants a path; got none".to_owned()),
            false => Ok(Self(steps)),
        }
    }

    fn from(&self, tree: &Tree, at: At, item: &str) -> Vec<At> {
        let mut found = vec![at];
        for step in &self.0 {
            let parts = found.iter().flat_map(|at| tree.parts(*at, &step.name));
            found = parts
                .filter(|part| step.condition.as_ref().is_none_or(|one| one.is_met(tree, *part, item)))
                .collect();
        }
        found
    }
}

impl Condition {
    fn parse(text: &str) -> Self {
        let (path, values) = match text.split_once('=') {
            None => (text, None),
            Some((path, values)) => {
                (path, Some(values.split('|').map(|value| value.trim().to_owned()).collect()))
            }
        };
        Self { path: path.split('/').map(folded).collect(), values }
    }

    fn is_met(&self, tree: &Tree, at: At, item: &str) -> bool {
        let mut found = vec![at];
        for name in &self.path {
            found = found.iter().flat_map(|at| tree.parts(*at, name)).collect();
        }
        match &self.values {
            Some(values) => found.iter().any(|at| values.iter().any(|value| value == tree.text(*at))),
            None => found.is_empty() || found.iter().any(|at| tree.text(*at) == item),
        }
    }
}
