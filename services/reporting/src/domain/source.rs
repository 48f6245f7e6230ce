//! The services whose feeds are read, and which feeds a report is made of.

use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

/// A service whose feeds are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Notifications,
    Consignments,
    Training,
}

impl Source {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Notifications, Self::Consignments, Self::Training];

    /// What it is called, for ever: in manifests and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Notifications => "notifications",
            Self::Consignments => "consignments",
            Self::Training => "training",
        }
    }

    /// The service that is called so.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// The feed that a service shows to an authority.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Feed {
    pub source: Source,
    pub reader: AuthorityId,
}

impl Feed {
    /// The feed of alerts of an authority.
    #[must_use]
    pub fn of_alerts(reader: &AuthorityId) -> Self {
        Self { source: Source::Notifications, reader: reader.clone() }
    }

    /// The name of its checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> String {
        format!("{}:{}", self.source.name(), self.reader)
    }
}
