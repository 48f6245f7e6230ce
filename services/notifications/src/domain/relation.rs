//! What an authority is to a notification, and with which eyes it sees one.

use seamless_disclosure::{Audience, Override, View};
use seamless_identity::{ArrangementId, AuthorityId, Cooperation};

use super::rules::Rules;

/// What an authority is to a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is its own.
    Originator,
    /// The originator stands behind it.
    ContactPoint,
    /// It was transmitted to it under this arrangement.
    Recipient(ArrangementId),
}

impl Relation {
    /// What `reader` is to a notification of `originator`, apart from transmissions.
    #[must_use]
    pub fn of_side(
        cooperation: &Cooperation,
        originator: &AuthorityId,
        reader: &AuthorityId,
    ) -> Option<Self> {
        if originator == reader {
            Some(Self::Originator)
        } else if cooperation.contact_point_of(originator) == reader {
            Some(Self::ContactPoint)
        } else {
            None
        }
    }

    /// True if both see the same of a notification.
    #[must_use]
    pub fn sees_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Recipient(own), Self::Recipient(others)) => own == others,
            (Self::Recipient(_), _) | (_, Self::Recipient(_)) => false,
            _ => true,
        }
    }

    /// The narrowest circle to which this reader belongs.
    #[must_use]
    pub fn clearance(&self) -> Audience {
        match self {
            Self::Originator | Self::ContactPoint => Audience::Originator,
            Self::Recipient(_) => Audience::Recipients,
        }
    }

    /// The eyes with which this reader sees a notification that has these overrides.
    #[must_use]
    pub fn view<'a>(&self, rules: &'a Rules, overrides: &'a [Override]) -> View<'a> {
        let withheld = match self {
            Self::Originator | Self::ContactPoint => &[],
            Self::Recipient(arrangement) => rules.withheld_groups(arrangement),
        };
        View::new(self.clearance(), overrides, withheld)
    }
}
