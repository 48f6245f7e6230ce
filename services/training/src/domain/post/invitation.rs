//! The calendar objects of a mail: each session is a meeting of its own, which keeps its UID.

use std::time::Duration;

use jiff::Timestamp;
use seamless_calendar::Zones;
use seamless_icalendar::{
    Address, Attendee, InvalidObject, Meeting, Organizer, Participation, Revision, Times, cancellation,
    request,
};
use seamless_identifiers::LanguageTag;

use super::{Post, words::Language, writing::Writing};
use crate::domain::model::{ALL_MEETINGS, RegistrationId, RegistrationState, Session};

/// The UID of a session in the calendar of who takes part.
#[must_use]
pub fn uid(registration: RegistrationId, session: &Session, post: &Post) -> String {
    format!("{registration}-{}@{}", session.id, post.domain())
}

/// What the calendar is asked: to take these sessions in, and to take those out.
///
/// # Errors
/// What cannot be written.
pub fn objects(
    writing: &Writing<'_>,
    (asked, taken_out): (&[Session], &[Session]),
    (token, sequence): (&str, u32),
    zones: &Zones,
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, InvalidObject> {
    let mut objects = Vec::new();
    for (session, is_asked) in
        asked.iter().map(|session| (session, true)).chain(taken_out.iter().map(|session| (session, false)))
    {
        let meeting = meeting(writing, session, token, sequence, now)?;
        let object = match is_asked {
            true => request(&meeting, zones)?,
            false => cancellation(&meeting, zones)?,
        };
        objects.push((object.method().word(), object.text().to_owned()));
    }
    Ok(objects)
}

fn meeting(
    writing: &Writing<'_>,
    session: &Session,
    token: &str,
    sequence: u32,
    now: Timestamp,
) -> Result<Meeting, InvalidObject> {
    let Writing { rules, post, activity, registration, person, .. } = *writing;
    let (content, language) = (&activity.content, Language::of(person.language.as_ref()));
    let title = [language.text(&content.title), language.text(&session.title)];
    let title: Vec<String> = title.into_iter().filter(|part| !part.is_empty()).collect();
    let venue = content.venue.as_ref().map(|venue| language.text(&venue.name)).unwrap_or_default();
    let place: Vec<String> =
        [venue, session.room.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    let is_confirmed = registration.state == RegistrationState::Confirmed;
    let link = Some(&content.join_link).filter(|link| {
        is_confirmed && !link.is_empty() && link.chars().all(|letter| letter.is_ascii_graphic())
    });
    let description = language.text(&content.description);
    let address = seamless_mail::deliverable(&person.email).unwrap_or_default();
    let participation = if is_confirmed { Participation::Accepted } else { Participation::NeedsAction };
    Ok(Meeting {
        revision: Revision::of(&uid(registration.id, session, post), sequence)?,
        stamped: now,
        times: match session.series() {
            None => Times::Once(session.start.clone()),
            Some(series) => Times::Series { series: Box::new(series), most: ALL_MEETINGS },
        },
        duration: Duration::from_secs(u64::from(session.minutes) * 60),
        summary: format!("{}{}", language.status(content.status), title.join(language.pick(": ", "："))),
        description: (!description.is_empty()).then_some(description),
        location: (!place.is_empty()).then(|| place.join(language.and())),
        url: link.cloned(),
        language: LanguageTag::parse(language.tag()).ok(),
        organizer: Some(Organizer {
            name: language.name_of(rules, &activity.organiser),
            address: Address::parse(&seamless_mail::tagged(&post.sender, token))?,
        }),
        attendees: vec![Attendee {
            name: person.full_name.clone(),
            address: Address::parse(&address)?,
            participation,
            answer_wanted: !is_confirmed,
            language: person.language.clone(),
        }],
        alarm: post.alarm,
    })
}
