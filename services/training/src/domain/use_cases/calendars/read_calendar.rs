//! What a link leads to, for whoever has it: with the right that its authority has now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    DomainError, Rules,
    model::{
        Activity, ActivityId, ActivityState, CalendarLink, CalendarShows, EventStatus, RegistrationId,
        RegistrationState, Session, SessionId,
    },
    ports::{ActivityQuery, ActivityReader, PersonQuery, RecordReader, RegistrationReader},
    post::covered,
    records::{RecordPage, RecordQuery, records},
};

/// Activities of a page.
const PAGE: u64 = 200;

/// Reads, and changes nothing.
#[derive(Clone, Copy)]
pub struct ReadCalendar<'a> {
    pub rules: &'a Rules,
    pub activities: &'a dyn ActivityReader,
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

/// What a calendar shows.
#[derive(Debug)]
pub struct Calendar {
    /// The first to begin first.
    pub activities: Vec<ShownActivity>,
    /// Whether more were found than a calendar shows: those that begin last are left out.
    pub is_cut: bool,
}

/// An activity of a calendar.
#[derive(Debug)]
pub struct ShownActivity {
    pub activity: Activity,
    /// In the calendar of a person, the sessions that the person is registered for, each with the registration that covers it; none
    /// where all are shown.
    pub registered: Option<BTreeMap<SessionId, RegistrationId>>,
}

impl ShownActivity {
    /// The sessions that are shown.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        let is_shown = |session: &&Session| match &self.registered {
            None => true,
            Some(registered) => registered.contains_key(&session.id),
        };
        self.activity.content.sessions.iter().filter(is_shown)
    }

    /// Events that it is written as.
    fn events(&self) -> usize {
        let moved = |session: &Session| session.recurrence.as_ref().map_or(0, |series| series.moved.len());
        self.sessions().map(|session| 1 + moved(session)).sum()
    }
}

impl ReadCalendar<'_> {
    /// The link whose secret has this digest; none where there is none, it was revoked, or its authority is no more.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn link(&self, digest: &str) -> Result<Option<CalendarLink>, DomainError> {
        let owners = self.rules.cooperation.authorities_that(|_| true);
        let page = RecordPage { limit: 1, ..RecordPage::default() };
        let group = Some(digest.to_owned());
        let query = RecordQuery { owners, group, page, ..RecordQuery::default() };
        let found: Vec<CalendarLink> = records(self.records, &query).await?;
        Ok(found.into_iter().find(|link| !link.is_revoked()))
    }

    /// What it shows.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, link: &CalendarLink, now: Timestamp) -> Result<Calendar, DomainError> {
        let limits = self.rules.limits.calendars;
        let before = |days: u32| {
            let ago = SignedDuration::from_hours(24 * i64::from(days));
            now.checked_sub(ago).unwrap_or(Timestamp::MIN)
        };
        let (from, cancelled_after) = (before(limits.past_days), before(limits.cancelled_days));
        let most = limits.events;
        let shows = |one: &Activity| {
            let is_shown = match one.state {
                ActivityState::Published | ActivityState::Held => true,
                // Nothing changes an activity once it was cancelled.
                ActivityState::Cancelled => one.was_published && one.update_time > cancelled_after,
                _ => false,
            };
            is_shown
                && one.begins().is_some()
                && one.ends().is_some_and(|end| end >= from)
                && one.content.status != EventStatus::Test
                && self.rules.clearance(one, &link.authority, now).is_some()
        };
        let mut activities = match &link.shows {
            CalendarShows::Nobody => Vec::new(),
            CalendarShows::All => self.seen(link, None, from, most, now, shows).await?,
            CalendarShows::Programme(programme) => {
                self.seen(link, Some(programme.clone()), from, most, now, shows).await?
            }
            CalendarShows::Person(address) => self.of_person(link, address, from, most, shows).await?,
        };
        let found = activities.len();
        let mut events = 0;
        activities.retain(|one| {
            events += one.events();
            events <= most
        });
        Ok(Calendar { is_cut: activities.len() < found, activities })
    }

    /// Of what the authority may see; one more than may be shown says that there are more.
    async fn seen(
        &self,
        link: &CalendarLink,
        programme: Option<String>,
        from: Timestamp,
        most: usize,
        now: Timestamp,
        shows: impl Fn(&Activity) -> bool,
    ) -> Result<Vec<ShownActivity>, DomainError> {
        let mut query = ActivityQuery {
            owners: self.rules.cooperation.seen_owners(&link.authority),
            arrangements: self.rules.cooperation.open_arrangements(&link.authority, now),
            states: vec![ActivityState::Published, ActivityState::Held, ActivityState::Cancelled],
            programme,
            from: Some(from),
            limit: PAGE,
            ..ActivityQuery::default()
        };
        let (mut found, mut events) = (Vec::new(), 0);
        loop {
            let page = self.activities.activity_list(&query).await?;
            let is_last = (page.len() as u64) < PAGE;
            query.after = page.last().map(Activity::in_order);
            for activity in page.into_iter().filter(|one| shows(one)) {
                let shown = ShownActivity { activity, registered: None };
                events += shown.events();
                found.push(shown);
            }
            if is_last || events > most {
                return Ok(found);
            }
        }
    }

    /// Of what the authority registered the address for: the sessions that mails to the person tell of as well.
    async fn of_person(
        &self,
        link: &CalendarLink,
        address: &str,
        from: Timestamp,
        most: usize,
        shows: impl Fn(&Activity) -> bool,
    ) -> Result<Vec<ShownActivity>, DomainError> {
        use RegistrationState::{Cancelled, Confirmed, Offered};
        let query = PersonQuery {
            registrar: link.authority.clone(),
            address: address.to_owned(),
            states: vec![Confirmed, Offered, Cancelled],
            from,
            limit: most as u64 + 1,
        };
        let registrations = self.registrations.registration_of_person(&query).await?;
        let had_a_seat = registrations.iter().filter(|one| match one.state {
            // What it was when the activity was cancelled.
            Cancelled => {
                let before = one.steps.iter().rev().find(|step| step.state != Cancelled);
                before.is_some_and(|step| matches!(step.state, Confirmed | Offered))
            }
            _ => true,
        });
        let had_a_seat: Vec<_> = had_a_seat.collect();
        let ids: BTreeSet<ActivityId> = had_a_seat.iter().map(|one| one.pool.activity).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let mut found = self.activities.activities_of(&ids).await?;
        found.retain(shows);
        found.sort_by_key(Activity::in_order);
        let registered = |activity: &Activity| -> BTreeMap<SessionId, RegistrationId> {
            let of_it = had_a_seat.iter().filter(|one| one.pool.activity == activity.id);
            let covers = |one| covered(activity, one).into_iter().map(|session| session.id);
            of_it.flat_map(|one| covers(one).map(|session| (session, one.id))).collect()
        };
        let shown = found.into_iter().map(|activity| {
            let registered = Some(registered(&activity));
            ShownActivity { activity, registered }
        });
        Ok(shown.filter(|one| one.sessions().next().is_some()).collect())
    }
}
