//! What overlaps since clocks were changed by law.

use jiff::civil::DateTime;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{ActivityId, SessionId};

/// Another activity whose meetings overlap those of a session, in a speaker or a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub activity: ActivityId,
    /// Who organises it, the leading one first: nobody else learns of it here.
    pub organisers: Vec<AuthorityId>,
    /// Of the activity that has the conflict.
    pub session: SessionId,
    /// Its first meeting that overlaps.
    pub meeting: DateTime,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub room: String,
}
