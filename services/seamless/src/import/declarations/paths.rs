//! Where a mapping finds what it wants: `Commodity/CommodityCode/harmonizedSystemSubHeadingCode`.
//!
//! A path leads from an element to parts of parts. A step may say which parts are meant: `Document[type=C085|N740]` those
//! with one of these values, `TransportEquipment[GoodsReference/goodsItemNumber]` those that name this goods item there, or
//! name none. Paths with `+` between them are put together as they are (`… + …`), with `,` in a list of words.

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
    paths: Vec<Path>,
    between: Between,
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
    /// A step without a name, a bracket that is not closed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (between, sign) =
            if text.contains(',') { (Between::Comma, ',') } else { (Between::Nothing, '+') };
        let paths = text.split(sign).map(|path| Path::parse(path.trim())).collect::<Result<_, _>>()?;
        Ok(Self { paths, between })
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
        if let [only] = self.paths.as_slice() {
            return said(only);
        }
        // Put together, there is one value; what it begins with must be there.
        let mut parts = self.paths.iter().map(|path| said(path).into_iter().next());
        let first = match self.between {
            Between::Nothing => parts.next().flatten(),
            Between::Comma => parts.by_ref().flatten().next(),
        };
        let Some((mut text, place)) = first else { return Vec::new() };
        for (part, _) in parts.flatten() {
            text.push_str(if self.between == Between::Comma { ", " } else { "" });
            text.push_str(&part);
        }
        vec![(text, place)]
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
