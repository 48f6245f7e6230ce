//! A report of the reporting service that was published between parties.

use jiff::{Timestamp, civil::Date};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

/// A quarterly partner report that was published, as the feed of its owner's side or of a reader told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedReport {
    /// `reports/{report}` of the reporting service.
    pub name: String,
    pub owner: AuthorityId,
    /// With whose side it is about.
    pub partner: AuthorityId,
    /// Both days included, in the report's zone.
    pub period: (Date, Date),
    pub published: Timestamp,
    pub readers: Vec<AuthorityId>,
}
