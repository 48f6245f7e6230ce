//! On what occasion it is written.

use jiff::Timestamp;

use crate::domain::model::{MailKind, RegistrationState};

/// On what occasion it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    Pending,
    Waiting,
    Offered {
        until: Option<Timestamp>,
    },
    Confirmed,
    /// `is_noted`: the organiser's note on it was not told yet.
    Changed {
        is_by_law: bool,
        is_noted: bool,
    },
    Rejected,
    Declined,
    Expired,
    /// It took place without a seat for the reader.
    Unseated,
    Withdrawn,
    /// Somebody else is in the reader's place.
    Replaced,
    Cancelled,
    Reminder,
    /// One meeting of those that the reader was invited to is out of it, and the rest goes on. `is_noted` as above.
    TakenOut {
        is_noted: bool,
    },
}

impl Occasion {
    /// That of a state.
    #[must_use]
    pub fn of(state: RegistrationState, offer_until: Option<Timestamp>) -> Self {
        match state {
            RegistrationState::Pending => Self::Pending,
            RegistrationState::Waiting => Self::Waiting,
            RegistrationState::Offered => Self::Offered { until: offer_until },
            RegistrationState::Confirmed => Self::Confirmed,
            RegistrationState::Rejected => Self::Rejected,
            RegistrationState::Declined => Self::Declined,
            RegistrationState::Expired => Self::Expired,
            RegistrationState::Withdrawn => Self::Withdrawn,
            RegistrationState::Cancelled => Self::Cancelled,
        }
    }

    /// What is told of a meeting that is out of it; none where all of it has ended.
    #[must_use]
    pub fn taken_out(&self) -> Option<Self> {
        match self {
            Self::Changed { is_noted, .. } => Some(Self::TakenOut { is_noted: *is_noted }),
            Self::Offered { .. } | Self::Confirmed => Some(Self::TakenOut { is_noted: false }),
            _ => None,
        }
    }

    /// What the mail tells.
    #[must_use]
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Pending => MailKind::Pending,
            Self::Waiting => MailKind::Waiting,
            Self::Offered { .. } => MailKind::Offered,
            Self::Confirmed => MailKind::Confirmed,
            Self::Changed { .. } | Self::TakenOut { .. } => MailKind::Changed,
            Self::Rejected
            | Self::Declined
            | Self::Expired
            | Self::Unseated
            | Self::Withdrawn
            | Self::Replaced
            | Self::Cancelled => MailKind::Ended,
            Self::Reminder => MailKind::Reminder,
        }
    }
}
