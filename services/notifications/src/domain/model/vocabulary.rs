//! The closed vocabularies of the domain. Each value has the number that it has in the contract (a test compares
//! them by name), so that translating is a look-up that cannot drift.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, FromRepr, IntoStaticStr};

/// The product categories of the Safety Gate notification form.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum ProductCategory {
    PersonalProtectiveEquipment = 1,
    ChemicalProducts = 2,
    ChildcareArticles = 3,
    ClothingTextilesFashion = 4,
    CommunicationMediaEquipment = 5,
    ConstructionProducts = 6,
    Cosmetics = 7,
    DecorativeArticles = 8,
    EcoDesign = 9,
    ElectricalAppliances = 10,
    ExplosiveAtmospheresEquipment = 11,
    FoodImitatingProducts = 12,
    Furniture = 13,
    Gadgets = 14,
    GasAppliances = 15,
    HandTools = 16,
    HobbySportsEquipment = 17,
    Jewellery = 18,
    KitchenAccessories = 19,
    LaserPointers = 20,
    Lifts = 21,
    Lighters = 22,
    LightingChains = 23,
    LightingEquipment = 24,
    Machinery = 25,
    MeasuringInstruments = 26,
    MotorVehicles = 27,
    PressureEquipment = 28,
    PyrotechnicArticles = 29,
    RailGuidedTransport = 30,
    RecreationalCrafts = 31,
    Stationery = 32,
    Toys = 33,
    Other = 34,
}

/// The risk types of the Safety Gate notification form.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum RiskType {
    Asphyxiation = 1,
    Burns = 2,
    Chemical = 3,
    Choking = 4,
    Cuts = 5,
    DamageToHearing = 6,
    DamageToSight = 7,
    Drowning = 8,
    ElectricShock = 9,
    ElectromagneticDisturbance = 10,
    EnergyConsumption = 11,
    Entrapment = 12,
    Environment = 13,
    Fire = 14,
    HealthRisk = 15,
    IncorrectMeasurement = 16,
    Injuries = 17,
    Microbiological = 18,
    Security = 19,
    Strangulation = 20,
    Suffocation = 21,
}

/// What a measure does.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum MeasureAction {
    RecallFromEndUsers = 1,
    WithdrawalFromMarket = 2,
    BanOnMarketing = 3,
    TemporaryBanOnSupply = 4,
    StopOfSales = 5,
    Destruction = 6,
    ImportRejected = 7,
    ListingRemoved = 8,
    WarningConsumers = 9,
    MarkingWithWarnings = 10,
    PriorConditions = 11,
    Seizure = 12,
    ExportBan = 13,
    CorrectiveActionAtFactory = 14,
    LicenceSuspendedOrRevoked = 15,
    StrongerSupervision = 16,
    EducationOfManufacturer = 17,
    Other = 18,
}

/// What an economic operator does in the chain of supply.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum OperatorRole {
    Manufacturer = 1,
    Exporter = 2,
    Importer = 3,
    Distributor = 4,
    Retailer = 5,
    Marketplace = 6,
    OnlineSeller = 7,
}

/// How large a risk is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum RiskLevel {
    Low = 1,
    Medium = 2,
    High = 3,
    Serious = 4,
}

/// Whether a measure was ordered.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum MeasureObligation {
    Compulsory = 1,
    Voluntary = 2,
}

/// Whether a finding stands in the way.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum FindingSeverity {
    Error = 1,
    Warning = 2,
}

/// The types of notification [Delegated Regulation (EU) 2024/3173].
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum NotificationType {
    SeriousRisk = 1,
    OtherRisk = 2,
    ForInformation = 3,
    FollowUp = 4,
    Hub = 5,
}

/// Where a notification is in its life.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum NotificationState {
    Draft = 1,
    Submitted = 2,
    Validated = 3,
    Transmitted = 4,
    Withdrawn = 5,
}

/// How far a transmission has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum TransmissionState {
    Sent = 1,
    Acknowledged = 2,
    Reacted = 3,
    Withdrawn = 4,
    Revoked = 5,
}

/// Where an investigation stands.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum FollowUpState {
    Investigating = 1,
    Traced = 2,
    NotTraced = 3,
    MeasureAdopted = 4,
    NoMeasure = 5,
    Closed = 6,
}

/// Why a manufacturer could not be traced.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum NotTracedReason {
    InsufficientIdentification = 1,
    CompanyNotFound = 2,
    CompanyClosed = 3,
    Counterfeit = 4,
    NotMadeHere = 5,
    Other = 6,
    BrandOwnerOnly = 7,
}

/// Why there is no measure.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum NoMeasureReason {
    ManufacturerNotTraced = 1,
    AlreadyCorrected = 2,
    ProductionCeased = 3,
    ConformsAtOrigin = 4,
    InsufficientEvidence = 5,
    NoPowers = 6,
    RiskNotConfirmed = 7,
    Other = 8,
}

/// Whether it is meant, as the status of OASIS CAP 1.2.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum EventStatus {
    Actual = 1,
    Exercise = 2,
    Test = 3,
}

/// How far an imported notification has come in the system that it comes from.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum ImportStage {
    Draft = 1,
    Validated = 2,
}

/// What was done with an imported item.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    FromRepr,
    IntoStaticStr,
    EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[repr(i32)]
pub enum ImportOutcome {
    Created = 1,
    Updated = 2,
    Unchanged = 3,
    Rejected = 4,
}
