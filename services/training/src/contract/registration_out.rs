//! A registration, and counts of them, for the wire.

use prost::Message;
use seamless_api::{etag_out, violations::timestamp_out};
use seamless_proto::seamless::training::v1 as wire;
use seamless_typeset::{code_point, missing_characters};

use super::{activity_out::seats_out, session_out::count_out};
use crate::domain::{
    model::{
        ConfirmedCount, Correspondence, Person, Registration, RegistrationChange, RegistrationCounts, Said,
        Step, registration_name,
    },
    post::Language,
};

/// The most characters that a warning names.
const MOST_NAMED: usize = 10;

/// The whole registration.
#[must_use]
pub fn registration_out(registration: &Registration) -> wire::Registration {
    let content = &registration.content;
    let answers = content.answers.iter();
    wire::Registration {
        name: registration.name(),
        session: registration.pool.session.as_ref().map(ToString::to_string).unwrap_or_default(),
        registrar: registration.registrar.to_string(),
        state: registration.state as i32,
        people: content.people.iter().map(person_out).collect(),
        seats: count_out(content.seats),
        audience: content.audience as i32,
        country: content.country.to_string(),
        answers: answers
            .map(|one| wire::FormAnswer { question: one.question.to_string(), value: one.value.clone() })
            .collect(),
        position: registration.position,
        offer_expire_time: registration.offer_until.map(timestamp_out),
        steps: registration.steps.iter().map(step_out).collect(),
        create_time: Some(timestamp_out(registration.create_time)),
        update_time: Some(timestamp_out(registration.update_time)),
        etag: etag_out(registration.revision),
        erase_time: registration.erase_time.map(timestamp_out),
        warnings: warnings_out(&content.people),
        calendar_answers: Vec::new(),
        written_to: count_out(content.written_to),
    }
}

/// What the calendar of who is written to answered.
#[must_use]
pub fn calendar_answers_out(correspondence: &Correspondence) -> Vec<wire::CalendarAnswer> {
    let answers = correspondence.answers.iter().filter_map(|said| {
        let participation = match said.word.as_str() {
            Said::ACCEPTED => wire::Participation::Accepted,
            Said::DECLINED => wire::Participation::Declined,
            Said::TENTATIVE => wire::Participation::Tentative,
            _ => wire::Participation::NeedsAction,
        };
        Some(wire::CalendarAnswer {
            session: correspondence.session_of(&said.uid)?.to_owned(),
            meeting: said.meeting.map(|meeting| meeting.to_string()).unwrap_or_default(),
            participation: participation.into(),
            time: Some(timestamp_out(said.stamped)),
        })
    });
    answers.collect()
}

/// What will stand in the way later: of each name that no certificate can be printed with, its characters.
fn warnings_out(people: &[Person]) -> Vec<wire::RegistrationWarning> {
    let warning = |(place, person): (usize, &Person)| {
        let missing: Vec<String> =
            missing_characters(&person.full_name).into_iter().take(MOST_NAMED).map(code_point).collect();
        (!missing.is_empty()).then(|| wire::RegistrationWarning {
            field: format!("people[{place}].full_name"),
            description: format!(
                "no font of the program has {}: no certificate can be printed with this name; give it in other \
                 characters",
                missing.join(", ")
            ),
        })
    };
    people.iter().enumerate().filter_map(warning).collect()
}

fn person_out(person: &Person) -> wire::Person {
    wire::Person {
        full_name: person.full_name.clone(),
        email: person.email.clone(),
        organisation: person.organisation.clone(),
        language: person.language.as_ref().map(ToString::to_string).unwrap_or_default(),
        zone: person.zone.clone().unwrap_or_default(),
        mail_language: match person.is_erased() {
            true => String::new(),
            false => Language::of(person.language.as_ref()).tag().to_owned(),
        },
        former_names: person.former_names.clone(),
    }
}

fn step_out(step: &Step) -> wire::RegistrationStep {
    wire::RegistrationStep {
        state: step.state as i32,
        time: Some(timestamp_out(step.time)),
        by: step.by.as_ref().map(ToString::to_string).unwrap_or_default(),
        note: step.note.clone(),
    }
}

/// What an event tells of seats.
#[must_use]
pub fn counts_out(counts: &RegistrationCounts) -> wire::RegistrationsCounted {
    let change_out = |change: &RegistrationChange| wire::RegistrationChange {
        registration: registration_name(counts.pool.activity, change.registration),
        previous_state: change.previous.map_or(0, |state| state as i32),
        state: change.state as i32,
        seats: count_out(change.seats),
        position: change.position,
        by: change.by.as_ref().map(ToString::to_string).unwrap_or_default(),
        reason: change.reason.clone(),
    };
    wire::RegistrationsCounted {
        activity: counts.activity_name(),
        session: counts.pool.session.as_ref().map(ToString::to_string).unwrap_or_default(),
        seats: Some(seats_out(&counts.seats)),
        confirmed: counts.confirmed.iter().map(confirmed_out).collect(),
        changes: counts.changes.iter().map(change_out).collect(),
    }
}

fn confirmed_out(count: &ConfirmedCount) -> wire::ConfirmedCount {
    wire::ConfirmedCount {
        country: count.country.to_string(),
        audience: count.audience as i32,
        seats: count_out(count.seats),
    }
}

/// What answers to earlier calls keep of a resource whose people are erased: of a registration
/// or a link to a calendar its name, of attendance nothing.
#[must_use]
pub fn left_of(name: &str) -> Vec<u8> {
    if name.contains("/registrations/") {
        return wire::Registration { name: name.to_owned(), ..wire::Registration::default() }.encode_to_vec();
    }
    if name.starts_with("calendarLinks/") {
        let link = wire::CalendarLink { name: name.to_owned(), ..wire::CalendarLink::default() };
        let left = wire::CreateCalendarLinkResponse { calendar_link: Some(link), url: String::new() };
        return left.encode_to_vec();
    }
    Vec::new()
}
