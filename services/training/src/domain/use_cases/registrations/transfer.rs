//! Who is in whose place: other people, or the same ones under names that were put right.
//!
//! Invariant: what is known of somebody's attendance is true of nobody who comes into the place later; and who keeps its place
//! keeps what is known, under whatever name.

use jiff::Timestamp;
use seamless_attendance::comparable;

use crate::domain::{
    DomainError, Violation,
    model::{Activity, ActivityState, Person, Registration, RegistrationContent, Step, address_key},
    seating::By,
};

/// Names of one person that are kept.
const FORMER_NAMES: usize = 10;

/// A registration in its next revision, and who was named in it before.
pub(super) struct Named {
    pub registration: Registration,
    pub before: Vec<Person>,
}

/// Whether nobody else can take part any more: the last meeting has begun, or it was said that the activity took place.
pub(super) fn is_too_late(activity: &Activity, now: Timestamp) -> bool {
    activity.state == ActivityState::Held || activity.last_begins().is_some_and(|begins| begins <= now)
}

/// Puts other people in the place of those who are registered. Under the same address it is the same person; from the first
/// meeting on, `has_begun`, it may have been seen under the name of before.
///
/// # Errors
/// `Invalid` for a place that is left empty though somebody is in it.
pub(super) fn replace(
    registration: &mut Registration,
    people: Vec<Person>,
    has_begun: bool,
    now: Timestamp,
) -> Result<(), DomainError> {
    let before = std::mem::take(&mut registration.content.people);
    let found = unnamed(&before, &people);
    if !found.is_empty() {
        return Err(found.into());
    }
    let named = people.into_iter().enumerate().map(|(place, person)| match before.get(place) {
        Some(before) if before.is_same(&person) && !before.is_erased() => match has_begun {
            true => renamed(before, person),
            false => Person { since: before.since, ..person },
        },
        _ if person.is_erased() => person,
        _ => Person { since: Some(now), ..person },
    });
    let content = &mut registration.content;
    content.people = named.collect();
    let leader = before.get(content.written_to as usize);
    let written_to = content.people.iter().position(|person| !person.email.is_empty()).unwrap_or_default();
    content.written_to = u32::try_from(written_to).unwrap_or_default();
    if !content.leader().zip(leader).is_some_and(|(now, before)| now.is_same(before)) {
        leave_nothing_said(registration);
    }
    Ok(())
}

/// Answers and notes are of the one who was written to: nobody else is to have them, and they go when that one does.
fn leave_nothing_said(registration: &mut Registration) {
    registration.content.answers.clear();
    registration.steps.iter_mut().for_each(|step| step.note.clear());
}

/// Those who are named no more, each by what answers to earlier calls show of it.
pub(super) fn left<'a>(before: &'a [Person], after: &[Person]) -> Vec<&'a str> {
    let stays = |person: &Person| after.iter().any(|one| one.is_same(person));
    let gone = before.iter().filter(|person| !person.is_erased() && !stays(person));
    gone.map(|person| if person.email.is_empty() { person.full_name.as_str() } else { person.email.as_str() })
        .collect()
}

/// Puts names right, and nothing else: the people are the same ones.
///
/// # Errors
/// `Invalid` where another number of people is given, or another address.
pub(super) fn corrected(
    mut registration: Registration,
    people: Vec<Person>,
    by: By<'_>,
    now: Timestamp,
) -> Result<Named, DomainError> {
    const WHY: &str = "once the last meeting has begun names alone are put right";
    let before = std::mem::take(&mut registration.content.people);
    let mut found = unnamed(&before, &people);
    if people.len() != before.len() {
        let wanted = format!("wants the {} who are registered; got {}: {WHY}", before.len(), people.len());
        found.push(Violation::new("people", wanted));
    }
    for (place, (before, person)) in before.iter().zip(&people).enumerate() {
        if address_key(&before.email) != address_key(&person.email) {
            // What is registered is personal data: it is not told again.
            let wanted = format!("wants the address that is registered: {WHY}");
            found.push(Violation::new(format!("people[{place}].email"), wanted));
        }
    }
    if !found.is_empty() {
        return Err(found.into());
    }
    let named = before.iter().zip(people).map(|(before, person)| match before.is_erased() {
        true => before.clone(),
        false => renamed(before, person),
    });
    registration.content.people = named.collect();
    registration.update_time = now;
    registration.revision += 1;
    let note = "names put right".to_owned();
    registration.steps.push(Step { state: registration.state, time: now, by: by.authority.cloned(), note });
    Ok(Named { registration, before })
}

/// Has a registration for a session name its people as the one for the activity does; whether it did otherwise.
pub(super) fn follow(own: &mut Registration, before: &[Person], after: &[Person], now: Timestamp) -> bool {
    let changed = |person: &Person| {
        let place = before.iter().position(|one| !one.is_erased() && one.is_same(person))?;
        let now = after.get(place).cloned().unwrap_or_default();
        (before.get(place) != Some(&now)).then_some(now)
    };
    let mut is_other = false;
    for person in &mut own.content.people {
        if let Some(now) = changed(person) {
            *person = now;
            is_other = true;
        }
    }
    if is_other {
        own.update_time = now;
    }
    is_other
}

/// Has those of a registration for the activity take the seats of one for a session, whoever is written to first.
pub(super) fn take_over(own: &mut Registration, content: &RegistrationContent, now: Timestamp) {
    let others = content.people.iter().zip(0..).filter(|(_, place)| *place != content.written_to);
    let named = content.leader().into_iter().chain(others.map(|(person, _)| person));
    let named = named.filter(|person| !person.is_erased()).take(own.content.seats as usize);
    own.content.people = named.cloned().collect();
    own.content.written_to = 0;
    leave_nothing_said(own);
    own.update_time = now;
}

/// The same person as it is called now; what it was called before is kept.
fn renamed(before: &Person, person: Person) -> Person {
    let mut former_names = before.former_names.clone();
    former_names.push(before.full_name.clone());
    let own = comparable(&person.full_name);
    former_names.retain(|name| comparable(name) != own);
    let left = former_names.len().saturating_sub(FORMER_NAMES);
    former_names.drain(..left);
    Person { former_names, since: before.since, ..person }
}

/// Places without a name of somebody who was not erased.
fn unnamed(before: &[Person], people: &[Person]) -> Vec<Violation> {
    let is_missing = |(place, person): &(usize, &Person)| {
        person.is_erased() && !before.get(*place).is_some_and(Person::is_erased)
    };
    let missing = people.iter().enumerate().filter(is_missing);
    missing.map(|(place, _)| Violation::new(format!("people[{place}].full_name"), "is required")).collect()
}
