//! Who is seen: registered people, people who are not, and those who cannot be told apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use crate::{Sighting, SightingId};

/// Somebody who registered. Personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrant {
    /// The caller's key.
    pub key: String,
    /// As it registered.
    pub name: String,
    /// Names under which it was registered before, by which it is known as well.
    pub former_names: Vec<String>,
    /// Of mail; empty if it gave none.
    pub address: String,
}

impl Registrant {
    /// All its names, in the form in which names are compared.
    fn names(&self) -> BTreeSet<String> {
        std::iter::once(&self.name).chain(&self.former_names).map(|name| comparable(name)).collect()
    }
}

/// Whose a sighting is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    /// That of this key.
    Registered(String),
    /// Somebody who did not register; of this address, or else of this name.
    Other {
        /// In the form in which names are compared.
        name: String,
        /// In lower case.
        address: Option<String>,
    },
}

/// What a person said of somebody who could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is the registrant of this key.
    Is(String),
    /// It did not register.
    IsNobody,
}

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// Everybody who was seen with this name and address.
    All {
        /// In the form in which names are compared: [`WhoQuestion::name`].
        name: String,
        /// In lower case.
        address: Option<String>,
    },
    /// One sighting; it counts before what is said of all.
    One(SightingId),
}

/// What was said before.
pub type Answers = BTreeMap<Asked, Answer>;

/// Why it cannot be told who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Several registered with this name, and there is no address.
    SeveralOfTheName,
    /// Several registered with this address, and none or several of them with this name.
    SeveralOfTheAddress,
    /// One registered with this name, and with another address.
    OtherAddress,
    /// One registered with this name, and somebody else of the name was seen with an address of its own.
    SeenTwice,
}

/// A question to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoQuestion {
    /// In the form in which names are compared.
    pub name: String,
    /// In lower case.
    pub address: Option<String>,
    /// Why it is asked.
    pub doubt: Doubt,
    /// Keys of registrants that it may be, in order.
    pub candidates: Vec<String>,
    /// What was seen and is not answered yet, by time.
    pub sightings: Vec<SightingId>,
}

/// A name as names are compared: one width, one case, single spaces, no order of surname and given name. In a name of Chinese
/// characters alone the surname comes first, and blanks say nothing.
pub fn comparable(name: &str) -> String {
    let name: String = name.nfkc().collect::<String>().to_lowercase();
    let mut words: Vec<&str> =
        name.split([' ', ',', '\u{3000}', '\t']).filter(|word| !word.is_empty()).collect();
    let is_han = |one: char| matches!(one, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '·');
    if words.iter().all(|word| word.chars().all(is_han)) {
        return words.concat();
    }
    words.sort_unstable();
    words.join(" ")
}

/// Finds registrants.
pub(crate) struct Directory<'a> {
    by_address: HashMap<String, Vec<&'a Registrant>>,
    by_name: HashMap<String, Vec<&'a Registrant>>,
    /// Names that were seen with an address that nobody registered.
    foreign: HashMap<String, ()>,
}

/// Who somebody is, or why that cannot be told.
pub(crate) enum Found {
    One(Person),
    Doubt(Doubt, Vec<String>),
}

impl<'a> Directory<'a> {
    pub(crate) fn new(registrants: &'a [Registrant], sightings: &[&Sighting]) -> Self {
        let mut by_address: HashMap<String, Vec<&Registrant>> = HashMap::new();
        let mut by_name: HashMap<String, Vec<&Registrant>> = HashMap::new();
        for registrant in registrants {
            if !registrant.address.trim().is_empty() {
                by_address.entry(registrant.address.trim().to_lowercase()).or_default().push(registrant);
            }
            for name in registrant.names() {
                by_name.entry(name).or_default().push(registrant);
            }
        }
        let foreign = sightings.iter().filter(|sighting| {
            sighting.address.as_ref().is_some_and(|address| !by_address.contains_key(address))
        });
        let foreign = foreign.map(|sighting| (comparable(&sighting.name), ())).collect();
        Self { by_address, by_name, foreign }
    }

    /// Who was seen with this name, in the form in which names are compared, and this address.
    pub(crate) fn find(&self, name: &str, address: Option<&str>) -> Found {
        let of_name =
            self.by_name.get(name).map(Vec::as_slice).filter(|_| !name.is_empty()).unwrap_or_default();
        let doubt = |doubt: Doubt, of: &[&Registrant]| {
            let mut keys: Vec<String> = of.iter().map(|one| one.key.clone()).collect();
            keys.sort_unstable();
            Found::Doubt(doubt, keys)
        };
        let registered = |one: &Registrant| Found::One(Person::Registered(one.key.clone()));
        let other =
            || Found::One(Person::Other { name: name.to_owned(), address: address.map(str::to_owned) });
        let Some(address) = address else {
            return match of_name {
                [] => other(),
                [one] if !self.foreign.contains_key(name) => registered(one),
                [_] => doubt(Doubt::SeenTwice, of_name),
                _ => doubt(Doubt::SeveralOfTheName, of_name),
            };
        };
        match self.by_address.get(address).map(Vec::as_slice) {
            Some([one]) => registered(one),
            Some(several) => {
                let mut both = several.iter().filter(|one| one.names().contains(name));
                match (both.next(), both.next()) {
                    (Some(one), None) => registered(one),
                    _ => doubt(Doubt::SeveralOfTheAddress, several),
                }
            }
            None if of_name.is_empty() => other(),
            None => doubt(Doubt::OtherAddress, of_name),
        }
    }
}
