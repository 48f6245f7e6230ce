//! Values of any type that can be read: made by its own reading, so that a new field, variant or form of text is in a test
//! on the day it is in the code.
//!
//! Nothing is drawn by chance: the same type gives the same values.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

/// Texts with a form, two of each, so that lists have different items. A text without a form takes the first.
const FORMS: [&str; 41] = [
    "a text, 水壶",
    "another text",
    "en-GB",
    "zh-Hans",
    "eu-just",
    "cn-gacc",
    "2026-03-05T07:08:09.000001Z",
    "2026-03-06T00:00:00Z",
    "2026-03-05",
    "2026-03-05T07:08:09",
    "FREQ=DAILY;COUNT=3",
    "FREQ=WEEKLY;COUNT=2",
    "2026-03-06",
    "01993f2e-0000-7000-8000-000000000001",
    "01993f2e-0000-7000-8000-000000000002",
    "CN",
    "NL",
    "06291041500213",
    "04006381333931",
    "950300",
    "851610",
    "NLRTM",
    "CNSHA",
    "CSQU3054383",
    "MSCU6639870",
    "914403001922038216",
    "91350100M000100Y43",
    "https://shop.example/1",
    "https://shop.example/2",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "EUR",
    "CNY",
    "10:30",
    "PT90S",
    "PT1H",
    "K7QF3M2P9XTVHB4WT0",
    "0123456789ABCDEF34",
    "1",
    "2",
    "",
];
/// No document is filled deeper.
const DEEPEST: usize = 16;
/// Readings of one document: each refuses one text.
const MOST_READINGS: usize = 20_000;

/// An enumeration and one of its variants, as they are written.
pub(crate) type Variant = (&'static str, &'static str);

/// What was filled.
pub(crate) struct Filled<T> {
    /// The first with as little as there can be, the others with every field, and together with every variant.
    pub values: Vec<T>,
    /// The variants that are met.
    pub variants: BTreeSet<Variant>,
}

/// Values of `T`, until every variant of each of its enumerations was met.
///
/// # Panics
/// If `T` takes no text of those known here for one of its fields: say one more.
pub(crate) fn filled<T: DeserializeOwned>() -> Filled<T> {
    let mut memory = Memory::default();
    let mut values = vec![read(&mut memory, true)];
    loop {
        values.push(read(&mut memory, false));
        let wanted = memory.enumerations.iter();
        let wanted: BTreeSet<Variant> =
            wanted.flat_map(|(name, variants)| variants.iter().map(|variant| (*name, *variant))).collect();
        if wanted.is_subset(&memory.met) {
            return Filled { values, variants: memory.met };
        }
    }
}

/// One value; with texts changed until all are taken.
fn read<T: DeserializeOwned>(memory: &mut Memory, is_minimal: bool) -> T {
    let name = std::any::type_name::<T>();
    for _ in 0..MOST_READINGS {
        let attempt = RefCell::new(Attempt {
            is_minimal,
            memory: memory.clone(),
            last_text: None,
            texts: BTreeMap::new(),
        });
        let place = Place { attempt: &attempt, path: String::new(), twin: None, depth: 0 };
        let read = T::deserialize(place);
        let attempt = attempt.into_inner();
        match (read, attempt.last_text) {
            (Ok(value), _) => {
                *memory = attempt.memory;
                return value;
            }
            (Err(error), None) => panic!("{name} cannot be filled: {error}"),
            (Err(_), Some(path)) => *memory.forms.entry(path).or_default() += 1,
        }
    }
    panic!("{name} takes no text that is known here: {:?}", memory.forms)
}

/// What is known from one reading to the next.
#[derive(Clone, Default)]
struct Memory {
    /// Which of the forms a place takes.
    forms: BTreeMap<String, usize>,
    /// How many variants of an enumeration were given.
    turns: BTreeMap<&'static str, usize>,
    enumerations: BTreeMap<&'static str, &'static [&'static str]>,
    met: BTreeSet<Variant>,
}

struct Attempt {
    is_minimal: bool,
    memory: Memory,
    /// Where the last text was given: what is refused next is that one.
    last_text: Option<String>,
    texts: BTreeMap<String, &'static str>,
}

/// A place in the document that is filled.
struct Place<'a> {
    attempt: &'a RefCell<Attempt>,
    path: String,
    /// The same place in the item before: its text is not given again.
    twin: Option<String>,
    depth: usize,
}

impl<'a> Place<'a> {
    fn below(&self, part: impl Display) -> Self {
        let twin = self.twin.as_ref().map(|twin| format!("{twin}.{part}"));
        Place { attempt: self.attempt, path: format!("{}.{part}", self.path), twin, depth: self.depth + 1 }
    }

    fn item(&self, number: usize) -> Self {
        let twin = number.checked_sub(1).map(|before| format!("{}.{before}", self.path));
        Place { twin: twin.or_else(|| self.below(number).twin), ..self.below(number) }
    }

    fn is_minimal(&self) -> bool {
        self.attempt.borrow().is_minimal || self.depth > DEEPEST
    }

    fn text(&self) -> &'static str {
        let mut attempt = self.attempt.borrow_mut();
        let first = if attempt.is_minimal { FORMS.len() - 1 } else { 0 };
        let mut turn = attempt.memory.forms.get(&self.path).copied().unwrap_or_default();
        let form = |turn: usize| FORMS[(first + turn) % FORMS.len()];
        let taken = self.twin.as_ref().and_then(|twin| attempt.texts.get(twin)).copied();
        if taken == Some(form(turn)) {
            turn += 1;
        }
        attempt.memory.forms.insert(self.path.clone(), turn);
        attempt.last_text = Some(self.path.clone());
        attempt.texts.insert(self.path.clone(), form(turn));
        form(turn)
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $number:expr),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            if self.is_minimal() { visitor.$visit(Default::default()) } else { visitor.$visit($number) }
        })+
    };
}

impl<'de> Deserializer<'de> for Place<'_> {
    type Error = Error;

    numbers! {
        deserialize_bool visit_bool true,
        deserialize_i8 visit_i8 7, deserialize_i16 visit_i16 7, deserialize_i32 visit_i32 7,
        deserialize_i64 visit_i64 7, deserialize_u8 visit_u8 7, deserialize_u16 visit_u16 7,
        deserialize_u32 visit_u32 7, deserialize_u64 visit_u64 7,
        deserialize_f32 visit_f32 0.1, deserialize_f64 visit_f64 0.1,
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a value of any form: say here how to fill it"))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_char('a')
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.text().as_bytes())
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bytes(self.text().as_bytes())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_minimal() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let length = if self.is_minimal() { 0 } else { 2 };
        visitor.visit_seq(Items { place: self, length, given: 0 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items { place: self, length, given: 0 })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Items { place: self, length, given: 0 })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let length = if self.is_minimal() { 0 } else { 2 };
        visitor.visit_map(Items { place: self, length, given: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields { place: self, fields, field: "" })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = {
            let mut attempt = self.attempt.borrow_mut();
            let is_minimal = attempt.is_minimal;
            let turn = attempt.memory.turns.entry(name).or_default();
            let variant = variants[if is_minimal { 0 } else { *turn % variants.len() }];
            *turn += usize::from(!is_minimal);
            attempt.memory.enumerations.insert(name, variants);
            attempt.memory.met.insert((name, variant));
            variant
        };
        visitor.visit_enum(Chosen { place: self.below(variant), variant })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("a field without its structure"))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items<'a> {
    place: Place<'a>,
    length: usize,
    given: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if self.given == self.length {
            return Ok(None);
        }
        self.given += 1;
        seed.deserialize(self.place.item(self.given - 1)).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if self.given == self.length {
            return Ok(None);
        }
        self.given += 1;
        seed.deserialize(self.place.item(self.given - 1).below("key")).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.place.item(self.given - 1).below("value"))
    }
}

struct Fields<'a> {
    place: Place<'a>,
    fields: &'static [&'static str],
    field: &'static str,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((field, rest)) = self.fields.split_first() else { return Ok(None) };
        (self.field, self.fields) = (field, rest);
        let name: StrDeserializer<'_, Error> = self.field.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.place.below(self.field))
    }
}

struct Chosen<'a> {
    place: Place<'a>,
    variant: &'static str,
}

impl<'de, 'a> EnumAccess<'de> for Chosen<'a> {
    type Error = Error;
    type Variant = Place<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Place<'a>), Error> {
        let name: StrDeserializer<'_, Error> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self.place))
    }
}

impl<'de> VariantAccess<'de> for Place<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}
