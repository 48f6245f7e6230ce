//! How many seats there are, and how they are taken.

use serde::{Deserialize, Serialize};

use super::vocabulary::RegistrationState;

/// How many seats there are, and are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    pub capacity: u32,
    pub confirmed: u32,
    pub offered: u32,
    pub waiting: u32,
    pub pending: u32,
}

impl Seats {
    /// How many are left.
    #[must_use]
    pub fn free(&self) -> u32 {
        self.capacity.saturating_sub(self.taken())
    }

    /// How many are confirmed or offered.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.confirmed.saturating_add(self.offered)
    }

    /// Where seats of this state are counted; nowhere once a registration ended.
    pub fn of(&mut self, state: RegistrationState) -> Option<&mut u32> {
        match state {
            RegistrationState::Pending => Some(&mut self.pending),
            RegistrationState::Waiting => Some(&mut self.waiting),
            RegistrationState::Offered => Some(&mut self.offered),
            RegistrationState::Confirmed => Some(&mut self.confirmed),
            _ => None,
        }
    }
}
