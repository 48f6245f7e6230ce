//! What the examinations of a range of days found, and what they did not see: by inverse propensity, with intervals.
//!
//! Invariant: nothing is said of what had no chance to be examined, and no rate leaves without its interval.

use seamless_statistics::{Examination as Weighted, Tally, WeightedRate, hajek, unexamined, wilson};
use seamless_targeting::{Draw, Lift, Outcome, Part, estimate};

use super::{
    error::DomainError,
    model::{Lane, Probability, Selection, is_chosen_by_plan},
};

/// Of intervals.
const LEVEL: f64 = 0.95;
/// All lanes, in the order of the contract.
const LANES: [Lane; 4] = [Lane::Red, Lane::Yellow, Lane::Green, Lane::Blue];

/// One examination with an outcome, as far as it counts here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Examined {
    pub selection: Selection,
    /// The logged probability of its examination.
    pub probability: f64,
    /// The lane that the goods would have had without the lot.
    pub lane: Option<Lane>,
    pub is_unsafe: bool,
}

/// What was found and missed.
#[derive(Clone, Debug, PartialEq)]
pub struct HitRates {
    /// Share of unsafe goods among all that arrived and had a chance to be examined [Hájek 1971]: every examination
    /// stands for the inverse of its probability, and what was certain to be examined for itself.
    pub arriving: Option<Probability>,
    /// Share among those drawn at random, as they are.
    pub random: Option<Probability>,
    /// Share among those examined for expected harm, as they are.
    pub targeted: Option<Probability>,
    /// Targeted over the rate of what the lot decided on, with its interval; none without examinations of both kinds.
    pub lift: Option<Lift>,
    /// Lanes with arrivals or examinations.
    pub lanes: Vec<LaneEstimate>,
}

/// What arrived in a lane that goods would have had without the lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneArrivals {
    pub lane: Lane,
    pub arrivals: u64,
    /// How many of them could not be examined, since nothing was left for the lot.
    pub without_chance: u64,
}

/// What a lane let pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneEstimate {
    pub lane: Lane,
    pub arrivals: u64,
    pub examined: u64,
    /// Arrivals without an outcome.
    pub unseen: u64,
    /// How many of these had no chance to be examined.
    pub without_chance: u64,
    /// Share of unsafe goods among the unseen that had a chance, or why there is none to tell.
    pub unsafe_unseen: Result<Probability, NotEstimated>,
}

/// Why nothing is said of the unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEstimated {
    /// All that arrived has an outcome.
    NothingUnseen,
    /// What is unseen had no chance to be examined.
    NoChance,
    /// No examination by lot stands for others.
    NothingDrawn,
}

impl NotEstimated {
    /// In English.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NothingUnseen => "all that arrived was examined: nothing is unseen",
            Self::NoChance => "nothing of the unseen had a chance to be examined: nobody knows",
            Self::NothingDrawn => "nothing was drawn at random that could stand for the unseen",
        }
    }
}

/// Estimates from examinations, and from how many arrived in each lane. Examinations that no plan chose, but an officer, are
/// in no rate: nobody knows with which probability they came about, and those that the lot drew stand for the same goods.
///
/// # Errors
/// `Fault` for a probability with which nothing can have been examined.
pub fn hit_rates(examined: &[Examined], arrivals: &[LaneArrivals]) -> Result<HitRates, DomainError> {
    let chosen: Vec<Examined> =
        examined.iter().filter(|one| is_chosen_by_plan(one.selection)).copied().collect();
    let draws: Vec<Draw> = chosen.iter().filter_map(draw_of).collect();
    let effect = estimate(&draws, LEVEL).map_err(fault)?;

    let random = chosen.iter().filter(|one| one.selection == Selection::Random);
    let (drawn, found) =
        random.fold((0, 0), |(drawn, found), one| (drawn + 1, found + u32::from(one.is_unsafe)));
    let random = match drawn {
        0 => None,
        _ => Some(wilson(Tally { examinations: drawn, unsafe_found: found }, LEVEL).map_err(fault)?),
    };
    let all: Vec<Weighted> = chosen.iter().map(weighted).collect();
    let arriving = if all.is_empty() { None } else { Some(hajek(&all, LEVEL).map_err(fault)?) };
    Ok(HitRates {
        arriving: arriving.map(of_weighted),
        random: random.map(of_rate),
        targeted: effect.targeted.map(of_rate),
        lift: effect.lift,
        lanes: lanes(examined, arrivals)?,
    })
}

fn lanes(examined: &[Examined], arrived: &[LaneArrivals]) -> Result<Vec<LaneEstimate>, DomainError> {
    let mut estimates = Vec::new();
    for lane in LANES {
        let of_lane = arrived.iter().filter(|of| of.lane == lane);
        let arrivals: u64 = of_lane.clone().map(|of| of.arrivals).sum();
        let within: Vec<&Examined> = examined.iter().filter(|one| one.lane == Some(lane)).collect();
        if arrivals == 0 && within.is_empty() {
            continue;
        }
        let examined = within.len() as u64;
        let unseen = arrivals.saturating_sub(examined);
        let without_chance = of_lane.map(|of| of.without_chance).sum::<u64>().min(unseen);
        let chosen = within.iter().filter(|one| is_chosen_by_plan(one.selection));
        let by_chance: Vec<Weighted> = chosen.map(|one| weighted(one)).collect();
        let rate = match by_chance.as_slice() {
            [] => None,
            some => unexamined(some, LEVEL).map_err(fault)?,
        };
        let unsafe_unseen = match (unseen, unseen - without_chance) {
            (0, _) => Err(NotEstimated::NothingUnseen),
            (_, 0) => Err(NotEstimated::NoChance),
            _ => rate.map(of_weighted).ok_or(NotEstimated::NothingDrawn),
        };
        estimates.push(LaneEstimate { lane, arrivals, examined, unseen, without_chance, unsafe_unseen });
    }
    Ok(estimates)
}

fn draw_of(one: &Examined) -> Option<Draw> {
    let part = match one.selection {
        Selection::Random => Part::Random,
        Selection::Targeted => Part::Targeted,
        // What alerts and criteria demanded says nothing of targeting, and nothing of the lot.
        Selection::Mandatory | Selection::None | Selection::Officer => return None,
    };
    let outcome = if one.is_unsafe { Outcome::Unsafe } else { Outcome::Safe };
    Some(Draw { part, draw_probability: one.probability, outcome })
}

fn weighted(one: &Examined) -> Weighted {
    Weighted { probability: one.probability, unsafe_found: one.is_unsafe }
}

fn of_rate(rate: seamless_statistics::Rate) -> Probability {
    Probability {
        mean: rate.value,
        lower: rate.interval.lower,
        upper: rate.interval.upper,
        observations: rate.examinations as f64,
    }
}

fn of_weighted(rate: WeightedRate) -> Probability {
    Probability {
        mean: rate.value,
        lower: rate.interval.lower,
        upper: rate.interval.upper,
        observations: rate.effective_examinations,
    }
}

fn fault(error: impl std::fmt::Display) -> DomainError {
    DomainError::Fault(format!("no estimate: {error}"))
}

#[cfg(test)]
mod tests {
    use seamless_targeting::{Candidate, Day, plan};

    use super::*;

    /// Days of 400 goods, of which those with high scores are unsafe more often. Over all days the estimates must come
    /// out at what is true of the goods, although most examinations go where harm is likely.
    #[test]
    fn over_many_days_the_estimates_come_out_at_the_truth() {
        let goods: Vec<(Candidate, bool)> = (0..400_u128)
            .map(|number| {
                let score = ((number * 173) % 400 / 60) as f64;
                let is_unsafe = (number * 31) % 20 < if score >= 5.0 { 9 } else { 2 };
                (Candidate { id: number.to_be_bytes(), probability: score / 10.0, harm: 1.0 }, is_unsafe)
            })
            .collect();
        let candidates: Vec<Candidate> = goods.iter().map(|(candidate, _)| *candidate).collect();
        let is_unsafe = |id: [u8; 16]| goods[u128::from_be_bytes(id) as usize].1;
        // High scores would have been examined anyway, the others passed.
        let lane = |expected_harm: f64| if expected_harm > 0.5 { Lane::Red } else { Lane::Green };
        let truth = goods.iter().filter(|(_, is_unsafe)| *is_unsafe).count() as f64 / 400.0;
        let days = 300;
        let (mut arriving, mut unseen, mut unseen_truth, mut held) = (0.0, 0.0, 0.0, 0);
        for number in 0..days {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&u64::to_be_bytes(number));
            let made = plan(&Day { capacity: 80, floor: 0.5, seed }, &candidates).unwrap();
            let chosen = made.assignments.iter().filter(|one| one.part != Part::NotExamined);
            let examined: Vec<Examined> = chosen
                .map(|one| Examined {
                    selection: if one.part == Part::Random { Selection::Random } else { Selection::Targeted },
                    probability: one.draw_probability,
                    lane: Some(lane(one.expected_harm)),
                    is_unsafe: is_unsafe(one.id),
                })
                .collect();
            let passed = made.assignments.iter().filter(|one| lane(one.expected_harm) == Lane::Green);
            let not_seen: Vec<bool> =
                passed.filter(|one| one.part == Part::NotExamined).map(|one| is_unsafe(one.id)).collect();
            let rates =
                hit_rates(&examined, &[arrived(Lane::Green, 300, 0), arrived(Lane::Red, 100, 0)]).unwrap();
            let estimate = rates.arriving.unwrap();
            held += u32::from(estimate.lower <= truth && truth <= estimate.upper);
            arriving += estimate.mean / days as f64;
            let green = rates.lanes.iter().find(|one| one.lane == Lane::Green).unwrap();
            unseen += green.unsafe_unseen.unwrap().mean / days as f64;
            let share = not_seen.iter().filter(|one| **one).count() as f64 / not_seen.len() as f64;
            unseen_truth += share / days as f64;
        }
        assert!((arriving - truth).abs() < 0.03 * truth, "{truth} arrives unsafe, estimated {arriving}");
        assert!(
            (unseen - unseen_truth).abs() < 0.05 * unseen_truth,
            "{unseen_truth} passed, estimated {unseen}"
        );
        assert!(held >= 276, "a 95 % interval held the truth on {held} of {days} days");
    }

    fn arrived(lane: Lane, arrivals: u64, without_chance: u64) -> LaneArrivals {
        LaneArrivals { lane, arrivals, without_chance }
    }

    /// A rate is of something: of what is unseen, and had a chance to be seen.
    #[test]
    fn nothing_is_said_of_what_is_not_there_or_had_no_chance() {
        let drawn = |is_unsafe| Examined {
            selection: Selection::Random,
            probability: 0.5,
            lane: Some(Lane::Green),
            is_unsafe,
        };
        let of_two = |arrivals: u64, without_chance: u64| {
            let rates =
                hit_rates(&[drawn(true), drawn(false)], &[arrived(Lane::Green, arrivals, without_chance)]);
            let lane = rates.unwrap().lanes[0];
            (lane.unseen, lane.without_chance, lane.unsafe_unseen.map(|rate| rate.mean))
        };
        assert_eq!(of_two(2, 0), (0, 0, Err(NotEstimated::NothingUnseen)));
        assert_eq!(of_two(5, 3), (3, 3, Err(NotEstimated::NoChance)));
        assert_eq!(of_two(6, 3), (4, 3, Ok(0.5)), "one of the unseen had a chance");
    }

    #[test]
    fn what_nobody_examined_by_lot_is_not_estimated() {
        let sure = Examined {
            selection: Selection::Targeted,
            probability: 1.0,
            lane: Some(Lane::Red),
            is_unsafe: true,
        };
        let own = Examined { selection: Selection::Officer, probability: 0.0, ..sure };
        let rates = hit_rates(&[sure, own], &[arrived(Lane::Red, 9, 0)]).unwrap();
        assert_eq!((rates.random, rates.lift), (None, None));
        let red = LaneEstimate {
            lane: Lane::Red,
            arrivals: 9,
            examined: 2,
            unseen: 7,
            without_chance: 0,
            unsafe_unseen: Err(NotEstimated::NothingDrawn),
        };
        assert_eq!(rates.lanes, [red]);
        assert_eq!(rates.targeted.map(|rate| (rate.mean, rate.observations)), Some((1.0, 1.0)));
        assert_eq!(hit_rates(&[], &[]).unwrap().arriving, None);
    }
}
