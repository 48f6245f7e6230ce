//! What an enumeration takes, for who sent something else.

use seamless_vocabulary::Vocabulary;

/// What the state of a language version may be.
pub(super) const TRANSLATION_STATES: &str = "wants 1 (ORIGINAL), 2 (TRANSLATED), 3 (STALE) or 4 (MISSING)";
/// The longest list of values, in bytes: a refusal has room for several.
const LONGEST: usize = 300;
/// No enumeration has a number beyond.
const LAST: i32 = 1_000;

/// `wants 1 (WORKSHOP), 2 (WEBINAR)`: all values with their numbers; of very many the first, and how many there are.
pub(super) fn accepted<T: Vocabulary>() -> String {
    let values: Vec<(i32, T)> =
        (1..=LAST).filter_map(|number| Some((number, T::from_number(number)?))).collect();
    let mut text = String::from("wants ");
    for (place, (number, value)) in values.iter().enumerate() {
        let name: &'static str = (*value).into();
        let next = format!("{}{number} ({name})", if place == 0 { "" } else { ", " });
        if text.len() + next.len() > LONGEST {
            let last = values.last().map_or(0, |(last, _)| *last);
            return format!("{text}, … {last}: the contract names all {}", values.len());
        }
        text.push_str(&next);
    }
    text
}
