//! What goods are declared as, and what stays with them through every version of their declaration: the draw, the place in
//! the plan, and an officer's word.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Consignment, Screening, ScreeningId, is_chosen_by_plan,
    vocabulary::{EventStatus, Lane, ReasonKind, Selection},
};

/// An item of an earlier declaration of the same goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousDocument {
    pub reference: String,
    /// 0 where it had none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub goods_item_number: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What an item is declared as, by one authority: `{authority}/{reference}/{item}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeclarationKey(String);

impl DeclarationKey {
    /// Of an item of a declaration.
    #[must_use]
    pub fn new(authority: &AuthorityId, reference: &str, item: u32) -> Self {
        Self(format!("{authority}/{reference}/{item}"))
    }

    /// What these goods are declared as: by their master reference number, or, before there is one, by the item of their
    /// first transport document in the order of the alphabet. None for what is neither, and for what is not actual: it has
    /// no part in what happens.
    #[must_use]
    pub fn of(authority: &AuthorityId, goods: &Consignment, status: EventStatus) -> Option<Self> {
        if status != EventStatus::Actual {
            return None;
        }
        let item = goods.goods_item_number;
        if !goods.movement_reference_number.is_empty() {
            return Some(Self::new(authority, &goods.movement_reference_number, item));
        }
        // Without a number of its own, an item is not told from others of its document.
        let document = goods.transport_documents.iter().min().filter(|_| item > 0)?;
        Some(Self::new(authority, document, item))
    }

    /// What these goods say that they were declared as before.
    #[must_use]
    pub fn before(authority: &AuthorityId, goods: &Consignment, status: EventStatus) -> Option<Self> {
        let previous = goods.previous_document.as_ref().filter(|_| status == EventStatus::Actual)?;
        Some(Self::new(authority, &previous.reference, previous.goods_item_number))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What its draws are keyed by: nothing that whoever asks can choose anew.
    #[must_use]
    pub fn lot(&self) -> Uuid {
        let digest: [u8; 32] = Sha256::new()
            .chain_update("seamless declaration lot")
            .chain_update(self.0.as_bytes())
            .finalize()
            .into();
        let mut octets = [0; 16];
        octets.iter_mut().zip(digest).for_each(|(octet, of)| *octet = of);
        Uuid::new_v8(octets)
    }
}

/// What the draws of goods are keyed by, other than the screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lot {
    /// By their declaration.
    By(Uuid),
    /// By nothing: they take no part, so that nobody learns from them what the lot would say.
    Closed,
}

/// What goods keep of their screening before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The first screening of the goods: it counts as their arrival, and their control has its key.
    pub first: ScreeningId,
    /// The one before.
    pub former: ScreeningId,
    /// Counts the versions of the declaration, from 1 on.
    pub version: u32,
    /// False where the one before holds on beside it: further goods of an earlier declaration, which share its place.
    pub supersedes: bool,
    /// True once another declaration took up the first one.
    pub taken_up: bool,
    /// By what they were chosen.
    pub selection: Selection,
    /// With which logged probability.
    pub probability: f64,
    /// The lane that they would have had, had the lot not drawn them.
    pub lane_otherwise: Lane,
    /// They should have been examined when there was no capacity.
    pub demanded: bool,
}

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
            demanded: before.reasons.iter().any(|reason| reason.kind == ReasonKind::CapacityExhausted),
        }
    }

    /// True if they have a place in the plan.
    #[must_use]
    pub fn has_place(&self) -> bool {
        is_chosen_by_plan(self.selection)
    }
}

/// A lane that an officer chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneOverride {
    pub lane: Lane,
    /// The one that the goods were in.
    pub former: Lane,
    pub reason: String,
    /// The principal that called.
    pub principal: String,
    pub time: Timestamp,
}

/// The stricter of two lanes: examination, documents, check after release, release.
#[must_use]
pub fn stricter(one: Lane, two: Lane) -> Lane {
    let rank = |lane| match lane {
        Lane::Red => 3,
        Lane::Yellow => 2,
        Lane::Blue => 1,
        Lane::Green => 0,
    };
    if rank(two) > rank(one) { two } else { one }
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
