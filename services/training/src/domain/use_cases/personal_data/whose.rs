//! Whose data is meant.

use std::collections::{BTreeMap, BTreeSet};

use seamless_attendance::{Sighting, comparable};

use crate::domain::model::{
    AskedOf, Attendance, Erasure, KeptAnswer, Person, Question, RegisteredPerson, Registration, address_key,
};

/// By what a person is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// In the form in which addresses are compared.
    pub address: Option<String>,
    /// In the form in which names are compared: of those who are registered without an address.
    pub full_name: Option<String>,
}

impl Sought {
    /// Whose erasure it is; nobody's once it is over.
    #[must_use]
    pub fn of(erasure: &Erasure) -> Self {
        Self { address: erasure.address.clone(), full_name: erasure.full_name.clone() }
    }

    /// Whether it is nobody.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it is this person.
    #[must_use]
    pub fn is(&self, person: &Person) -> bool {
        self.address.as_deref().is_some_and(|address| person.has_address(address))
            || (person.email.is_empty() && person.names().any(|name| self.is_called(&name)))
    }

    /// Whether it is asked for by this name, in the form in which names are compared.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.full_name.as_deref() == Some(name)
    }

    /// The places of the person in a registration.
    pub fn places(&self, registration: &Registration) -> Vec<RegisteredPerson> {
        let own = registration.content.people.iter().zip(0_u32..).filter(|(person, _)| self.is(person));
        own.map(|(_, person)| RegisteredPerson { registration: registration.id, person }).collect()
    }
}

/// People who are to be found in what platforms saw of an activity.
#[derive(Clone, Debug)]
pub(super) enum Whose {
    Everybody,
    Person {
        /// In the form in which names are compared, where no address is told.
        names: BTreeSet<String>,
        address: Option<String>,
        /// Whatever was said to be the person at one of these is that person's, under whatever name and address.
        places: BTreeSet<RegisteredPerson>,
    },
}

impl Whose {
    /// Of a person, as these registrations for the activity name it, and by the name that it is sought by.
    pub fn among<'a>(registrations: impl IntoIterator<Item = &'a Registration>, sought: &Sought) -> Self {
        let mut names: BTreeSet<String> = sought.full_name.clone().into_iter().collect();
        let mut places = BTreeSet::new();
        for registration in registrations {
            let own = registration.content.people.iter().filter(|person| sought.is(person));
            names.extend(own.flat_map(Person::names));
            places.extend(sought.places(registration));
        }
        Self::Person { names, address: sought.address.clone(), places }
    }

    fn has(&self, address: &str) -> bool {
        matches!(self, Self::Person { address: Some(own), .. } if address_key(address) == *own)
    }
}

/// What is somebody's in what was merged of an activity.
pub(super) struct Theirs<'a> {
    whose: &'a Whose,
    by_stay: BTreeMap<&'a str, &'a KeptAnswer>,
    by_name: BTreeMap<(&'a str, Option<&'a str>), &'a KeptAnswer>,
    /// Stays that can be of nobody else: the person is all whom they are asked about.
    asked: BTreeSet<&'a str>,
}

impl<'a> Theirs<'a> {
    /// By what was said, and what is asked.
    pub fn of(whose: &'a Whose, attendance: Option<&'a Attendance>) -> Self {
        let mut theirs =
            Self { whose, by_stay: BTreeMap::new(), by_name: BTreeMap::new(), asked: BTreeSet::new() };
        for answer in attendance.iter().flat_map(|one| &one.answers) {
            match &answer.asked {
                AskedOf::Stay(id) => _ = theirs.by_stay.insert(id, answer),
                AskedOf::All { name, address } => {
                    theirs.by_name.insert((name, address.as_deref()), answer);
                }
            }
        }
        let questions = attendance.iter().flat_map(|one| &one.questions);
        let own = questions.filter(|question| theirs.is_alone(question));
        let asked = own.flat_map(|question| question.stays.iter().map(|stay| stay.id.as_str())).collect();
        Self { asked, ..theirs }
    }

    /// What was said of somebody whom a platform saw.
    pub fn answer(&self, sighting: &Sighting) -> Option<&'a KeptAnswer> {
        let of_name = || {
            let name = comparable(&sighting.name);
            self.by_name.get(&(name.as_str(), sighting.address.as_deref())).copied()
        };
        self.by_stay.get(sighting.id.as_str()).copied().or_else(of_name)
    }

    /// Whether it is of them. What was said to be somebody else is that one's, whatever it is called.
    pub fn has_sighting(&self, sighting: &Sighting) -> bool {
        let Whose::Person { names, places, .. } = self.whose else { return !sighting.is_erased() };
        if sighting.is_erased() {
            return false;
        }
        if sighting.address.as_deref().is_some_and(|address| self.whose.has(address)) {
            return true;
        }
        match self.answer(sighting) {
            Some(answer) => answer.is.as_ref().is_some_and(|who| places.contains(who)),
            None => {
                self.asked.contains(sighting.id.as_str())
                    || (sighting.address.is_none() && names.contains(&comparable(&sighting.name)))
            }
        }
    }

    /// Whether the answer tells of them, or of their address.
    pub fn has_answer(&self, answer: &KeptAnswer) -> bool {
        let Whose::Person { names, places, .. } = self.whose else { return true };
        if answer.is.as_ref().is_some_and(|who| places.contains(who)) {
            return true;
        }
        match &answer.asked {
            AskedOf::All { address: Some(address), .. } => self.whose.has(address),
            AskedOf::All { name, address: None } => answer.is.is_none() && names.contains(name),
            AskedOf::Stay(_) => false,
        }
    }

    /// Whether it is asked about them.
    pub fn has_question(&self, question: &Question) -> bool {
        let Whose::Person { names, .. } = self.whose else { return true };
        match &question.address {
            Some(address) => self.whose.has(address) || self.is_alone(question),
            None => names.contains(&question.name) || self.is_alone(question),
        }
    }

    /// Whether what stays of them is somebody else's, who was at a meeting under their address.
    pub fn is_of_another(&self, answer: &KeptAnswer) -> bool {
        match self.whose {
            Whose::Everybody => false,
            Whose::Person { places, .. } => answer.is.as_ref().is_some_and(|who| !places.contains(who)),
        }
    }

    fn is_alone(&self, question: &Question) -> bool {
        let Whose::Person { places, .. } = self.whose else { return false };
        !question.candidates.is_empty() && question.candidates.iter().all(|who| places.contains(who))
    }
}
