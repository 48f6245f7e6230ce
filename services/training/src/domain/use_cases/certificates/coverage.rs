//! For how long somebody was there, of the meetings that a registration is for. What takes place at the same time counts once,
//! in what there was and in what was attended.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use seamless_attendance::covered_seconds;

use crate::domain::{
    Rules,
    model::{Meeting, Person, RegisteredPerson, Registration, SessionId, address_key},
    use_cases::attendance::Stayed,
};

/// From an instant to another one.
type Interval = (Timestamp, Timestamp);

/// Who is registered for which sessions, and when they are.
pub(super) struct Coverage {
    /// Those that everybody who takes part is registered for.
    plain: BTreeSet<SessionId>,
    meetings: BTreeMap<SessionId, Vec<Interval>>,
    /// Confirmed registrations for single sessions, and where they are found by an address.
    own: Vec<(SessionId, Registration)>,
    by_address: HashMap<String, Vec<usize>>,
    /// When people were there.
    stays: BTreeMap<RegisteredPerson, Vec<(SessionId, Vec<Interval>)>>,
}

/// Seconds of a person, and of what it is registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attended {
    pub seconds: u64,
    pub of: u64,
}

impl Coverage {
    /// Of these meetings and stays; `own` are the confirmed registrations for those sessions that have their own.
    pub fn new(
        meetings: &[(SessionId, Meeting)],
        own: BTreeMap<SessionId, Vec<Registration>>,
        stays: Vec<Stayed>,
    ) -> Self {
        let mut by_session: BTreeMap<SessionId, Vec<Interval>> = BTreeMap::new();
        for (session, meeting) in meetings {
            by_session.entry(session.clone()).or_default().push((meeting.start, meeting.end));
        }
        let plain = by_session.keys().filter(|session| !own.contains_key(*session)).cloned().collect();
        let own: Vec<_> = own
            .into_iter()
            .flat_map(|(session, of)| of.into_iter().map(move |one| (session.clone(), one)))
            .collect();
        let mut by_address: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, (_, registration)) in own.iter().enumerate() {
            let addresses = registration.content.people.iter().map(|person| address_key(&person.email));
            let addresses: BTreeSet<_> = addresses.filter(|address| !address.is_empty()).collect();
            for address in addresses {
                by_address.entry(address).or_default().push(index);
            }
        }
        let mut of_person: BTreeMap<RegisteredPerson, Vec<(SessionId, Vec<Interval>)>> = BTreeMap::new();
        for Stayed { who, session, intervals } in stays {
            of_person.entry(who).or_default().push((session, intervals));
        }
        Self { plain, meetings: by_session, own, by_address, stays: of_person }
    }

    /// Of one of the people of a registration for the activity.
    pub fn of(&self, rules: &Rules, registration: &Registration, who: &RegisteredPerson) -> Attended {
        let stays = self.stays.get(who).map(Vec::as_slice).unwrap_or_default();
        let was_at = |session: &SessionId| stays.iter().any(|(at, _)| at == session);
        let mut covered: BTreeSet<&SessionId> = self.plain.iter().collect();
        let person = registration.content.people.get(who.person as usize);
        for index in person.map(|person| self.found(registration, person)).unwrap_or_default() {
            let Some((session, own)) = self.own.get(index) else { continue };
            let is_named =
                person.is_some_and(|person| own.content.people.iter().any(|one| one.is_same(person)));
            // Of a group not all are named for each session: whoever of it was there has one of those seats.
            let has_unnamed = own.content.seats as usize > own.content.people.len();
            if rules.sees_registration(registration, &own.registrar)
                && (is_named || (has_unnamed && was_at(session)))
            {
                covered.insert(session);
            }
        }
        let meetings = covered.iter().filter_map(|session| self.meetings.get(*session)).flatten();
        let stayed = stays.iter().filter(|(session, _)| covered.contains(session));
        Attended {
            seconds: covered_seconds(stayed.flat_map(|(_, intervals)| intervals).copied()),
            of: covered_seconds(meetings.copied()),
        }
    }

    /// Registrations for sessions under the address of the person, or of the one who is written to about the group.
    fn found(&self, registration: &Registration, person: &Person) -> BTreeSet<usize> {
        let addresses = [address_key(&person.email), registration.content.address()];
        addresses.iter().filter_map(|address| self.by_address.get(address)).flatten().copied().collect()
    }
}

impl Attended {
    /// Whether it is at least so many percent. Who was not there at all never is.
    pub fn is_enough(self, percent: u32) -> bool {
        self.seconds > 0 && self.seconds * 100 >= self.of * u64::from(percent)
    }
}
