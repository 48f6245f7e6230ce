//! What stays with goods through every version of their declaration: the draw, the place in the plan, and an officer's word.

use super::{
    DeclarationKey, Goods, Kept, LaneOverride, Screening, ScreeningId, is_chosen_by_plan, stricter,
    vocabulary::{Lane, ReasonKind},
};

impl Kept {
    /// What goods that are declared as `key`, in this version, keep of their screening before.
    #[must_use]
    pub fn of(before: &Screening, key: &DeclarationKey, version: u32, supersedes: bool) -> Self {
        let kept = before.draw.kept.as_ref();
        Self {
            first: before.first(),
            former: before.id,
            version,
            supersedes,
            taken_up: kept.is_some_and(|kept| kept.taken_up) || before.declaration().as_ref() != Some(key),
            selection: before.draw.selection,
            probability: before.draw.probability,
            lane_otherwise: before.lane_otherwise,
            goods: supersedes.then(|| before.goods()),
            demanded: before.reasons.iter().any(|reason| reason.kind == ReasonKind::CapacityExhausted),
        }
    }

    /// True if they have a place in the plan.
    #[must_use]
    pub fn has_place(&self) -> bool {
        is_chosen_by_plan(self.selection)
    }
}

impl Screening {
    /// What the goods are declared as.
    #[must_use]
    pub fn declaration(&self) -> Option<DeclarationKey> {
        DeclarationKey::of(&self.authority, &self.consignment, self.status)
    }

    /// The first screening of the goods.
    #[must_use]
    pub fn first(&self) -> ScreeningId {
        self.draw.kept.as_ref().map_or(self.id, |kept| kept.first)
    }

    /// As what certificates know the goods: by the declaration under which they were declared first.
    #[must_use]
    pub fn goods(&self) -> Goods {
        let kept = self.draw.kept.as_ref().and_then(|kept| kept.goods.clone());
        kept.unwrap_or_else(|| Goods::of(self.id, &self.consignment))
    }

    /// Counts the versions of the declaration, from 1 on.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.draw.kept.as_ref().map_or(1, |kept| kept.version)
    }

    /// The lane as it was decided.
    #[must_use]
    pub fn decided_lane(&self) -> Lane {
        self.overrides.first().map_or(self.lane, |first| first.former)
    }

    /// Puts the goods into the lane that an officer chose for them when they were declared otherwise, if it is the stricter
    /// one: what he released is what he saw.
    pub fn keep_override(&mut self, before: &Screening) {
        let Some(word) = before.overrides.last() else { return };
        let decided = self.lane;
        if stricter(decided, word.lane) != decided {
            self.lane = word.lane;
            self.overrides = vec![LaneOverride { former: decided, ..word.clone() }];
        }
    }

    /// The word of officers on this decision, put beside the same decision made again.
    pub(crate) fn with_overrides_of(mut self, stored: &Screening) -> Self {
        if self.lane == stored.decided_lane() {
            self.lane = stored.lane;
        }
        self.overrides.clone_from(&stored.overrides);
        self.superseded_by = stored.superseded_by;
        self.revision = stored.revision;
        self
    }
}
