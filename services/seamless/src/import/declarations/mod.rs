//! Customs declarations into goods to be screened, described in `services/seamless/IMPORT.md`: a whole document comes in, each
//! of its goods items goes out. What is wrong with an item is told with its path and costs itself alone.

mod documents;
mod mapping;
mod paths;
mod tree;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil, tz::TimeZone};
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

/// A goods item of a declaration.
#[derive(Debug)]
pub struct Declared {
    /// Where it stands: `/CC415A/GoodsShipment/GoodsItem[3]`.
    pub path: String,
    /// The goods, or everything that is wrong with them.
    pub read: Result<Consignment, Vec<RowError>>,
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
    let read = items.into_iter().enumerate().map(|(index, item)| {
        let mut goods = Goods::of(&tree, form, item, &mapping.zone);
        goods.complete(index, otherwise);
        let raw = Value::Object(goods.object.clone()).to_string();
        let read = match goods.wrong.is_empty() {
            true => proto_json::read(&message, &Value::Object(goods.object)).and_then(|read| {
                read.transcode_to().map_err(|error| vec![RowError::new("item", error.to_string())])
            }),
            false => Err(goods.wrong),
        };
        Declared { path: tree.path(item), read, raw }
    });
    Ok(read.collect())
}

/// One item on its way to the contract.
struct Goods {
    object: Map<String, Value>,
    wrong: Vec<RowError>,
}

impl Goods {
    fn of(tree: &Tree, form: &Form, item: At, zone: &TimeZone) -> Self {
        let mut goods = Self { object: Map::new(), wrong: Vec::new() };
        let number = form.number_of(tree, item);
        for field in &form.fields {
            for (text, at) in said(tree, field, item, &number) {
                if let Err(why) = goods.put(field, &text, zone) {
                    goods.wrong.push(RowError::new(field.name.clone(), format!("{why} ({})", tree.path(at))));
                }
            }
        }
        if let Ok(number) = number.parse::<i32>() {
            goods.object.insert("goodsItemNumber".to_owned(), number.into());
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

    /// What the item does not say is taken from elsewhere, or missing.
    fn complete(&mut self, index: usize, otherwise: &Otherwise) {
        let missing = |wrong: &mut Vec<RowError>, field: &str, option: &str| {
            if wrong.iter().all(|one| one.field != field) {
                wrong.push(RowError::new(
                    field,
                    format!("is required; the declaration does not say it, and {option} neither"),
                ));
            }
        };
        if !self.object.contains_key("entryPoint") {
            match &otherwise.entry_point {
                Some(port) => drop(self.object.insert("entryPoint".to_owned(), Value::String(port.clone()))),
                None => missing(&mut self.wrong, "entry_point", "--entry-point"),
            }
        }
        if !self.object.contains_key("arrivalTime") {
            match otherwise.arrival_time {
                Some(time) => {
                    drop(self.object.insert("arrivalTime".to_owned(), Value::String(time.to_string())));
                }
                None => missing(&mut self.wrong, "arrival_time", "--arrival-time"),
            }
        }
        // Within a declaration an item has a number, also where it does not say so.
        let is_declared = ["movementReferenceNumber", "transportDocuments"];
        if is_declared.iter().any(|field| self.object.contains_key(*field))
            && !self.object.contains_key("goodsItemNumber")
        {
            let number = i32::try_from(index + 1).unwrap_or(i32::MAX);
            self.object.insert("goodsItemNumber".to_owned(), number.into());
        }
    }
}

/// What a declaration says of a field: the first that is found, of a list all.
fn said(tree: &Tree, field: &Field, item: At, number: &str) -> Vec<(String, At)> {
    let mut found = field.ways.iter().map(|way| way.nearest(tree, item, number));
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
