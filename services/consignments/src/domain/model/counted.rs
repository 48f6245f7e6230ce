//! The outcomes behind a reason, as a person would count them.

use serde::{Deserialize, Serialize};

use super::Tally;

/// How many earlier goods were alike, and how many there are to compare them with; each outcome counted once. Stored as a
/// list of four numbers, since every screening holds several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u32; 4]", into = "[u32; 4]")]
pub struct Counted {
    /// Alike in all features of the reason.
    pub alike: Tally,
    /// Alike in the coarser ones; nothing examined where that is not known.
    pub compared: Tally,
}

impl From<[u32; 4]> for Counted {
    fn from([examined, found_unsafe, of_examined, of_unsafe]: [u32; 4]) -> Self {
        let compared = Tally { examined: of_examined, found_unsafe: of_unsafe };
        Self { alike: Tally { examined, found_unsafe }, compared }
    }
}

impl From<Counted> for [u32; 4] {
    fn from(Counted { alike, compared }: Counted) -> Self {
        [alike.examined, alike.found_unsafe, compared.examined, compared.found_unsafe]
    }
}
