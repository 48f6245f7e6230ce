//! The closed vocabularies of the domain. Each value has the number that it has in the contract (a test compares
//! them by name), so that translating is a look-up that cannot drift.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, FromRepr, IntoStaticStr};

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($value:ident = $number:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromRepr, IntoStaticStr,
            EnumIter,
        )]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
        #[repr(i32)]
        pub enum $name {
            $($value = $number),+
        }
    };
}

vocabulary! {
    /// How goods cross the border [UN/ECE Recommendation 19].
    TransportMode { Maritime = 1, Rail = 2, Road = 3, Air = 4, Mail = 5, InlandWater = 8 }
}
vocabulary! {
    /// Whether goods met a requirement.
    TestVerdict { Pass = 1, Fail = 2, Inconclusive = 3 }
}
vocabulary! {
    /// Whether a pre-inspection counts.
    InspectionState { Active = 1, Revoked = 2 }
}
vocabulary! {
    /// What a pre-inspection found.
    InspectionOutcome { Pass = 1, Conditional = 2, Fail = 3 }
}
vocabulary! {
    /// What to do with goods [as in ASYCUDA].
    Lane { Red = 1, Yellow = 2, Green = 3, Blue = 4 }
}
vocabulary! {
    /// Kinds of reasons of a screening.
    ReasonKind {
        AlertMatch = 1,
        InspectedReliable = 2,
        InspectedNotReliable = 3,
        InspectedFailed = 4,
        NotChecked = 5,
        CertificateDoubtful = 6,
        Model = 7,
        Criterion = 8,
        RandomDraw = 9,
        Targeted = 10,
        CapacityExhausted = 11,
    }
}
vocabulary! {
    /// How far an inspection body's results can be trusted.
    Verdict { NotEnoughEvidence = 1, NotReliable = 2, Reliable = 3, ReliableAndUseful = 4 }
}
vocabulary! {
    /// By what goods are chosen for examination.
    Selection { None = 1, Random = 2, Targeted = 3, Mandatory = 4 }
}
vocabulary! {
    /// Whether a criterion holds.
    CriterionState { Draft = 1, Active = 2, Retired = 3 }
}
vocabulary! {
    /// How a criterion compares a field.
    Operator { In = 1, NotIn = 2, StartsWith = 3, Contains = 4, LessThan = 5, GreaterThan = 6 }
}
vocabulary! {
    /// Where a control stands.
    ControlState { Suspended = 1, Decided = 2, Released = 3 }
}
vocabulary! {
    /// What an examination found.
    ControlOutcome { Safe = 1, NonCompliant = 2, Unsafe = 3 }
}
vocabulary! {
    /// Inspection levels of ISO 2859-1.
    SwitchingState { Normal = 1, Tightened = 2, Reduced = 3, Discontinued = 4 }
}
vocabulary! {
    /// Whether an approval holds.
    ApprovalState { Granted = 1, Suspended = 2, Withdrawn = 3 }
}
vocabulary! {
    /// What can be done about an approval.
    ApprovalAction { Grant = 1, Suspend = 2, Reinstate = 3, Withdraw = 4 }
}
vocabulary! {
    /// What a risk model does.
    ModelState { Shadow = 1, Deciding = 2, Retired = 3 }
}
vocabulary! {
    /// Whether something is meant [OASIS CAP]: exercises and tests never count in statistics of actual.
    EventStatus { Actual = 1, Exercise = 2, Test = 3 }
}
vocabulary! {
    /// What became of an item of a stream of pre-inspections.
    SubmitResult { Created = 1, Amended = 2, Unchanged = 3, Refused = 4, Valid = 5 }
}
