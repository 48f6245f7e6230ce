//! A mail about a registration, as it is queued.

use jiff::Timestamp;
use seamless_icalendar::InvalidObject;
use seamless_mail::{Letter, NewMail, Supersedes, deliverable, tagged};
use uuid::Uuid;

use super::{
    invitation::{Object, objects},
    occasion::Occasion,
    times::{lines, sides, to_come},
    words::Language,
    writing::{Asked, Writing},
};
use crate::domain::{
    DomainError,
    error::Refusal,
    model::{RegistrationState, Session, activity_name, address_key},
};

/// The address has characters that not every server takes (RFC 3463, X.6.7), or is none (X.1.3).
const NOT_DELIVERABLE: &str = "553 5.6.7";
const NO_ADDRESS: &str = "553 5.1.3";

impl Writing<'_> {
    /// The mails, with their final bytes: one, and for each further session another one, since a calendar program acts on one
    /// object of a mail. What takes one meeting out while others stay says so of that meeting alone, since it may arrive after what
    /// tells more of the others. `token` is that of the reader's answers, `shown` the sessions whose times are told.
    ///
    /// # Errors
    /// A zone that the data has no more; `Fault` if the parts make no mail.
    pub fn mails(
        &self,
        occasion: &Occasion,
        (token, shown): (&str, &[Session]),
        asked: Asked<'_>,
        now: Timestamp,
    ) -> Result<Vec<NewMail>, DomainError> {
        let person = self.person;
        let unsent = |why: &str| {
            let mail = self.blank(occasion, now);
            Ok(vec![NewMail { refused: Some(why.to_owned()), ..mail }])
        };
        let Some(recipient) = deliverable(&person.email) else { return unsent(NOT_DELIVERABLE) };
        let calendars = match objects(self, asked, token, &self.rules.zones, now) {
            Ok(calendars) => calendars,
            Err(InvalidObject::Address { .. }) => return unsent(NO_ADDRESS),
            Err(error) => {
                return Err(Refusal::Fault(format!("a calendar object was not written: {error}")).into());
            }
        };
        let to = (token, recipient.as_str());
        let (invitations, apart) = (asked.sessions.len(), occasion.taken_out());
        let text = self.text(occasion, (shown, invitations), now)?;
        let mut mails = Vec::new();
        if calendars.is_empty() || (apart.is_some() && invitations == 0) {
            mails.push(self.written(occasion, to, &text, None, now)?);
        }
        for object in calendars {
            mails.push(match (&apart, object.taken_out) {
                (Some(apart), Some(session)) => {
                    let text = self.text(apart, (std::slice::from_ref(session), 0), now)?;
                    self.written(apart, to, &text, Some(object), now)?
                }
                _ => self.written(occasion, to, &text, Some(object), now)?,
            });
        }
        // The others belong to the first, and go beside it.
        let supersedes = |is_first: bool| match is_first {
            _ if *occasion == Occasion::Reminder => Supersedes::Nothing,
            true => Supersedes::SameMeetingAndTexts,
            false => Supersedes::SameMeeting,
        };
        let mails = mails.into_iter().enumerate();
        Ok(mails.map(|(index, mail)| NewMail { supersedes: supersedes(index == 0), ..mail }).collect())
    }

    fn written(
        &self,
        occasion: &Occasion,
        (token, recipient): (&str, &str),
        text: &str,
        calendar: Option<Object<'_>>,
        now: Timestamp,
    ) -> Result<NewMail, DomainError> {
        let Self { rules, post, activity, person, .. } = *self;
        let mut mail = self.blank(occasion, now);
        let language = Language::of(person.language.as_ref());
        let content = &activity.content;
        let head = (language.status(content.status), language.subject(occasion));
        let organiser = language.name_of(rules, &activity.organiser);
        let (meeting, calendar) = match calendar {
            Some(Object { meeting, method, text, .. }) => (meeting, Some((method, text))),
            None => (String::new(), None),
        };
        mail.meeting = meeting;
        let letter = Letter {
            from: (&organiser, &post.sender),
            reply_to: &tagged(&post.sender, token),
            to: (&person.full_name, recipient),
            subject: &format!("{}{}{}{}", head.0, head.1, language.colon(), language.text(&content.title)),
            text,
            language: language.tag(),
            calendar,
            message_id: &mail.message_id,
            date: now,
        };
        let bytes = letter.bytes();
        mail.content = bytes.map_err(|error| Refusal::Fault(format!("a mail was not written: {error}")))?;
        mail.recipient = recipient.to_owned();
        Ok(mail)
    }

    /// A mail that nothing stands in yet.
    fn blank(&self, occasion: &Occasion, now: Timestamp) -> NewMail {
        let Self { post, activity, registration, person, .. } = *self;
        let id = Uuid::now_v7();
        let token = Uuid::new_v4().simple().to_string();
        NewMail {
            id,
            owner: registration.organiser.to_string(),
            co_owner: registration.registrar.to_string(),
            parent: activity_name(activity.id),
            subject: registration.name(),
            kind: occasion.kind() as i32,
            sender: tagged(&post.sender, &token),
            token,
            recipient: person.email.clone(),
            address: address_key(&person.email),
            message_id: format!("{id}@{}", post.domain()),
            content: Vec::new(),
            refused: None,
            meeting: String::new(),
            supersedes: Supersedes::SameMeetingAndTexts,
            create_time: now,
        }
    }

    fn text(
        &self,
        occasion: &Occasion,
        (shown, invitations): (&[Session], usize),
        now: Timestamp,
    ) -> Result<String, DomainError> {
        let Self { rules, post, activity, registration, person } = *self;
        let language = Language::of(person.language.as_ref());
        let (zones, content) = (&rules.zones, &activity.content);
        let mut text = vec![language.greeting(&person.full_name), String::new()];
        let own = person.zone.as_deref().filter(|zone| zones.get(zone).is_ok());
        let until = match occasion {
            Occasion::Offered { until: Some(until) } => {
                let zone = own.or(shown.first().map(|session| session.start.zone())).unwrap_or("Etc/UTC");
                let clock = zones.get(zone).map_err(DomainError::calendar)?;
                language.instant(*until, &clock, zone)
            }
            _ => String::new(),
        };
        text.push(language.sentence(occasion, &until, invitations));
        text.extend(self.why(occasion, shown, language));
        text.extend([String::new(), language.text(&content.title)]);
        let organiser = language.name_of(rules, &activity.organiser);
        text.push(format!("{}{}{organiser}", language.pick("Organiser", "主办方"), language.colon()));
        if let Some(venue) = &content.venue {
            let place = language.text(&venue.name);
            text.push(format!(
                "{}{}{place} ({})",
                language.pick("Place", "地点"),
                language.colon(),
                venue.country
            ));
        }
        let takes_part = registration.state == RegistrationState::Confirmed;
        let is_told_link =
            matches!(occasion, Occasion::Confirmed | Occasion::Changed { .. } | Occasion::Reminder);
        if takes_part && is_told_link && !content.join_link.is_empty() {
            text.push(format!("{}{}{}", language.pick("Link", "链接"), language.colon(), content.join_link));
        }
        text.push(String::new());
        let (meetings, sides) =
            (to_come(shown, zones, now)?, sides(rules, activity, &registration.registrar, language));
        for (index, meeting) in meetings.iter().take(post.meetings) {
            let title = shown.get(*index).map(|session| language.text(&session.title)).unwrap_or_default();
            if !title.is_empty() {
                text.push(title);
            }
            text.extend(lines(meeting, own, &sides, language, zones)?);
            if !meeting.room.is_empty() {
                let room = language.pick("Room", "房间");
                text.push(format!("    {room}{}{}", language.colon(), meeting.room));
            }
        }
        if meetings.len() > post.meetings {
            text.push(language.more_meetings(meetings.len() - post.meetings));
        }
        text.extend([String::new(), language.ending(&organiser), String::new()]);
        Ok(text.join("\n"))
    }

    /// Why, where somebody said, or the law did.
    fn why(&self, occasion: &Occasion, shown: &[Session], language: Language) -> Option<String> {
        let (activity, registration) = (self.activity, self.registration);
        let said = match occasion {
            Occasion::Changed { is_by_law: true, .. } => {
                let zone = shown.first().map_or("UTC", |session| session.start.zone());
                return Some(match (language, activity.change_note.is_empty()) {
                    (Language::English, false) => activity.change_note.clone(),
                    _ => language.moved_by_law(zone),
                });
            }
            Occasion::Changed { is_noted: true, .. } | Occasion::TakenOut { is_noted: true } => {
                &activity.change_note
            }
            Occasion::Cancelled => &activity.cancel_reason,
            Occasion::Rejected => &registration.steps.last()?.note,
            _ => return None,
        };
        (!said.is_empty()).then(|| language.reason(said))
    }
}
