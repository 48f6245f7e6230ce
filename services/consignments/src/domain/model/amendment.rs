//! What stays with goods through every version of their declaration: the draw, the place in the plan, and an officer's word.

use jiff::Timestamp;

use super::{
    Amount, Check, Consignment, DeclarationKey, Goods, InspectionId, Kept, LaneOverride, Screening,
    ScreeningId, is_chosen_by_plan, stricter,
    vocabulary::{InspectionOutcome, Lane, ReasonKind},
};

impl Kept {
    /// What goods keep of their screening before, in this version of their declaration.
    #[must_use]
    pub fn of(before: &Screening, version: u32, supersedes: bool) -> Self {
        let kept = before.draw.kept.as_ref();
        Self {
            first: if supersedes { before.first() } else { before.place() },
            place: Some(before.place()).filter(|place| supersedes && *place != before.first()),
            former: before.id,
            version,
            supersedes,
            selection: before.draw.selection,
            probability: before.draw.probability,
            lane_otherwise: before.lane_otherwise,
            taken_up: kept.is_some_and(|kept| kept.taken_up),
            handed_on: kept.map(|kept| kept.handed_on.clone()).unwrap_or_default(),
            mass: before.mass().filter(|_| supersedes),
            amounts: if supersedes { before.amounts() } else { Vec::new() },
            goods: supersedes.then(|| before.goods()),
            check: before.check(),
            checked: before.checked(),
            demanded: before.lacks_capacity(),
            failed: if supersedes { before.failed() } else { None },
            arrived: None,
        }
    }

    /// As [`Self::of`], for the same goods that are declared otherwise than as `previous`: they take it up. None where others did,
    /// or where the goods have been handed on often enough.
    #[must_use]
    pub fn of_previous(before: &Screening, previous: &DeclarationKey, version: u32) -> Option<Self> {
        let mut kept = Self::of(before, version, true);
        let is_known = !kept.taken_up || !kept.handed_on.is_empty();
        let is_free = is_known && !kept.handed_on.iter().any(|one| one == previous.as_str());
        if !is_free || kept.handed_on.len() >= MOST_HANDED_ON {
            return None;
        }
        kept.handed_on.push(previous.as_str().to_owned());
        kept.taken_up = true;
        Some(kept)
    }

    /// With when the goods had arrived by `now`, as the version before and those before it say.
    #[must_use]
    pub fn at(mut self, before: &Screening, now: Timestamp) -> Self {
        let known = before.draw.kept.as_ref().and_then(|kept| kept.arrived);
        let own = Some(before.consignment.arrival).filter(|arrival| *arrival <= now);
        self.arrived = known.into_iter().chain(own).min().filter(|_| self.supersedes);
        self
    }

    /// True if they have a place in the plan.
    #[must_use]
    pub fn has_place(&self) -> bool {
        is_chosen_by_plan(self.selection)
    }
}

/// Goods are declared three times at most: by the entry summary, for temporary storage, and for import.
const MOST_HANDED_ON: usize = 2;

impl Screening {
    /// What the goods are declared as.
    #[must_use]
    pub fn declaration(&self) -> Option<DeclarationKey> {
        DeclarationKey::of(&self.authority, &self.consignment, self.status)
    }

    /// The first screening of the goods: further goods that share a place have one of their own.
    #[must_use]
    pub fn first(&self) -> ScreeningId {
        let kept = self.draw.kept.as_ref().filter(|kept| kept.supersedes);
        kept.map_or(self.id, |kept| kept.first)
    }

    /// The first screening of the goods whose arrival and place in the plan these have: of themselves, or of those that they share
    /// it with.
    #[must_use]
    pub fn place(&self) -> ScreeningId {
        self.draw.kept.as_ref().map_or(self.id, |kept| kept.place.unwrap_or(kept.first))
    }

    /// The gross mass that was stated of the goods first, in kilograms.
    #[must_use]
    pub fn mass(&self) -> Option<f64> {
        let first = self.draw.kept.as_ref().and_then(|kept| kept.mass);
        first.or(self.consignment.gross_mass_kg)
    }

    /// Of each unit in which a quantity was stated of the goods, the one that was stated first: it counts however little was stated
    /// since.
    #[must_use]
    pub fn amounts(&self) -> Vec<Amount> {
        let kept = self.draw.kept.as_ref();
        let mut amounts = kept.map(|kept| kept.amounts.clone()).unwrap_or_default();
        let own = self.consignment.amount();
        amounts.extend(own.filter(|own| amounts.iter().all(|first| first.unit != own.unit)));
        amounts
    }

    /// The lesser check that the numbers gave these goods or their versions before.
    fn check(&self) -> Option<Check> {
        let before = self.draw.kept.as_ref().and_then(|kept| kept.check);
        let numbers = self.facts.numbers;
        let (from, probability_from) = match self.lane_otherwise {
            Lane::Yellow => (self.draw.yellow, numbers.map(|numbers| numbers.yellow_from)),
            Lane::Blue => (self.draw.blue, numbers.map(|numbers| numbers.blue_from)),
            Lane::Red | Lane::Green => (None, None),
        };
        let expected_harm = self.draw.expected_harm;
        let is_by_numbers = match from {
            Some(from) => expected_harm >= from.expected_harm,
            None => probability_from.is_some_and(|from| self.probability.mean >= from),
        };
        let own = is_by_numbers.then_some(Check { lane: self.lane_otherwise, expected_harm });
        match (before, own) {
            (Some(before), Some(own)) if stricter(before.lane, own.lane) == before.lane => Some(before),
            (before, own) => own.or(before),
        }
    }

    /// The strictest of the lesser checks that these goods or their versions before took of the day's.
    fn checked(&self) -> Option<Lane> {
        let before = self.draw.kept.as_ref().and_then(|kept| kept.checked);
        let own = Some(self.decided_lane()).filter(|lane| matches!(lane, Lane::Yellow | Lane::Blue));
        match (before, own) {
            (Some(before), Some(own)) => Some(stricter(before, own)),
            (before, own) => own.or(before),
        }
    }

    /// The pre-inspection that the goods failed, by this or an earlier version of their declaration.
    #[must_use]
    pub fn failed(&self) -> Option<InspectionId> {
        let before = self.draw.kept.as_ref().and_then(|kept| kept.failed).or(self.facts.failed);
        let counting = self.covering_inspection().filter(|one| one.outcome == InspectionOutcome::Fail);
        counting.map(|one| one.id).or(before)
    }

    /// As what certificates know the goods: by the declaration under which they were declared first.
    #[must_use]
    pub fn goods(&self) -> Goods {
        goods_by(self.id, &self.consignment, self.draw.kept.as_deref(), self.version())
    }

    /// Counts the versions of the declaration, from 1 on.
    #[must_use]
    pub fn version(&self) -> u32 {
        let kept = self.draw.kept.as_ref().map(|kept| kept.version);
        kept.or(self.facts.version).unwrap_or(1)
    }

    /// Whether the goods should be examined, and there was no capacity for it.
    #[must_use]
    pub fn lacks_capacity(&self) -> bool {
        self.reasons.iter().any(|reason| reason.kind == ReasonKind::CapacityExhausted)
    }

    /// The lane as it was decided.
    #[must_use]
    pub fn decided_lane(&self) -> Lane {
        self.overrides.first().map_or(self.lane, |first| first.former)
    }

    /// Puts the goods into the lane that an officer chose for them when they were declared otherwise, or for those that they name, if it
    /// is the stricter one: what he released is what he saw. Where the decision is as strict by itself his word is kept for the
    /// versions to come.
    pub fn keep_override(&mut self, before: &Screening) {
        let Some(word) = before.word().filter(|word| word.lane != Lane::Green) else { return };
        if stricter(self.lane, word.lane) != self.lane {
            let former = self.decided_lane();
            self.lane = word.lane;
            self.overrides = vec![LaneOverride { former, ..word.clone() }];
        } else if self.word().is_none_or(|known| stricter(known.lane, word.lane) != known.lane) {
            self.earlier_word = Some(Box::new(word.clone()));
        }
    }

    /// The last that an officer said of the goods, of this version or of one before.
    fn word(&self) -> Option<&LaneOverride> {
        self.overrides.last().or(self.earlier_word.as_deref())
    }

    /// The word of officers on this decision, put beside the same decision made again.
    pub(crate) fn with_overrides_of(mut self, stored: &Screening) -> Self {
        if self.lane == stored.decided_lane() {
            self.lane = stored.lane;
        }
        self.overrides.clone_from(&stored.overrides);
        self.earlier_word.clone_from(&stored.earlier_word);
        self.superseded_by = stored.superseded_by;
        self.revision = stored.revision;
        self
    }
}

/// The goods of a screening that has this version of its declaration, with what they keep of the one before: those that they were
/// known as. Where other goods had their number before they are known by their screening.
#[must_use]
pub fn goods_by(
    screening: ScreeningId,
    consignment: &Consignment,
    kept: Option<&Kept>,
    version: u32,
) -> Goods {
    if let Some(goods) = kept.and_then(|kept| kept.goods.as_ref()) {
        return goods.clone();
    }
    match version > 1 && kept.is_none_or(|kept| !kept.supersedes) {
        true => Goods::alone(screening),
        false => Goods::of(screening, consignment),
    }
}
