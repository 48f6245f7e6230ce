//! By what goods are chosen: by alerts, criteria, their expected harm or the lot; or as they were chosen when they were
//! declared before.

use seamless_targeting::{Candidate, Part, Remaining, Threshold};
use uuid::Uuid;

use super::{
    DomainError,
    model::{Kept, Lot, Selection},
    moment::Moment,
};

/// By what goods were chosen, and how probable that was.
pub(super) struct Choice {
    pub selection: Selection,
    /// 0 for what takes no part in the lot.
    pub probability: f64,
    pub expected_harm: f64,
}

/// Chooses goods, of which `goods` tells the key of their draws, how probably they are unsafe, and their harm weight.
///
/// Goods that were declared before keep what they were chosen by, and are not drawn again. Those that were not chosen can be
/// for what is certain: a demand, or an expected harm that is targeted without a lot among equals.
///
/// # Errors
/// `Fault` if a number is out of its range, which the parsing of model and pilot prevents.
pub(super) fn choose(
    moment: &Moment,
    (key, probability, harm): (Uuid, f64, f64),
    lot: Option<Lot>,
    kept: Option<&Kept>,
    is_mandatory: bool,
) -> Result<Choice, DomainError> {
    let candidate = Candidate { id: *key.as_bytes(), probability, harm };
    let is_closed = lot == Some(Lot::Closed);
    let takes_part = kept.is_none() && !is_closed;
    let Threshold { expected_harm, share_at } = if is_mandatory { Threshold::ALL } else { moment.threshold };
    let threshold = match takes_part || share_at >= 1.0 {
        true => Threshold { expected_harm, share_at },
        false => Threshold { expected_harm, share_at: 0.0 },
    };
    let random = if takes_part { moment.random_left } else { 0 };
    let remaining = Remaining { targeted: moment.targeted_left, random };
    let drawn =
        seamless_targeting::decide(&moment.seed, remaining, threshold, moment.expected_to_come, &candidate)
            .map_err(|error| DomainError::Fault(format!("draw: {error}")))?;
    let expected_harm = drawn.expected_harm;
    // What the lot said is not told where nobody is to foresee it.
    let place = kept.filter(|kept| kept.has_place() && !(is_closed && kept.selection == Selection::Random));
    if let Some(place) = place {
        return Ok(Choice { selection: place.selection, probability: place.probability, expected_harm });
    }
    let selection = match drawn.part {
        Part::Targeted if is_mandatory => Selection::Mandatory,
        Part::Targeted => Selection::Targeted,
        Part::Random => Selection::Random,
        Part::NotExamined => Selection::None,
    };
    let probability = match kept {
        Some(kept) if selection == Selection::None && !is_closed => kept.probability,
        Some(_) | None => drawn.draw_probability,
    };
    Ok(Choice { selection, probability, expected_harm })
}
