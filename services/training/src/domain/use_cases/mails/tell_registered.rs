//! Tells the one who is written to about a registration what holds now, where that is not what was told.
//!
//! Invariant: what was told and the mail that tells it are written together, so that nothing is told twice, and nothing that
//! should be told is forgotten.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    ChangeSet, DomainError, Rules,
    change::MailChange,
    model::{
        Activity, ActivityState, Correspondence, MailDue, Person, Registration, RegistrationState, Said,
        Session, address_key, correspondence_name,
    },
    ports::{ActivityReader, DueMailReader, RecordReader, RegistrationReader},
    post::{Asked, Facts, Occasion, Post, Writing, covered, next_reminder},
    records::{RecordQuery, record},
};

/// Any number of replicas look; the revision lets one of them through.
#[derive(Clone, Copy)]
pub struct TellRegistered<'a> {
    pub rules: &'a Rules,
    pub due: &'a dyn DueMailReader,
    pub activities: &'a dyn ActivityReader,
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl TellRegistered<'_> {
    /// Registrations of which somebody may have to be told.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn due(&self, limit: u64) -> Result<Vec<MailDue>, DomainError> {
        self.due.mails_due(limit).await
    }

    /// Tells of one; that it was looked at is settled in any case.
    ///
    /// # Errors
    /// Those of the store; a zone that the data has no more.
    pub async fn execute(&self, due: &MailDue, now: Timestamp) -> Result<ChangeSet, DomainError> {
        let mut changes = ChangeSet::default();
        changes.mail(MailChange::Settled(*due));
        let Some(post) = &self.rules.post else { return Ok(changes) };
        let Some(registration) = self.registrations.registration_get(due.registration).await? else {
            return Ok(changes);
        };
        let Some(activity) = self.activities.activity_get(registration.pool.activity).await? else {
            return Ok(changes);
        };
        let name = correspondence_name(activity.id, registration.id);
        let known: Option<Correspondence> = record(self.records, &name).await?;
        let person = registration.content.leader().filter(|_| registration.erase_time.is_none());
        let Some(person) = person else {
            // Who was erased just when somebody was told leaves nothing behind.
            if let Some(known) = known.filter(|known| known.to.is_some()) {
                changes.mail(MailChange::ForgetAbout(registration.name()));
                changes.put_record(&known.without_person(), false)?;
            }
            return Ok(changes);
        };
        if activity.ends().is_some_and(|ends| ends <= now) {
            return Ok(changes);
        }
        let is_new = known.is_none();
        let mut correspondence = known.unwrap_or_else(|| Correspondence {
            activity: activity.id,
            registration: registration.id,
            organiser: registration.organiser.clone(),
            token: String::new(),
            to: None,
            told: None,
            calendar: None,
            invited: Vec::new(),
            remind: None,
            said: None,
            answers: Vec::new(),
            revision: 0,
        });
        let before = correspondence.clone();
        let telling =
            Telling { rules: self.rules, post, activity: &activity, registration: &registration, now };
        telling.take_leave(&mut correspondence, person, &mut changes)?;
        telling.tell(&mut correspondence, person, &mut changes)?;
        if correspondence != before {
            correspondence.revision += 1;
            changes.put_record(&correspondence, is_new)?;
        }
        Ok(changes)
    }
}

/// Of what is told.
struct Telling<'a> {
    rules: &'a Rules,
    post: &'a Post,
    activity: &'a Activity,
    registration: &'a Registration,
    now: Timestamp,
}

impl Telling<'_> {
    /// Where somebody else was written to before, that person is told so, and hears no more of it.
    fn take_leave(
        &self,
        correspondence: &mut Correspondence,
        person: &Person,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        let is_other = |before: &Person| address_key(&before.email) != address_key(&person.email);
        let before = correspondence.to.clone().filter(is_other);
        if let Some(before) = &before {
            let gone = std::mem::take(&mut correspondence.invited);
            let asked = self.asked(correspondence, (&[], &gone), &[]);
            let shown = self.shown();
            let writing = self.writing(before);
            let occasion = (correspondence.token.as_str(), shown.as_slice());
            changes.queue(writing.mails(&Occasion::Replaced, occasion, asked, self.now)?);
            (correspondence.told, correspondence.said, correspondence.remind) = (None, None, None);
            correspondence.answers.clear();
        }
        if before.is_some() || correspondence.token.is_empty() {
            correspondence.token = Uuid::new_v4().simple().to_string();
        }
        correspondence.to = Some(person.clone());
        Ok(())
    }

    fn tell(
        &self,
        correspondence: &mut Correspondence,
        person: &Person,
        changes: &mut ChangeSet,
    ) -> Result<(), DomainError> {
        use RegistrationState::{Cancelled, Confirmed, Declined, Offered, Withdrawn};
        let registration = self.registration;
        let is_open = registration.is_open();
        let state = match self.activity.state {
            ActivityState::Cancelled if is_open => Cancelled,
            _ => registration.state,
        };
        let facts = Facts::of(self.activity, registration, state, &self.rules.zones)?;
        let has_ended = !is_open || state == Cancelled;
        let occasion = match &correspondence.told {
            None if matches!(state, Withdrawn | Declined) => return Ok(()),
            None => self.occasion(state),
            Some(told) if facts.are(told) => return Ok(()),
            Some(told) if told.state == state && has_ended => return Ok(()),
            Some(told) if told.state == state => {
                let is_noted = told.sequence != self.activity.sequence;
                Occasion::Changed { is_by_law: facts.are_moved_by_law(told), is_noted }
            }
            Some(told) if has_ended && is_end(told.state) => return Ok(()),
            Some(_) => self.occasion(state),
        };
        let shown = self.shown();
        let asked: &[Session] = if matches!(state, Offered | Confirmed) { &shown } else { &[] };
        let is_asked = |session: &&Session| asked.iter().any(|one| one.id == session.id);
        let gone: Vec<Session> =
            correspondence.invited.iter().filter(|session| !is_asked(session)).cloned().collect();
        correspondence.invite(asked);
        let answers = correspondence.answers.clone();
        let to_ask = self.asked(correspondence, (asked, &gone), &answers);
        let told_of = (correspondence.token.as_str(), shown.as_slice());
        changes.queue(self.writing(person).mails(&occasion, told_of, to_ask, self.now)?);
        correspondence.told = Some(facts.told());
        correspondence.remind = match state {
            Confirmed => self.remind(&shown)?,
            _ => None,
        };
        Ok(())
    }

    /// Offers expire by themselves, and all that have no seat when the activity took place.
    fn occasion(&self, state: RegistrationState) -> Occasion {
        match (self.activity.state, state) {
            (ActivityState::Held, RegistrationState::Expired) => Occasion::Unseated,
            _ => Occasion::of(state, self.registration.offer_until),
        }
    }

    /// What is asked of the calendar; where it is anything, under a higher number than before.
    fn asked<'a>(
        &self,
        correspondence: &mut Correspondence,
        (sessions, taken_out): (&'a [Session], &'a [Session]),
        answers: &'a [Said],
    ) -> Asked<'a> {
        let own = self.activity.sequence;
        let sequence = correspondence.calendar.map_or(own, |last| own.max(last.saturating_add(1)));
        if !sessions.is_empty() || !taken_out.is_empty() {
            correspondence.calendar = Some(sequence);
        }
        Asked { sessions, taken_out, sequence, answers }
    }

    fn shown(&self) -> Vec<Session> {
        covered(self.activity, self.registration)
    }

    fn writing<'a>(&'a self, person: &'a Person) -> Writing<'a> {
        let Self { rules, post, activity, registration, .. } = *self;
        Writing { rules, post, activity, registration, person }
    }

    /// When the person is reminded next; none where all such times are past.
    fn remind(&self, shown: &[Session]) -> Result<Option<Timestamp>, DomainError> {
        let Some(before) = self.post.remind_before else { return Ok(None) };
        next_reminder(shown, &self.rules.zones, before, self.now)
    }
}

fn is_end(state: RegistrationState) -> bool {
    use RegistrationState::{Cancelled, Declined, Expired, Rejected, Withdrawn};
    matches!(state, Rejected | Declined | Expired | Withdrawn | Cancelled)
}
