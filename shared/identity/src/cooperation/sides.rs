//! Sides: an authority and its contact point see and do together what is theirs, and take part in arrangements as one.

use jiff::Timestamp;
use seamless_identifiers::{ArrangementId, AuthorityId};

use super::Cooperation;

impl Cooperation {
    /// Whether the viewer sees what is `owner`'s own: it is the owner, or its contact point.
    pub fn sees_as_owner(&self, owner: &AuthorityId, viewer: &AuthorityId) -> bool {
        owner == viewer || self.contact_point_of(owner) == viewer
    }

    /// The authorities whose own records the viewer sees: itself, and those that stand behind it.
    pub fn seen_owners(&self, viewer: &AuthorityId) -> Vec<AuthorityId> {
        self.authorities_that(|owner| self.sees_as_owner(owner, viewer))
    }

    /// The owner and its contact point.
    pub fn own_side(&self, owner: &AuthorityId) -> Vec<AuthorityId> {
        let side = self.contact_point_of(owner);
        if side == owner { vec![owner.clone()] } else { vec![owner.clone(), side.clone()] }
    }

    /// Every authority of a side: the contact point, and those that stand behind it.
    pub fn side_members(&self, side: &AuthorityId) -> Vec<AuthorityId> {
        self.authorities_that(|authority| self.contact_point_of(authority) == side)
    }

    /// The arrangements in force in which the viewer takes part, itself or through its contact point.
    pub fn open_arrangements(&self, viewer: &AuthorityId, now: Timestamp) -> Vec<ArrangementId> {
        let side = self.contact_point_of(viewer);
        let open = self.in_force(now).filter(|arrangement| arrangement.has_party(side));
        open.map(|arrangement| arrangement.id.clone()).collect()
    }

    /// Whether the arrangement is in force, and the viewer takes part in it, itself or through its contact point.
    pub fn is_open_to_side(&self, arrangement: &ArrangementId, viewer: &AuthorityId, now: Timestamp) -> bool {
        let side = self.contact_point_of(viewer);
        let known = self.arrangement(arrangement);
        known.is_some_and(|known| known.is_in_force(now) && known.has_party(side))
    }

    /// Every authority that takes part in an arrangement, in force or not: itself or through its contact point.
    pub fn members(&self, arrangement: &ArrangementId) -> Vec<AuthorityId> {
        let Some(known) = self.arrangement(arrangement) else { return Vec::new() };
        self.authorities_that(|authority| known.has_party(self.contact_point_of(authority)))
    }

    /// The ids of the authorities that the filter takes, in order.
    pub fn authorities_that(&self, is_one: impl Fn(&AuthorityId) -> bool) -> Vec<AuthorityId> {
        let all = self.authorities().map(|authority| &authority.id);
        all.filter(|id| is_one(id)).cloned().collect()
    }
}
