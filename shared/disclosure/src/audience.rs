//! The circles of readers.

use serde::{Deserialize, Serialize};

/// The circle that may see a field, from the widest to the narrowest: `Public < Parties < Recipients < Originator`.
///
/// As the clearance of a reader it is the narrowest circle that he belongs to. The numbers are those of
/// `seamless.disclosure.v1.Audience`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Audience {
    /// Everybody who holds valid credentials, and publication.
    Public = 1,
    /// The parties of the arrangement under which the record travels.
    Parties = 2,
    /// The authorities that the originator named as recipients, and the originator.
    Recipients = 3,
    /// The originator alone.
    Originator = 4,
}

impl Audience {
    /// Every audience, from the widest to the narrowest.
    pub const ALL: [Self; 4] = [Self::Public, Self::Parties, Self::Recipients, Self::Originator];
}

/// A number that is no audience: unspecified, or from a later contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no audience has the number {0}")]
pub struct UnknownAudience(pub i32);

impl TryFrom<i32> for Audience {
    type Error = UnknownAudience;

    fn try_from(number: i32) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|audience| i32::from(*audience) == number).ok_or(UnknownAudience(number))
    }
}

impl From<Audience> for i32 {
    fn from(audience: Audience) -> Self {
        audience as Self
    }
}
