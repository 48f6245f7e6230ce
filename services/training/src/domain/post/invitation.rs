//! The calendar objects of a mail: each session is a meeting of its own, which keeps its UID.

use std::time::Duration;

use jiff::Timestamp;
use seamless_calendar::Zones;
use seamless_icalendar::{
    Address, Attendee, InvalidObject, Meeting, Organizer, Otherwise, Participation, Revision, Times,
    cancellation, request,
};
use seamless_identifiers::LanguageTag;

use super::{
    Post,
    words::Language,
    writing::{Asked, Writing},
};
use crate::domain::model::{ALL_MEETINGS, RegistrationId, RegistrationState, Said, Session, SessionId};

/// The UID of a session in the calendar of who takes part.
#[must_use]
pub fn uid(registration: RegistrationId, session: &SessionId, post: &Post) -> String {
    format!("{registration}-{session}@{}", post.domain())
}

/// When a session takes place, as calendars have it; `place` says where what is in a room is.
pub fn times(session: &Session, place: impl Fn(&str) -> Option<String>) -> Times {
    let Some(series) = session.series() else { return Times::Once(session.start.clone()) };
    let otherwise = session.recurrence.iter().flat_map(|one| &one.otherwise).map(|(meeting, one)| {
        let duration = one.minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
        (*meeting, Otherwise { duration, location: one.room.as_deref().and_then(&place) })
    });
    Times::Series { series: Box::new(series), most: ALL_MEETINGS, otherwise: otherwise.collect() }
}

/// A calendar object.
pub struct Object<'a> {
    /// Its UID.
    pub meeting: String,
    /// The word of its METHOD.
    pub method: &'static str,
    pub text: String,
    /// The session, where the calendar is to take it out.
    pub taken_out: Option<&'a Session>,
}

/// What the calendar is asked: to take these sessions in, and to take those out.
///
/// # Errors
/// What cannot be written.
pub fn objects<'a>(
    writing: &Writing<'_>,
    asked: Asked<'a>,
    token: &str,
    zones: &Zones,
    now: Timestamp,
) -> Result<Vec<Object<'a>>, InvalidObject> {
    let mut objects = Vec::new();
    let taken_in = asked.sessions.iter().map(|session| (session, None));
    let taken_out = asked.taken_out.iter().map(|session| (session, Some(session)));
    for (session, taken_out) in taken_in.chain(taken_out) {
        let meeting = meeting(writing, session, token, asked, now)?;
        let object = match taken_out {
            None => request(&meeting, zones)?,
            Some(_) => cancellation(&meeting, zones)?,
        };
        let (method, text) = (object.method().word(), object.text().to_owned());
        objects.push(Object { meeting: meeting.revision.uid().to_owned(), method, text, taken_out });
    }
    Ok(objects)
}

/// What is known of who is invited: what the calendar said of all of the session, else what the registration says.
fn participation(uid: &str, answers: &[Said], is_confirmed: bool) -> Participation {
    let said = answers.iter().find(|said| said.uid == uid && said.meeting.is_none());
    match (said.map(|said| said.word.as_str()), is_confirmed) {
        (Some(Said::DECLINED), _) => Participation::Declined,
        (Some(Said::TENTATIVE), _) => Participation::Tentative,
        (_, true) => Participation::Accepted,
        (_, false) => Participation::NeedsAction,
    }
}

fn meeting(
    writing: &Writing<'_>,
    session: &Session,
    token: &str,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Meeting, InvalidObject> {
    let Writing { rules, post, activity, registration, person, .. } = *writing;
    let (content, language) = (&activity.content, Language::of(person.language.as_ref()));
    let title = [language.text(&content.title), language.text(&session.title)];
    let title: Vec<String> = title.into_iter().filter(|part| !part.is_empty()).collect();
    let venue = content.venue.as_ref().map(|venue| language.text(&venue.name)).unwrap_or_default();
    let place = |room: &str| {
        let parts: Vec<&str> = [&venue, room].into_iter().filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(language.and()))
    };
    let is_confirmed = registration.state == RegistrationState::Confirmed;
    let link = Some(&content.join_link).filter(|link| {
        is_confirmed && !link.is_empty() && link.chars().all(|letter| letter.is_ascii_graphic())
    });
    let description = language.text(&content.description);
    let address = seamless_mail::deliverable(&person.email).unwrap_or_default();
    let uid = uid(registration.id, &session.id, post);
    let participation = participation(&uid, asked.answers, is_confirmed);
    Ok(Meeting {
        revision: Revision::of(&uid, asked.sequence)?,
        stamped: now,
        times: times(session, place),
        duration: Duration::from_secs(u64::from(session.minutes) * 60),
        summary: format!("{}{}", language.status(content.status), title.join(language.pick(": ", "："))),
        description: (!description.is_empty()).then_some(description),
        location: place(&session.room),
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
