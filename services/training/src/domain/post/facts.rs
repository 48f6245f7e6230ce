//! What of an activity is told to who takes part, so that it is known whether it changed since.

use seamless_calendar::Zones;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::{
    DomainError,
    error::Refusal,
    model::{Activity, Registration, RegistrationState, Session, Told},
};

/// What is told.
pub struct Facts {
    pub state: RegistrationState,
    sequence: u32,
    facts: String,
    instants: String,
}

/// The sessions that a registration is for, as a calendar shows them: those of the activity, but for sessions that people
/// register for by themselves, or such a one.
#[must_use]
pub fn covered(activity: &Activity, registration: &Registration) -> Vec<Session> {
    let is_covered = |session: &&Session| match &registration.pool.session {
        None => session.capacity.is_none(),
        Some(id) => session.id == *id,
    };
    let plain = |session: &Session| Session {
        capacity: None,
        speakers: Vec::new(),
        agenda: Vec::new(),
        interpretation: Vec::new(),
        ..session.clone()
    };
    activity.content.sessions.iter().filter(is_covered).map(plain).collect()
}

impl Facts {
    /// By the zone data given.
    ///
    /// # Errors
    /// A zone that the data has no more.
    pub fn of(
        activity: &Activity,
        registration: &Registration,
        state: RegistrationState,
        zones: &Zones,
    ) -> Result<Self, DomainError> {
        let (content, sessions) = (&activity.content, covered(activity, registration));
        let mut instants = Vec::new();
        for session in &sessions {
            let meetings = session.meetings(crate::domain::model::ALL_MEETINGS, zones);
            instants.extend(meetings.map_err(DomainError::calendar)?.iter().map(|one| (one.id, one.start)));
        }
        let facts = (
            (&content.title, &sessions, content.format.map(|format| format as i32)),
            (&content.venue, &content.join_link, registration.offer_until),
        );
        Ok(Self { state, sequence: activity.sequence, facts: digest(&facts)?, instants: digest(&instants)? })
    }

    /// Whether this was told.
    #[must_use]
    pub fn are(&self, told: &Told) -> bool {
        (self.state, &self.facts, &self.instants) == (told.state, &told.facts, &told.instants)
    }

    /// Whether nothing but the instants of the same local times is another.
    #[must_use]
    pub fn are_moved_by_law(&self, told: &Told) -> bool {
        (self.state, &self.facts) == (told.state, &told.facts) && self.instants != told.instants
    }

    /// As it is kept.
    #[must_use]
    pub fn told(self) -> Told {
        Told { state: self.state, sequence: self.sequence, facts: self.facts, instants: self.instants }
    }
}

fn digest(facts: &impl Serialize) -> Result<String, DomainError> {
    let json = serde_json::to_vec(facts)
        .map_err(|error| Refusal::Fault(format!("what is told has no document: {error}")))?;
    Ok(hex::encode(Sha256::digest(json)))
}
