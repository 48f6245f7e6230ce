//! What records are known by.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SessionId;

/// The key of an activity.
pub type ActivityId = Uuid;

/// The key of a registration.
pub type RegistrationId = Uuid;

/// Which seats: those of an activity, or of one of its sessions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pool {
    pub activity: ActivityId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

impl Pool {
    /// What the seats are of.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.session {
            None => activity_name(self.activity),
            Some(session) => format!("{}/sessions/{session}", activity_name(self.activity)),
        }
    }

    /// The name of the record of its seats.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{}/seats", self.name())
    }
}

/// The name of an activity.
#[must_use]
pub fn activity_name(id: ActivityId) -> String {
    format!("activities/{id}")
}

/// The activity that a resource name begins with.
#[must_use]
pub fn activity_of(name: &str) -> Option<ActivityId> {
    let rest = name.strip_prefix("activities/")?;
    rest.split('/').next()?.parse().ok()
}

/// The name of a registration.
#[must_use]
pub fn registration_name(activity: ActivityId, id: RegistrationId) -> String {
    format!("activities/{activity}/registrations/{id}")
}
