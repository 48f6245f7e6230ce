//! Customs declarations into goods to be screened, described in `services/seamless/IMPORT.md`: a whole document comes in, each
//! of its goods items goes out. What cannot be read of an item is left out and told with its path; an item that cannot be screened
//! without it costs itself alone.

mod documents;
mod mapping;
mod paths;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil, tz::TimeZone};
use seamless_identifiers::Unlocode;
use seamless_proto::seamless::consignments::v1::Consignment;
use serde_json::{Map, Value};

pub use documents::LONGEST;
pub use mapping::Mapping;
use mapping::{EUCDM, Field, Form};
use tree::{At, Tree};

use super::{
    ReadError, RowError,
    messages::proto_json::{self, descriptor},
};

/// The message that an item becomes.
const GOODS: &str = "seamless.consignments.v1.Consignment";
/// What goods cannot be screened without.
const NEEDED: [&str; 2] = ["entry_point", "arrival_time"];

/// A goods item of a declaration.
#[derive(Debug)]
pub struct Declared {
    /// Where it stands: `/CC415A/GoodsShipment/GoodsItem[3]`.
    pub path: String,
    /// The goods, or everything that is wrong with them.
    pub read: Result<Consignment, Vec<RowError>>,
    /// What was left out of them, or taken otherwise than it stands there.
    pub left_out: Vec<RowError>,
    /// What was read of it, as JSON.
    pub raw: String,
}

/// What a declaration does not say.
#[derive(Clone, Debug, Default)]
pub struct Otherwise {
    /// Where the goods arrive.
    pub entry_point: Option<String>,
    /// When.
    pub arrival_time: Option<Timestamp>,
}

/// The mapping of a text in the form of `eucdm.toml`; without one, that file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn mapping(text: Option<&str>) -> Result<Mapping, String> {
    let message = descriptor(GOODS).map_err(|error| error.to_string())?;
    Mapping::parse(text.unwrap_or(EUCDM), &message)
}

/// The goods items of a document, in their order.
///
/// # Errors
/// It cannot be read, or has no goods items.
pub fn items(bytes: &[u8], mapping: &Mapping, otherwise: &Otherwise) -> Result<Vec<Declared>, ReadError> {
    let message = descriptor(GOODS)?;
    let tree = documents::tree_of(bytes)?;
    let (form, items) = mapping.form_of(&tree).map_err(|why| ReadError::form("start of the file", why))?;
    let numbers: Vec<String> = items.iter().map(|item| form.number_of(&tree, *item)).collect();
    let twice = given_twice(&numbers);
    let read = items.into_iter().zip(&numbers).enumerate().map(|(index, (item, number))| {
        let mut goods = Goods::of(&tree, form, item, number, &mapping.zone);
        goods.number(index, number, twice);
        goods.complete(otherwise);
        let raw = Value::Object(goods.object.clone()).to_string();
        let Goods { object, mut wrong, missing } = goods;
        let read = match missing.is_empty() {
            false => Err(missing.into_iter().chain(std::mem::take(&mut wrong)).collect()),
            true => {
                proto_json::read_what_fits(&message, Value::Object(object)).and_then(|(read, misfits)| {
                    wrong.extend(misfits);
                    read.transcode_to().map_err(|error| vec![RowError::new("item", error.to_string())])
                })
            }
        };
        Declared { path: tree.path(item), read, left_out: wrong, raw }
    });
    Ok(read.collect())
}

/// A number that two items give themselves, if there is one.
fn given_twice(numbers: &[String]) -> Option<&str> {
    let mut sorted: Vec<&str> =
        numbers.iter().map(String::as_str).filter(|number| !number.is_empty()).collect();
    sorted.sort_unstable();
    sorted.windows(2).find_map(|two| {
        if let [one, other] = two
            && one == other
        {
            Some(*one)
        } else {
            None
        }
    })
}

/// One item on its way to the contract.
struct Goods {
    object: Map<String, Value>,
    /// What was left out.
    wrong: Vec<RowError>,
    /// What it cannot be screened without.
    missing: Vec<RowError>,
}

impl Goods {
    fn of(tree: &Tree, form: &Form, item: At, number: &str, zone: &TimeZone) -> Self {
        let mut goods = Self { object: Map::new(), wrong: Vec::new(), missing: Vec::new() };
        let mut places: BTreeMap<&str, At> = BTreeMap::new();
        let (beside, own): (Vec<&Field>, Vec<&Field>) =
            form.fields.iter().partition(|field| field.is_beside());
        for field in own.into_iter().chain(beside) {
            for (text, at) in said(tree, field, item, number, &places) {
                places.entry(&field.name).or_insert(at);
                if let Err(why) = goods.put(field, &text, zone) {
                    let error = RowError::new(field.name.clone(), format!("{why} ({})", tree.path(at)));
                    match NEEDED.contains(&field.name.as_str()) {
                        true => goods.missing.push(error),
                        false => goods.wrong.push(error),
                    }
                }
            }
        }
        goods
    }

    fn put(&mut self, field: &Field, text: &str, zone: &TimeZone) -> Result<(), String> {
        let text = field.words.get(text).map_or(text, String::as_str);
        if field.column.is_time() {
            return field.column.put(&mut self.object, &time(text, zone)?.to_string());
        }
        if !field.column.is_list() {
            return field.column.put(&mut self.object, text);
        }
        // Each value is put by itself, and may hold what stands between values elsewhere.
        let mut one = Map::new();
        field.column.put(&mut one, &text.replace(';', ","))?;
        for (name, added) in one {
            match (self.object.get_mut(&name), added) {
                (Some(Value::Array(known)), Value::Array(added)) => {
                    for value in added {
                        if !known.contains(&value) {
                            known.push(value);
                        }
                    }
                }
                (_, added) => {
                    self.object.insert(name, added);
                }
            }
        }
        Ok(())
    }

    /// Within a declaration an item has a number of its own: the one that it gives itself, or else its place.
    fn number(&mut self, index: usize, given: &str, twice: Option<&str>) {
        let is_declared = ["movementReferenceNumber", "transportDocuments"];
        let is_declared = is_declared.iter().any(|field| self.object.contains_key(*field));
        let number = match (given.parse::<i32>(), twice) {
            (Ok(number), None) => number,
            (_, twice) if is_declared => {
                let place = i32::try_from(index + 1).unwrap_or(i32::MAX);
                if let Some(twice) = twice {
                    self.wrong.push(RowError::new(
                        "goods_item_number",
                        format!(
                            "wants a number that no other item of the declaration has; {twice} is given twice, so all are \
                             numbered by their place: this is {place}"
                        ),
                    ));
                }
                place
            }
            (Ok(number), _) => number,
            _ => return,
        };
        self.object.insert("goodsItemNumber".to_owned(), number.into());
    }

    /// What the item does not say is taken from elsewhere, or missing.
    fn complete(&mut self, otherwise: &Otherwise) {
        // Offices and places of customs are called otherwise than the places of trade that a plan is for.
        let is_place = |place: &Value| place.as_str().is_some_and(|place| Unlocode::parse(place).is_ok());
        if let (Some(port), Some(stated)) = (&otherwise.entry_point, self.object.get("entryPoint"))
            && !is_place(stated)
        {
            let told = format!("wants a UN/LOCODE; {stated} is taken as {port}, as --entry-point says");
            self.wrong.push(RowError::new("entry_point", told));
            self.object.remove("entryPoint");
        }
        let time = otherwise.arrival_time.map(|time| time.to_string());
        let needed = [
            ("entryPoint", "entry_point", "--entry-point", otherwise.entry_point.clone()),
            ("arrivalTime", "arrival_time", "--arrival-time", time),
        ];
        for (name, field, option, otherwise) in needed {
            if self.object.contains_key(name) || self.missing.iter().any(|one| one.field == field) {
                continue;
            }
            match otherwise {
                Some(value) => drop(self.object.insert(name.to_owned(), Value::String(value))),
                None => self.missing.push(RowError::new(
                    field,
                    format!("is required; the declaration does not say it, and {option} neither"),
                )),
            }
        }
    }
}

/// What a declaration says of a field: the first that is found, of a list all. `places` is where other fields were found.
fn said(
    tree: &Tree,
    field: &Field,
    item: At,
    number: &str,
    places: &BTreeMap<&str, At>,
) -> Vec<(String, At)> {
    let mut found = field.ways.iter().map(|way| match &way.beside {
        None => way.nearest(tree, item, number),
        Some(other) => match places.get(other.as_str()) {
            Some(place) => way.beside(tree, *place, number),
            None => Vec::new(),
        },
    });
    match field.column.is_list() {
        true => found.flatten().collect(),
        false => found.find(|found| !found.is_empty()).into_iter().flatten().take(1).collect(),
    }
}

/// A time as declarations write it: with or without a zone, a day alone, or in digits (`202611211030`).
fn time(text: &str, zone: &TimeZone) -> Result<Timestamp, String> {
    let local = |written: civil::DateTime| zone.to_timestamp(written).ok();
    let digits = text.trim_end_matches('Z');
    let forms = ["%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d"];
    let compact = || {
        let is_compact = digits.chars().all(|letter| letter.is_ascii_digit());
        let zone = if text.ends_with('Z') { &TimeZone::UTC } else { zone };
        let read = forms.iter().filter(|_| is_compact).find_map(|form| {
            civil::DateTime::strptime(form, digits)
                .ok()
                .or_else(|| civil::Date::strptime(form, digits).ok().map(|day| day.at(0, 0, 0, 0)))
        });
        read.and_then(|read| zone.to_timestamp(read).ok())
    };
    let found = text.parse::<Timestamp>().ok();
    let found = found.or_else(|| text.parse::<civil::DateTime>().ok().and_then(local));
    let found = found.or_else(|| text.parse::<civil::Date>().ok().and_then(|day| local(day.at(0, 0, 0, 0))));
    found.or_else(compact).ok_or_else(|| format!("wants a time such as 2026-11-21T09:30:00Z; got {text:?}"))
}
