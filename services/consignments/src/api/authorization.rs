//! The authorization table: what each RPC of this service needs. A test fails if one is missing.

use seamless_identity::Access::{self, Authenticated, Scope};

/// Reading pre-inspections.
pub const READ_INSPECTIONS: &str = "inspections.read";
/// Sharing the own authority's pre-inspections.
pub const WRITE_INSPECTIONS: &str = "inspections.write";
/// Reading screenings and criteria.
pub const READ_SCREENINGS: &str = "screenings.read";
/// Having goods screened.
pub const SCREEN: &str = "screenings.write";
/// Writing criteria, and putting them into force.
pub const WRITE_CRITERIA: &str = "criteria.write";
/// Reading controls.
pub const READ_CONTROLS: &str = "controls.read";
/// Recording controls.
pub const WRITE_CONTROLS: &str = "controls.write";
/// Reading reliabilities and approvals.
pub const READ_TRUST: &str = "trust.read";
/// Deciding on approvals.
pub const DECIDE_TRUST: &str = "trust.decide";
/// Reading plans, estimates and models.
pub const READ_TARGETING: &str = "targeting.read";
/// Setting plans.
pub const WRITE_TARGETING: &str = "targeting.write";
/// Making, activating, exporting and importing models.
pub const WRITE_MODELS: &str = "models.write";
/// Reading the feed.
pub const FEED: &str = "feed.read";

/// Every scope of this service.
pub const SCOPES: [&str; 13] = [
    READ_INSPECTIONS,
    WRITE_INSPECTIONS,
    READ_SCREENINGS,
    SCREEN,
    WRITE_CRITERIA,
    READ_CONTROLS,
    WRITE_CONTROLS,
    READ_TRUST,
    DECIDE_TRUST,
    READ_TARGETING,
    WRITE_TARGETING,
    WRITE_MODELS,
    FEED,
];

/// A row for each RPC.
pub static TABLE: &[(&str, Access)] = &[
    ("/seamless.consignments.v1.InspectionService/CreateInspection", Scope(WRITE_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/GetInspection", Scope(READ_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/ListInspections", Scope(READ_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/AmendInspection", Scope(WRITE_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/RevokeInspection", Scope(WRITE_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/SubmitInspections", Scope(WRITE_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/UploadDocument", Scope(WRITE_INSPECTIONS)),
    ("/seamless.consignments.v1.InspectionService/DownloadDocument", Scope(READ_INSPECTIONS)),
    ("/seamless.consignments.v1.ScreeningService/ScreenConsignment", Scope(SCREEN)),
    ("/seamless.consignments.v1.ScreeningService/ScreenConsignments", Scope(SCREEN)),
    ("/seamless.consignments.v1.ScreeningService/GetScreening", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/ListScreenings", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/ReplayScreening", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/GetScreeningStatus", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/CreateCriterion", Scope(WRITE_CRITERIA)),
    ("/seamless.consignments.v1.ScreeningService/GetCriterion", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/ListCriteria", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/DryRunCriterion", Scope(READ_SCREENINGS)),
    ("/seamless.consignments.v1.ScreeningService/ActivateCriterion", Scope(WRITE_CRITERIA)),
    ("/seamless.consignments.v1.ScreeningService/RetireCriterion", Scope(WRITE_CRITERIA)),
    ("/seamless.consignments.v1.ControlService/RecordControl", Scope(WRITE_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/SubmitControls", Scope(WRITE_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/GetControl", Scope(READ_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/ListControls", Scope(READ_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/DecideControl", Scope(WRITE_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/ReleaseControl", Scope(WRITE_CONTROLS)),
    ("/seamless.consignments.v1.ControlService/CorrectControl", Scope(WRITE_CONTROLS)),
    ("/seamless.consignments.v1.TrustService/GetTrust", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/ListTrust", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/ListTrustChanges", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/ListInspectionBodies", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/ProposeApprovals", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/GrantApproval", Scope(DECIDE_TRUST)),
    ("/seamless.consignments.v1.TrustService/GetApproval", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/ListApprovals", Scope(READ_TRUST)),
    ("/seamless.consignments.v1.TrustService/SuspendApproval", Scope(DECIDE_TRUST)),
    ("/seamless.consignments.v1.TrustService/ReinstateApproval", Scope(DECIDE_TRUST)),
    ("/seamless.consignments.v1.TrustService/WithdrawApproval", Scope(DECIDE_TRUST)),
    ("/seamless.consignments.v1.TargetingService/ListEntryPoints", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/ListProductAreas", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/SetPlan", Scope(WRITE_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/GetPlan", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/ListPlans", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/ListSelections", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/EstimateHitRates", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/TrainModel", Scope(WRITE_MODELS)),
    ("/seamless.consignments.v1.TargetingService/GetModel", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/ListModels", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/CompareModels", Scope(READ_TARGETING)),
    ("/seamless.consignments.v1.TargetingService/ActivateModel", Scope(WRITE_MODELS)),
    ("/seamless.consignments.v1.TargetingService/ExportModel", Scope(WRITE_MODELS)),
    ("/seamless.consignments.v1.TargetingService/ImportModel", Scope(WRITE_MODELS)),
    ("/seamless.feed.v1.FeedService/ReadEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/FollowEvents", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/AcknowledgePosition", Scope(FEED)),
    ("/seamless.feed.v1.FeedService/GetDigest", Scope(FEED)),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Authenticated),
    ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Authenticated),
];

/// The methods whose calls are heavy work: pages, searches, digests, estimates. A test fails if a page is missing.
pub static HEAVY: &[&str] = &[
    "/seamless.consignments.v1.InspectionService/ListInspections",
    "/seamless.consignments.v1.ScreeningService/ListScreenings",
    "/seamless.consignments.v1.ScreeningService/ReplayScreening",
    "/seamless.consignments.v1.ScreeningService/ListCriteria",
    "/seamless.consignments.v1.ScreeningService/DryRunCriterion",
    "/seamless.consignments.v1.ControlService/ListControls",
    "/seamless.consignments.v1.TrustService/ListTrust",
    "/seamless.consignments.v1.TrustService/ListTrustChanges",
    "/seamless.consignments.v1.TrustService/ListInspectionBodies",
    "/seamless.consignments.v1.TrustService/ProposeApprovals",
    "/seamless.consignments.v1.TrustService/ListApprovals",
    "/seamless.consignments.v1.TargetingService/ListEntryPoints",
    "/seamless.consignments.v1.TargetingService/ListProductAreas",
    "/seamless.consignments.v1.TargetingService/ListPlans",
    "/seamless.consignments.v1.TargetingService/ListSelections",
    "/seamless.consignments.v1.TargetingService/EstimateHitRates",
    "/seamless.consignments.v1.TargetingService/TrainModel",
    "/seamless.consignments.v1.TargetingService/ListModels",
    "/seamless.consignments.v1.TargetingService/CompareModels",
    "/seamless.feed.v1.FeedService/ReadEvents",
    "/seamless.feed.v1.FeedService/GetDigest",
];
