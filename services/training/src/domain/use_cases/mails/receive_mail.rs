//! Takes in what came back: answers of calendars, and reports of mail servers.
//!
//! Invariant: an answer counts only where it came to the unguessable address of the person who was told, and is about a meeting
//! that this person was told of. What came twice changes nothing.

use jiff::{Timestamp, civil::DateTime};
use seamless_calendar::Zones;
use seamless_icalendar::{Answer, OccurrenceId, Participation, ReplyLimits, read_reply};
use seamless_mail::{Mail, MailState};

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    change::MailChange,
    model::{
        ALL_MEETINGS, Activity, ActivityState, Correspondence, ReceivedAs, Registration, RegistrationState,
        Said, Session,
    },
    ports::{ActivityReader, MailReader},
    records::{RecordPage, RecordQuery, records},
    seating::Seating,
    use_cases::{ChangeRegistration, RegistrationStep},
};

/// The most meetings of a series that are answered in one mail.
const EVENTS: usize = 400;

/// What became of it, and why it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub received_as: ReceivedAs,
    pub detail: String,
}

/// Takes mails in.
#[derive(Clone, Copy)]
pub struct ReceiveMail<'a> {
    pub seating: Seating<'a>,
    pub activities: &'a dyn ActivityReader,
    pub mails: &'a dyn MailReader,
}

impl ReceiveMail<'_> {
    /// The registration that a mail with these tags is about; none where none is known.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn about(&self, tags: &[String]) -> Result<Option<Correspondence>, DomainError> {
        let all = self.seating.rules.cooperation.authorities();
        let owners: Vec<_> = all.map(|authority| authority.id.clone()).collect();
        for tag in tags.iter().filter(|tag| !tag.is_empty()) {
            let (owners, group) = (owners.clone(), Some(tag.clone()));
            let page = RecordPage { limit: 1, ..RecordPage::default() };
            let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
            let found: Option<Correspondence> = records(self.seating.records, &query).await?.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Takes a report in, on one of the mails whose own address it came to.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn report(
        &self,
        tags: &[String],
        (has_failed, status): (bool, &str),
        now: Timestamp,
    ) -> Result<Decision<Received>, DomainError> {
        let mut found = None;
        for tag in tags {
            found = match self.mails.mail_by_token(tag).await? {
                Some(mail) => Some(mail),
                None => continue,
            };
            break;
        }
        let Some(mail) = found else {
            return Ok(unchanged(ReceivedAs::NotOurs, "the report is on no mail that is known"));
        };
        let Mail { id, revision, state, .. } = mail;
        Ok(match (has_failed, state) {
            (false, _) => unchanged(ReceivedAs::Noted, "the report says of no failure"),
            (true, MailState::Bounced) => unchanged(ReceivedAs::Repeated, "that it came back is known"),
            (true, MailState::Queued | MailState::Superseded) => {
                unchanged(ReceivedAs::Outdated, "the mail goes once more, or did not leave")
            }
            (true, _) => {
                let mut changes = ChangeSet::default();
                let status = status.to_owned();
                changes.mail(MailChange::Bounced { id, revision, status, now });
                Decision { outcome: received(ReceivedAs::Bounced, ""), changes }
            }
        })
    }

    /// Takes an answer in.
    ///
    /// # Errors
    /// Those of the store, and of the step that the answer takes.
    pub async fn reply(
        &self,
        about: Option<Correspondence>,
        bytes: &[u8],
        now: Timestamp,
    ) -> Result<Decision<Received>, DomainError> {
        use ReceivedAs::{NotOurs, NotUnderstood};
        let Some(present) = about else {
            return Ok(unchanged(NotOurs, "it came to no address that somebody was given"));
        };
        let answers = match read_reply(bytes, ReplyLimits { bytes: bytes.len().max(1), events: EVENTS }) {
            Ok(answers) => answers,
            Err(error) => {
                return Ok(unchanged(NotUnderstood, &format!("the answer cannot be read: {error}")));
            }
        };
        let mut own: Vec<Answer> =
            answers.into_iter().filter(|answer| present.session_of(&answer.uid).is_some()).collect();
        if own.is_empty() {
            return Ok(unchanged(NotOurs, "the answer is to another meeting than its address"));
        }
        let registration = self.seating.registrations.registration_get(present.registration).await?;
        let activity = self.activities.activity_get(present.activity).await?;
        let (Some(registration), Some(activity)) = (registration, activity) else {
            return Ok(unchanged(NotOurs, "there is no such registration any more"));
        };
        // Invitations are passed on, and then calendars of others answer, in their own name.
        let people = &registration.content.people;
        own.retain(|answer| people.iter().any(|person| is_address(&person.email, answer.attendee.as_str())));
        // A calendar answers meetings of a series in one mail, each by itself.
        let zones = &self.seating.rules.zones;
        let (mut known, mut words, mut why_not) = (present.clone(), Vec::new(), None);
        for answer in own {
            match said_by(&known, &answer, zones)? {
                Ok(said) => {
                    known.take(said);
                    words.push(answer.participation);
                }
                Err(unkept) => why_not = Some(unkept),
            }
        }
        if words.is_empty() {
            let nobody = || received(ReceivedAs::Noted, "somebody answers who was not invited");
            return Ok(Decision { outcome: why_not.unwrap_or_else(nobody), changes: ChangeSet::default() });
        }
        self.taken(known, (&activity, registration), &words, now).await
    }

    /// Does what answers ask for, which `known` has already, and keeps what they said.
    async fn taken(
        &self,
        known: Correspondence,
        (activity, registration): (&Activity, Registration),
        words: &[Participation],
        now: Timestamp,
    ) -> Result<Decision<Received>, DomainError> {
        use Participation::{Accepted, Declined};
        use RegistrationState::{Confirmed, Offered, Pending, Waiting};
        let is_open = activity.state == ActivityState::Published && activity.content.registration.is_some();
        let last = activity.last_begins_for(&registration.pool);
        let holds = registration.offer_until.into_iter().chain(last).all(|until| until > now);
        // One meeting of several that somebody does not come to is not all of it; when each was declined, all of it is.
        let zones = &self.seating.rules.zones;
        let is_of_all = known.declines_all(zones, now).map_err(DomainError::calendar)?;
        let word = [Accepted, Declined].into_iter().find(|word| words.contains(word));
        let word = word.or(words.last().copied()).unwrap_or(Participation::NeedsAction);
        let (outcome, step) = match (word, registration.state) {
            (Accepted, Offered) if is_open && holds => {
                (received(ReceivedAs::Confirmed, ""), Some(RegistrationStep::Confirm))
            }
            (Accepted, Confirmed) => (received(ReceivedAs::Noted, "the seat was taken before"), None),
            (Declined, Offered | Confirmed | Waiting | Pending) if !is_of_all => {
                let why =
                    "it is of one meeting of several: the seat is given up once each of them was declined";
                (received(ReceivedAs::Noted, why), None)
            }
            (Declined, Offered) if is_open => {
                (received(ReceivedAs::Declined, ""), Some(RegistrationStep::Decline))
            }
            (Declined, Confirmed | Waiting | Pending) if is_open => {
                let reason = "answered by mail".to_owned();
                (received(ReceivedAs::Withdrawn, ""), Some(RegistrationStep::Withdraw { reason }))
            }
            (Accepted | Declined, _) => {
                (received(ReceivedAs::TooLate, "the registration has ended, or the offer has expired"), None)
            }
            _ => (received(ReceivedAs::Noted, "nobody is bound by it"), None),
        };
        let mut changes = match step {
            None => ChangeSet::default(),
            Some(step) => {
                // On behalf of who registered, as everything that people ask for.
                let caller =
                    Caller { authority: registration.registrar.clone(), principal: "mail".to_owned() };
                let change = ChangeRegistration { seating: self.seating };
                change.execute(&caller, activity, registration, step, None, now).await?.changes
            }
        };
        changes.put_record(&Correspondence { revision: known.revision + 1, ..known }, false)?;
        Ok(Decision { outcome, changes })
    }
}

/// What an answer says, to be kept; else why it is not.
fn said_by(
    known: &Correspondence,
    answer: &Answer,
    zones: &Zones,
) -> Result<Result<Said, Received>, DomainError> {
    use ReceivedAs::{Noted, Outdated, Repeated};
    let word = match answer.participation {
        Participation::NeedsAction => Said::NEEDS_ACTION,
        Participation::Accepted => Said::ACCEPTED,
        Participation::Declined => Said::DECLINED,
        Participation::Tentative => Said::TENTATIVE,
    };
    let mut said = Said {
        uid: answer.uid.clone(),
        meeting: None,
        word: word.to_owned(),
        sequence: answer.sequence,
        stamped: answer.stamped,
    };
    let session = known.invited_to(&answer.uid);
    let of_series =
        session.zip(answer.occurrence.as_ref()).filter(|(session, _)| session.recurrence.is_some());
    if let Some((session, occurrence)) = of_series {
        match meeting_of(session, occurrence, zones)? {
            None => return Ok(Err(received(Noted, "it names no meeting of the series"))),
            meeting => said.meeting = meeting,
        }
    }
    if known.said.as_ref() == Some(&said) || known.answers.contains(&said) {
        return Ok(Err(received(Repeated, "the same answer came before")));
    }
    let is_of_it =
        |last: &&Said| last.uid == said.uid && (last.meeting == said.meeting || last.meeting.is_none());
    let is_late =
        known.answers.iter().chain(&known.said).filter(is_of_it).any(|last| last.stamped > said.stamped);
    if is_late || known.calendar.is_some_and(|sequence| answer.sequence < sequence) {
        return Ok(Err(received(Outdated, "the meeting was changed, or answered, after that")));
    }
    if session.is_none() && !known.invited.is_empty() {
        return Ok(Err(received(Outdated, "the meeting was called off")));
    }
    Ok(Ok(said))
}

/// The meeting of a series that is meant, by the local time that the rule gives.
fn meeting_of(
    session: &Session,
    occurrence: &OccurrenceId,
    zones: &Zones,
) -> Result<Option<DateTime>, DomainError> {
    let meetings = session.meetings(ALL_MEETINGS, zones).map_err(DomainError::calendar)?;
    let clocks = zones.get(session.start.zone()).map_err(DomainError::calendar)?;
    let mut ids = meetings.iter().map(|meeting| meeting.id);
    let meant = match occurrence {
        OccurrenceId::Instant(instant) => clocks.to_datetime(*instant),
        // On the clocks of whoever answers, where these are known; their names may be of nobody else.
        OccurrenceId::Local { local, zone } => {
            let their = zone.as_deref().and_then(|zone| zones.get(zone).ok());
            let instant = their.and_then(|their| their.to_timestamp(*local).ok());
            instant.map_or(*local, |instant| clocks.to_datetime(instant))
        }
        OccurrenceId::Day(day) => return Ok(ids.find(|id| id.date() == *day)),
    };
    Ok(ids.find(|id| *id == meant))
}

fn received(received_as: ReceivedAs, detail: &str) -> Received {
    Received { received_as, detail: detail.to_owned() }
}

/// What changes nothing.
fn unchanged(received_as: ReceivedAs, detail: &str) -> Decision<Received> {
    Decision { outcome: received(received_as, detail), changes: ChangeSet::default() }
}

/// Whether a calendar answers from an address: in the form in which it was written to, or as it was registered.
fn is_address(registered: &str, answers: &str) -> bool {
    let written = |address: &str| {
        let written = seamless_mail::deliverable(address);
        written.map_or_else(|| address.to_lowercase(), |written| written.to_lowercase())
    };
    written(registered) == written(answers)
}
