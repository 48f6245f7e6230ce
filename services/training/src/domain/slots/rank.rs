//! Which of the slots that suit everybody suits best, and why.

use std::fmt;

use jiff::Timestamp;
use seamless_calendar::WallTime;

/// A slot that suits everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    pub start: Timestamp,
    pub end: Timestamp,
    /// By the clocks of each side, in the order of the question.
    pub times: Vec<SideTime>,
    /// What makes it stand where it stands; empty where it lies within everybody's office hours.
    pub reasons: Vec<Reason>,
}

/// When a slot is for a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideTime {
    pub side: String,
    pub start: WallTime,
    pub end: WallTime,
}

/// What a side has to say about a slot that suits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It begins so many minutes before the office hours.
    Early { side: String, minutes: u32 },
    /// It ends so many minutes behind the office hours.
    Late { side: String, minutes: u32 },
    /// It is on a Saturday of the weekend, on which the side meets.
    Saturday { side: String },
    /// It is on a day of the weekend that is worked in exchange for a holiday.
    AdjustedWorkingDay { side: String, holiday: String },
    /// The holidays of that year are not official yet.
    Provisional { side: String, year: i16 },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Early { side, minutes } => {
                write!(f, "{side}: begins {minutes} minutes before the office hours")
            }
            Self::Late { side, minutes } => {
                write!(f, "{side}: ends {minutes} minutes behind the office hours")
            }
            Self::Saturday { side } => write!(f, "{side}: a Saturday of the weekend"),
            Self::AdjustedWorkingDay { side, holiday } => {
                write!(f, "{side}: worked in exchange for {holiday}")
            }
            Self::Provisional { side, year } => {
                write!(f, "{side}: the holidays of {year} are not official yet")
            }
        }
    }
}

impl Reason {
    fn minutes(&self) -> (&str, u32) {
        match self {
            Self::Early { side, minutes } | Self::Late { side, minutes } => (side, *minutes),
            Self::Saturday { side }
            | Self::AdjustedWorkingDay { side, .. }
            | Self::Provisional { side, .. } => (side, 0),
        }
    }
}

impl Ranked {
    /// What slots are ordered by, the best first: days of the weekend, the minutes outside office hours of whoever it is
    /// worst for, those of all, and then the earliest.
    #[must_use]
    pub fn order(&self) -> (usize, u32, u32, Timestamp) {
        let is_weekend =
            |reason: &&Reason| matches!(reason, Reason::Saturday { .. } | Reason::AdjustedWorkingDay { .. });
        let weekends = self.reasons.iter().filter(is_weekend).count();
        let of_side = |time: &SideTime| -> u32 {
            let of = self.reasons.iter().map(Reason::minutes).filter(|(side, _)| *side == time.side);
            of.map(|(_, minutes)| minutes).sum()
        };
        let worst = self.times.iter().map(of_side).max().unwrap_or(0);
        let all = self.reasons.iter().map(|reason| reason.minutes().1).sum();
        (weekends, worst, all, self.start)
    }
}
