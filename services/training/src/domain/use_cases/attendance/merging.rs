//! Works out who was there: from all files, what was answered, and who is registered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use seamless_attendance::{self as platforms, Answers, Asked, Doubt, Margin, Registrant, Sighting};

use crate::domain::{
    ChangeSet, DomainError, Rules,
    event::{DomainEvent, EventKind},
    model::{
        Activity, AskedOf, Attendance, AttendanceDoubt, AttendanceFile, KeptAnswer, Person, Presence,
        PresentCount, Question, RegisteredPerson, Registration, RegistrationId, RegistrationState, SessionId,
        Stay, TargetAudience, attendance_name,
    },
    ports::{RecordReader, RegistrationQuery, RegistrationReader},
    records::{RecordPage, RecordQuery, all_records},
};

/// Registrations of a page.
const PAGE: u64 = 500;

/// From when to when a registered person was at a meeting of a session: in order, within it.
#[derive(Clone, Debug)]
pub(in crate::domain::use_cases) struct Stayed {
    pub who: RegisteredPerson,
    pub session: SessionId,
    pub intervals: Vec<(Timestamp, Timestamp)>,
}

/// What was merged anew, and is not written yet.
#[derive(Debug)]
pub(in crate::domain::use_cases) struct Merged {
    pub attendance: Attendance,
    /// Of registered people, for each meeting.
    pub stays: Vec<Stayed>,
}

/// Merges anew.
#[derive(Clone, Copy)]
pub struct Merging<'a> {
    pub rules: &'a Rules,
    pub registrations: &'a dyn RegistrationReader,
    pub records: &'a dyn RecordReader<RecordQuery>,
    /// How long before and behind a meeting it is told when somebody came and went.
    pub margin: Margin,
}

impl Merging<'_> {
    /// Files that were taken in before, the first first.
    pub(in crate::domain::use_cases) async fn files(
        &self,
        activity: &Activity,
    ) -> Result<Vec<AttendanceFile>, DomainError> {
        let query = RecordQuery {
            owners: vec![activity.organiser.clone()],
            group: Some(attendance_name(activity.id)),
            page: RecordPage { limit: PAGE, ..RecordPage::default() },
            ..RecordQuery::default()
        };
        all_records(self.records, query).await
    }

    /// The confirmed registrations for the activity, or for one of its sessions.
    pub(in crate::domain::use_cases) async fn registered(
        &self,
        activity: &Activity,
        session: Option<SessionId>,
    ) -> Result<Vec<Registration>, DomainError> {
        let mut query = RegistrationQuery {
            activity: activity.id,
            session: Some(session),
            owners: vec![activity.organiser.clone()],
            states: vec![RegistrationState::Confirmed],
            is_twice: false,
            after: None,
            limit: PAGE,
        };
        let mut all: Vec<Registration> = Vec::new();
        loop {
            let page = self.registrations.registration_list(&query).await?;
            let is_last = (page.len() as u64) < PAGE;
            query.after = page.last().map(|last| (last.position, last.id));
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// The meetings of the activity, as sessions by their place.
    ///
    /// # Errors
    /// A zone that the data has no more.
    pub fn sessions(&self, activity: &Activity) -> Result<Vec<platforms::Session>, DomainError> {
        let meetings = activity.meetings(&self.rules.zones).map_err(DomainError::calendar)?;
        let session = |(place, (_, meeting)): (usize, (_, crate::domain::model::Meeting))| {
            platforms::Session { key: place.to_string(), start: meeting.start, end: meeting.end }
        };
        Ok(meetings.into_iter().enumerate().map(session).collect())
    }

    /// Merges all files anew, by the answers and the registrations of now.
    ///
    /// # Errors
    /// A zone that the data has no more; those of the store.
    pub(in crate::domain::use_cases) async fn merge(
        &self,
        activity: &Activity,
        mut attendance: Attendance,
        files: &[AttendanceFile],
        registered: &[Registration],
    ) -> Result<Merged, DomainError> {
        let erased = self.of_erased(&attendance.presences, registered).await?;
        let (people, registrants) = people(registered);
        // Of who was erased nothing says any more who it was, but what somebody said of one stay.
        let said: BTreeSet<&str> = attendance.answers.iter().filter_map(KeptAnswer::stay).collect();
        let sightings = files.iter().flat_map(|file| &file.sightings);
        let sightings: Vec<&Sighting> =
            sightings.filter(|one| !one.is_erased() || said.contains(one.id.as_str())).collect();
        let by_id: BTreeMap<&str, &Sighting> = sightings.iter().map(|one| (one.id.as_str(), *one)).collect();
        let meetings = activity.meetings(&self.rules.zones).map_err(DomainError::calendar)?;
        let sessions = self.sessions(activity)?;
        let answers = answers(&attendance, &people, registered);
        let merged =
            platforms::merge(sightings.iter().copied(), &registrants, &sessions, &answers, self.margin);

        let (mut unregistered, mut present, mut presences) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        let mut stays = Vec::new();
        for one in merged.presences {
            let platforms::Person::Registered(key) = &one.person else {
                unregistered.insert(one.person);
                continue;
            };
            let who = key.parse::<usize>().ok().and_then(|place| people.get(place));
            let meeting = one.session.parse::<usize>().ok().and_then(|place| meetings.get(place));
            let (Some(who), Some((session, meeting))) = (who, meeting) else { continue };
            present.insert(who.clone());
            let (who, session) = (who.clone(), session.clone());
            stays.push(Stayed { who: who.clone(), session: session.clone(), intervals: one.intervals });
            presences.push(Presence {
                who,
                session,
                meeting: meeting.id,
                joined_at: one.joined_at,
                left_at: one.left_at,
                seconds: one.seconds,
                platforms: one.platforms,
            });
        }
        for (presence, _) in &erased {
            present.insert(presence.who.clone());
            presences.push(presence.clone());
        }
        presences.sort_by_cached_key(Presence::in_order);
        let stay = |id: &String| by_id.get(id.as_str()).map(|one| stay_of(one));
        let candidate = |key: &String| key.parse::<usize>().ok().and_then(|place| people.get(place)).cloned();
        let questions = merged.questions.into_iter().map(|one| Question {
            doubt: doubt(one.doubt),
            candidates: one.candidates.iter().filter_map(candidate).collect(),
            stays: one.sightings.iter().filter_map(stay).collect(),
            name: one.name,
            address: one.address,
        });
        attendance.questions = questions.collect();
        attendance.presences = presences;
        attendance.present = counted(&present, registered.iter().chain(erased.iter().map(|(_, one)| one)));
        attendance.unregistered = u32::try_from(unregistered.len()).unwrap_or(u32::MAX);
        attendance.elsewhere = u32::try_from(merged.elsewhere).unwrap_or(u32::MAX);
        Ok(Merged { attendance, stays })
    }

    /// Puts what was merged in its next revision, and tells it.
    ///
    /// # Errors
    /// `Fault` if it cannot be written as a document.
    pub(in crate::domain::use_cases) fn put(
        &self,
        activity: &Activity,
        mut attendance: Attendance,
        now: Timestamp,
        changes: &mut ChangeSet,
    ) -> Result<Attendance, DomainError> {
        attendance.update_time = now;
        attendance.revision += 1;
        changes.put_record(&attendance, attendance.revision == 1)?;
        changes.tell(DomainEvent {
            kind: EventKind::AttendanceMerged(Box::new(attendance.clone())),
            time: now,
            arrangement: attendance.arrangement.clone(),
            readers: self.rules.counting_readers(activity, now),
        });
        Ok(attendance)
    }

    /// That those were there whom nobody can tell any more, since they were erased, with the registrations that they had.
    async fn of_erased(
        &self,
        presences: &[Presence],
        registered: &[Registration],
    ) -> Result<Vec<(Presence, Registration)>, DomainError> {
        let confirmed: BTreeMap<RegistrationId, &Registration> =
            registered.iter().map(|one| (one.id, one)).collect();
        let mut ended: BTreeMap<RegistrationId, Option<Registration>> = BTreeMap::new();
        let mut erased = Vec::new();
        for presence in presences {
            let RegisteredPerson { registration: id, person } = presence.who;
            if !confirmed.contains_key(&id) && !ended.contains_key(&id) {
                ended.insert(id, self.registrations.registration_get(id).await?);
            }
            let registration =
                confirmed.get(&id).copied().or_else(|| ended.get(&id).and_then(Option::as_ref));
            let is_erased = |one: &&Registration| {
                one.erase_time.is_some()
                    || one.content.people.get(person as usize).is_some_and(Person::is_erased)
            };
            let registration = registration.filter(is_erased);
            erased.extend(registration.map(|registration| (presence.clone(), registration.clone())));
        }
        Ok(erased)
    }
}

/// All people by their place, and what they are known by.
fn people(registered: &[Registration]) -> (Vec<RegisteredPerson>, Vec<Registrant>) {
    let all = registered.iter().flat_map(|one| {
        let people = one.content.people.iter().zip(0_u32..);
        let named = people.filter(|(person, _)| !person.is_erased());
        named.map(|(person, place)| (RegisteredPerson { registration: one.id, person: place }, person))
    });
    let all = all.enumerate().map(|(key, (who, person))| {
        let registrant = Registrant {
            key: key.to_string(),
            name: person.full_name.clone(),
            former_names: person.former_names.clone(),
            address: person.email.clone(),
        };
        (who, registrant)
    });
    all.unzip()
}

/// What was said before; of people who are registered no more it counts no longer, and is asked again. Nor does it count of who
/// came into a place after it was said.
fn answers(attendance: &Attendance, people: &[RegisteredPerson], registered: &[Registration]) -> Answers {
    let places: BTreeMap<&RegisteredPerson, usize> =
        people.iter().enumerate().map(|(place, who)| (who, place)).collect();
    let by_id: BTreeMap<RegistrationId, &Registration> = registered.iter().map(|one| (one.id, one)).collect();
    let was_there = |who: &RegisteredPerson, time: Timestamp| {
        let person = by_id.get(&who.registration).and_then(|one| one.content.people.get(who.person as usize));
        person.is_some_and(|person| person.since.is_none_or(|since| since <= time))
    };
    let answer = |one: &KeptAnswer| {
        let asked = match one.asked.clone() {
            AskedOf::All { name, address } => Asked::All { name, address },
            AskedOf::Stay(id) => Asked::One(id),
        };
        let answer = match &one.is {
            None => platforms::Answer::IsNobody,
            Some(who) if was_there(who, one.time) => platforms::Answer::Is(places.get(who)?.to_string()),
            Some(_) => return None,
        };
        Some((asked, answer))
    };
    attendance.answers.iter().filter_map(answer).collect()
}

fn stay_of(sighting: &Sighting) -> Stay {
    let Sighting { id, join, leave, platform, .. } = sighting;
    Stay { id: id.clone(), join: *join, leave: *leave, platform: platform.clone() }
}

fn doubt(doubt: Doubt) -> AttendanceDoubt {
    match doubt {
        Doubt::SeveralOfTheName => AttendanceDoubt::SeveralOfTheName,
        Doubt::SeveralOfTheAddress => AttendanceDoubt::SeveralOfTheAddress,
        Doubt::OtherAddress => AttendanceDoubt::OtherAddress,
        Doubt::SeenTwice => AttendanceDoubt::SeenTwice,
    }
}

/// Those who were there, by country and audience.
fn counted<'a>(
    present: &BTreeSet<RegisteredPerson>,
    registrations: impl Iterator<Item = &'a Registration>,
) -> Vec<PresentCount> {
    let mut counts: BTreeMap<(String, i32), PresentCount> = BTreeMap::new();
    let by_id: BTreeMap<_, _> = registrations.map(|one| (one.id, &one.content)).collect();
    for content in present.iter().filter_map(|who| by_id.get(&who.registration)) {
        let audience: TargetAudience = content.audience;
        let count = counts
            .entry((content.country.to_string(), audience as i32))
            .or_insert_with(|| PresentCount { country: content.country, audience, people: 0 });
        count.people += 1;
    }
    counts.into_values().collect()
}
