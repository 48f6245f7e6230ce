//! Answers to questions about attendance from the wire.

use seamless_api::Violations;
use seamless_proto::seamless::training::v1 as wire;
use uuid::Uuid;

use super::{RegistrationName, session_in::number};
use crate::domain::model::{AskedOf, RegisteredPerson};

/// The most answers of a call.
const ANSWERS: usize = 500;

/// Who is who, of this activity.
pub fn answers_in(
    found: &mut Violations,
    activity: Option<Uuid>,
    answers: Vec<wire::AttendanceAnswer>,
) -> Vec<(AskedOf, Option<RegisteredPerson>)> {
    if answers.is_empty() {
        found.add("answers", "is required");
    }
    let answers = found.bounded("answers", answers, ANSWERS).into_iter().enumerate();
    answers
        .map(|(index, answer)| {
            let at = format!("answers[{index}]");
            let names_somebody = !answer.name_asked.is_empty() || !answer.email_asked.is_empty();
            if names_somebody != answer.stay.is_empty() {
                found.add(&at, "wants either name_asked and email_asked as a question has them, or a stay");
            }
            let name = found.line(format!("{at}.name_asked"), answer.name_asked, 2_000);
            let address = found.line(format!("{at}.email_asked"), answer.email_asked, 2_000);
            let stay = found.line(format!("{at}.stay"), answer.stay, 64);
            let asked = match stay.is_empty() {
                false => AskedOf::Stay(stay),
                true => AskedOf::All { name, address: Some(address).filter(|address| !address.is_empty()) },
            };
            (asked, answer.is.and_then(|who| person_in(found, &format!("{at}.is"), activity, who)))
        })
        .collect()
}

/// People of registrations for this activity.
pub fn registered_people_in(
    found: &mut Violations,
    at: &str,
    activity: Option<Uuid>,
    people: Vec<wire::RegisteredPerson>,
) -> Vec<RegisteredPerson> {
    let people = people.into_iter().enumerate();
    people.filter_map(|(index, who)| person_in(found, &format!("{at}[{index}]"), activity, who)).collect()
}

fn person_in(
    found: &mut Violations,
    at: &str,
    activity: Option<Uuid>,
    who: wire::RegisteredPerson,
) -> Option<RegisteredPerson> {
    let person = number(found, &format!("{at}.person"), who.person, 0..=499);
    let field = format!("{at}.registration");
    let name = found.name::<RegistrationName>(&field, &who.registration)?;
    if activity.is_some_and(|activity| activity != name.activity) {
        found.add(field, "wants a registration for this activity");
    }
    Some(RegisteredPerson { registration: name.registration, person })
}
