//! Takes in what came back: answers of calendars, and reports of mail servers.
//!
//! Invariant: an answer counts only where it came to the unguessable address of the person who was told, and is about a meeting
//! that this person was told of. What came twice changes nothing.

use jiff::Timestamp;
use seamless_icalendar::{Answer, Participation, ReplyLimits, read_reply};
use seamless_mail::{Mail, MailState};

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    change::MailChange,
    model::{Activity, ActivityState, Correspondence, ReceivedAs, Registration, RegistrationState, Said},
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
        let own = format!("{}-", present.registration);
        let Some(answer) = answers.into_iter().find(|answer| answer.uid.starts_with(&own)) else {
            return Ok(unchanged(NotOurs, "the answer is to another meeting than its address"));
        };
        let registration = self.seating.registrations.registration_get(present.registration).await?;
        let activity = self.activities.activity_get(present.activity).await?;
        let (Some(registration), Some(activity)) = (registration, activity) else {
            return Ok(unchanged(NotOurs, "there is no such registration any more"));
        };
        // Invitations are passed on, and then calendars of others answer, in their own name.
        let mut people = registration.content.people.iter();
        if !people.any(|person| person.email.eq_ignore_ascii_case(answer.attendee.as_str())) {
            return Ok(unchanged(ReceivedAs::Noted, "somebody answers who was not invited"));
        }
        let said = Said {
            uid: answer.uid.clone(),
            word: word(answer.participation).to_owned(),
            sequence: answer.sequence,
            stamped: answer.stamped,
        };
        if present.said.as_ref() == Some(&said) {
            return Ok(unchanged(ReceivedAs::Repeated, "the same answer came before"));
        }
        let same = present.said.as_ref().filter(|last| last.uid == said.uid);
        let is_late = same.is_some_and(|last| last.stamped > said.stamped);
        if is_late || present.calendar.is_some_and(|sequence| answer.sequence < sequence) {
            return Ok(unchanged(ReceivedAs::Outdated, "the meeting was changed, or answered, after that"));
        }
        self.taken(present, (&activity, registration), (&answer, said), now).await
    }

    /// Does what an answer asks for, and keeps what it said.
    async fn taken(
        &self,
        present: Correspondence,
        (activity, registration): (&Activity, Registration),
        (answer, said): (&Answer, Said),
        now: Timestamp,
    ) -> Result<Decision<Received>, DomainError> {
        use Participation::{Accepted, Declined};
        use RegistrationState::{Confirmed, Offered, Pending, Waiting};
        let is_open = activity.state == ActivityState::Published && activity.content.registration.is_some();
        let holds = registration.offer_until.is_none_or(|until| until > now);
        // One meeting of several that somebody does not come to is not all of it.
        let is_of_all = answer.occurrence.is_none() && present.invited.len() <= 1;
        let (outcome, step) = match (answer.participation, registration.state) {
            (Accepted, Offered) if is_open && holds => {
                (received(ReceivedAs::Confirmed, ""), Some(RegistrationStep::Confirm))
            }
            (Accepted, Confirmed) => (received(ReceivedAs::Noted, "the seat was taken before"), None),
            (Declined, Offered | Confirmed | Waiting | Pending) if !is_of_all => {
                (received(ReceivedAs::Noted, "it is of one meeting of several"), None)
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
        changes.put_record(
            &Correspondence { said: Some(said), revision: present.revision + 1, ..present },
            false,
        )?;
        Ok(Decision { outcome, changes })
    }
}

fn word(participation: Participation) -> &'static str {
    match participation {
        Participation::NeedsAction => "NEEDS-ACTION",
        Participation::Accepted => "ACCEPTED",
        Participation::Declined => "DECLINED",
        Participation::Tentative => "TENTATIVE",
    }
}

fn received(received_as: ReceivedAs, detail: &str) -> Received {
    Received { received_as, detail: detail.to_owned() }
}

/// What changes nothing.
fn unchanged(received_as: ReceivedAs, detail: &str) -> Decision<Received> {
    Decision { outcome: received(received_as, detail), changes: ChangeSet::default() }
}
