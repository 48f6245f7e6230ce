//! The things that the service knows, as values that cannot be wrong.

mod amendment;
mod approval;
mod certificate_use;
mod consignment;
mod control;
mod counted;
mod declaration;
mod examination;
mod inspection;
mod known_inspection;
mod misuse;
mod plan;
mod quantity;
mod risk_model;
mod screening;
mod spelling;
mod trust;
mod vocabulary;

use seamless_identifiers::id;
use serde::{Deserialize, Serialize};

pub use amendment::goods_by;
pub use approval::{Approval, ApprovalContent, ApprovalDecision, ApprovalId};
pub use certificate_use::{
    CertificateBalance, CertificateFinding, Claim, Coverage, Goods, SeenUse, Used, add_to,
};
pub use consignment::{CertificateReference, Consignment, Party, PreviousDocument, TestResult};
pub use control::{
    Control, ControlCorrection, ControlId, Cover, Drawn, Due, Screened, Suspension, control_name,
    listed_states,
};
pub use counted::Counted;
pub use declaration::{Check, DeclarationKey, Kept, LaneOverride, Lot, stricter};
pub use examination::{Examination, is_chosen_by_plan};
pub use inspection::{
    InspectedItem, Inspection, InspectionContent, InspectionDocument, InspectionId, InspectionKey,
    ReuseTerms, SealedContainer, inspection_name, inspection_of,
};
pub use known_inspection::{Exporter, Heading, KnownInspection, Stated, StatedItem};
pub use misuse::Misuse;
pub use plan::{Plan, PlanUse, plan_name};
pub use quantity::{Amount, Unit};
pub use risk_model::{RiskModel, model_name, parse_model_name};
pub use screening::{
    CheckedFrom, CriterionHit, Doubt, Draw, Evidence, Facts, MatchedAlert, MatchedInspection, Numbers,
    Reason, Score, Screening, ScreeningId, ShadowScore, Unread, screening_name,
};
pub(in crate::domain) use spelling::plain;
pub use trust::{Tally, Trust, TrustBasis, TrustChange, trust_name};
pub use vocabulary::{
    ApprovalAction, ApprovalState, CertificateAgreement, CertificatePart, ControlOutcome, ControlState,
    CriterionState, EventStatus, InspectionOutcome, InspectionState, Lane, ModelState, Operator, ReasonKind,
    ScreeningState, Selection, SubmitResult, SwitchingState, TestVerdict, TransportMode, Verdict,
};

id! {
    /// An inspection body of the exporting side: `cn-ciq-shanghai`.
    InspectionBodyId, 2..=40
}
id! {
    /// A product area: `toys`.
    ProductAreaId, 2..=40
}

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
