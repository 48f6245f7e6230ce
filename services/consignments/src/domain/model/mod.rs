//! The things that the service knows, as values that cannot be wrong.

mod approval;
mod consignment;
mod control;
mod examination;
mod inspection;
mod known_inspection;
mod plan;
mod risk_model;
mod screening;
mod trust;
mod vocabulary;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use approval::{Approval, ApprovalContent, ApprovalDecision, ApprovalId};
pub use consignment::{CertificateReference, Consignment, Party, TestResult};
pub use control::{
    Control, ControlCorrection, ControlId, Cover, Due, Screened, Suspension, control_name, listed_states,
};
pub use examination::{Examination, is_chosen_by_plan};
pub use inspection::{
    InspectedItem, Inspection, InspectionContent, InspectionDocument, InspectionId, InspectionKey,
    SealedContainer, inspection_name, inspection_of,
};
pub use known_inspection::{Heading, KnownInspection};
pub use plan::{Plan, PlanUse, plan_name};
pub use risk_model::{RiskModel, model_name, parse_model_name};
pub use screening::{
    CriterionHit, Doubt, Draw, Facts, MatchedAlert, MatchedInspection, Numbers, Reason, Score, Screening,
    ScreeningId, ShadowScore, screening_name,
};
pub use trust::{Tally, Trust, TrustBasis, TrustChange, trust_name};
pub use vocabulary::{
    ApprovalAction, ApprovalState, ControlOutcome, ControlState, CriterionState, EventStatus,
    InspectionOutcome, InspectionState, Lane, ModelState, Operator, ReasonKind, Selection, SubmitResult,
    SwitchingState, TestVerdict, TransportMode, Verdict,
};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = WrongId;

            fn from_str(text: &str) -> Result<Self, WrongId> {
                let fits = (2..=40).contains(&text.len())
                    && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
                if fits { Ok(Self(text.to_owned())) } else { Err(WrongId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = WrongId;

            fn try_from(text: String) -> Result<Self, WrongId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id! {
    /// An inspection body of the exporting side: `cn-ciq-shanghai`.
    InspectionBodyId
}
id! {
    /// A product area: `toys`.
    ProductAreaId
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 2 to 40 characters out of a-z, 0-9 and the hyphen")]
pub struct WrongId;

/// A probability with the 95 % interval that holds it, and the evidence behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probability {
    /// 0 to 1.
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
    /// How many observations stand behind it, in effect.
    pub observations: f64,
}
