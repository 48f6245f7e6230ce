//! A registration from the wire into the domain.

use seamless_api::violations::Violations;
use seamless_calendar::Zones;
use seamless_proto::seamless::training::v1 as wire;

use super::{activity_in::language_in, session_in::number};
use crate::domain::model::{Answer, Person, RegistrationContent, SessionId, address_key};

/// The most people of a registration.
const PEOPLE: usize = 500;
/// The longest answer, in characters.
const ANSWER_LENGTH: usize = 5_000;

/// Parses who registers; output-only fields are ignored. `at` is the path of the registration in the request.
pub fn registration_in(
    found: &mut Violations,
    at: &str,
    registration: wire::Registration,
    zones: &Zones,
) -> Option<(Option<SessionId>, RegistrationContent)> {
    let path = |name: &str| format!("{at}.{name}");
    let session = found.parsed(path("session"), &registration.session, str::parse);
    let people = people_in(found, &path("people"), registration.people, false, zones);
    let named = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let seats = match number(found, &path("seats"), registration.seats, 0..=500) {
        0 => named,
        seats => seats,
    };
    if named > seats {
        found.add(path("people"), format!("has {named} people for {seats} seats"));
    }
    if registration.country.is_empty() {
        found.add(path("country"), "is required");
    }
    let country = found.country(path("country"), &registration.country);
    let answers = found.bounded(path("answers"), registration.answers, 50).into_iter().enumerate();
    let answers = answers
        .filter_map(|(index, answer)| {
            let at = format!("{at}.answers[{index}]");
            if answer.question.is_empty() {
                found.add(format!("{at}.question"), "is required");
            }
            let question = found.parsed(format!("{at}.question"), &answer.question, str::parse);
            let value = found.text(format!("{at}.value"), answer.value, ANSWER_LENGTH);
            Some(Answer { question: question?, value })
        })
        .collect();
    let audience = found.required_vocabulary(path("audience"), registration.audience);
    let country = country?;
    Some((session, RegistrationContent { people, written_to: 0, seats, audience, country, answers }))
}

/// Parses people: at least one, and the first with an address. Where places `may_be_empty`, empty messages stand for them, and
/// the first is the first that is none.
pub fn people_in(
    found: &mut Violations,
    at: &str,
    people: Vec<wire::Person>,
    may_be_empty: bool,
    zones: &Zones,
) -> Vec<Person> {
    let is_empty = |person: &wire::Person| may_be_empty && *person == wire::Person::default();
    if people.iter().all(is_empty) {
        found.add(at, "is required: 1 to 500 people");
    }
    let first = people.iter().position(|person| !is_empty(person));
    let people = found.bounded(at, people, PEOPLE).into_iter().enumerate();
    people
        .map(|(index, person)| match is_empty(&person) {
            true => Person::default(),
            false => person_in(found, &format!("{at}[{index}]"), person, first == Some(index), zones),
        })
        .collect()
}

fn person_in(
    found: &mut Violations,
    at: &str,
    person: wire::Person,
    is_first: bool,
    zones: &Zones,
) -> Person {
    let path = |name: &str| format!("{at}.{name}");
    if is_first && person.email.is_empty() {
        found.add(path("email"), "is required of the first");
    }
    if !person.email.is_empty() && !is_address(&person.email) {
        // What was given is personal data: it is not told again.
        found.add(path("email"), "wants an address like name@example.org");
    }
    let zone = found.text(path("zone"), person.zone, 100);
    let zone = (!zone.is_empty()).then_some(zone);
    if let Some(Err(error)) = zone.as_ref().map(|zone| zones.get(zone)) {
        found.add(path("zone"), error.to_string());
    }
    Person {
        full_name: found.required_text(path("full_name"), person.full_name, 200),
        email: found.text(path("email"), person.email, 254),
        organisation: found.text(path("organisation"), person.organisation, 200),
        language: language_in(found, &path("language"), &person.language),
        zone,
        former_names: Vec::new(),
        since: None,
    }
}

/// An address by itself, in the form in which addresses are compared.
pub fn address_in(found: &mut Violations, at: &str, email: String) -> String {
    let email = found.required_text(at, email, 254);
    if !email.is_empty() && !is_address(&email) {
        // What was given is personal data: it is not told again.
        found.add(at, "wants an address like name@example.org");
    }
    address_key(&email)
}

/// Whether mail can be sent there as far as the form goes [RFC 5321, 4.1.2]: quoted local parts, address literals and comments
/// are not taken.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>[]:;@\\,\"".contains(c);
    let labels = || domain.split('.');
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    (1..=64).contains(&local.len())
        && local.chars().all(is_plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && labels().count() >= 2
        && labels().all(is_label)
}
