//! One use case a file, a folder for each RPC group. Each decides; none writes.

mod controls;
mod future_tests;
mod inspections;
mod screenings;
mod targeting;
mod trust;

pub use controls::{
    ChangeControl, ControlAccess, ControlContent, ControlStep, ControlledGoods, MarkOverdue, RecordControl,
    RecordControls, SettleControl,
};
pub use inspections::{
    AttachDocument, InspectionAccess, RevokeInspection, SeenInspection, ShareInspections, Shared,
};
pub use screenings::{
    Arriving, CriterionStep, GatherFacts, NewCriterion, OverrideLane, TellHour, ToldScreenings, TrustRead,
    WriteCriterion, active_criteria, decided, misuses,
};
pub use targeting::{
    ActivateModel, ClosePlan, CompareModels, Compared, Comparison, EstimateHitRates, ImportModel, Judged,
    ModelAccess, PlanOfDay, PlanSetting, SETTLING, SetPlan, TrainModel, weight_of,
};
pub use trust::{DecideApproval, Proposal, ProposeApprovals, RecomputeTrust, TrustAccess, proposals};

use seamless_decision::require_revision;
