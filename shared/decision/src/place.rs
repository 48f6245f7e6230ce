//! Where the records of a service belong and what they are found by, where it has nothing of its own to find them by.

use seamless_identifiers::{ArrangementId, AuthorityId};

use crate::{Placed, RecordPage};

/// Where a record belongs, and what it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Whose it is.
    pub owner: AuthorityId,
    /// Who sees it too, under the arrangement.
    pub party: Option<AuthorityId>,
    /// The arrangement under which the party sees it; none where it sees it by itself.
    pub arrangement: Option<ArrangementId>,
    /// What it belongs to: the name of a parent; empty where it has none.
    pub group: String,
    /// The contract's number of its state; 0 where it has none.
    pub state: i32,
    /// What lists are sorted by; for most the time of its creation in microseconds.
    pub order: i64,
}

impl Place {
    /// That of a record which its owner alone sees, and which is looked up by its name alone.
    #[must_use]
    pub fn of_owner(owner: AuthorityId) -> Self {
        Self { owner, party: None, arrangement: None, group: String::new(), state: 0, order: 0 }
    }
}

impl Placed for Place {
    fn order(&self) -> i64 {
        self.order
    }
}

/// Which records.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery {
    /// Those of one of these owners …
    pub owners: Vec<AuthorityId>,
    /// … and those whose party this is …
    pub party: Option<AuthorityId>,
    /// … under none, or one of these arrangements.
    pub arrangements: Vec<ArrangementId>,
    /// Only those of this group.
    pub group: Option<String>,
    /// Which part of them.
    pub page: RecordPage,
}
