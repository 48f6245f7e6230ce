//! Of a pre-inspection, what arriving goods are compared with: a part of its document, read without the rest, since many
//! are read for every decision.

use jiff::civil::Date;
use seamless_identifiers::{CommodityCode, UnifiedSocialCreditCode};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::Deserialize;

use super::{
    InspectionBodyId, InspectionId,
    vocabulary::{EventStatus, InspectionOutcome, InspectionState},
};

/// A pre-inspection as far as goods are compared with it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KnownInspection {
    pub id: InspectionId,
    pub originator: AuthorityId,
    pub state: InspectionState,
    pub version: u32,
    pub content: KnownContent,
}

/// Of its content.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KnownContent {
    pub arrangement: ArrangementId,
    pub body: InspectionBodyId,
    pub certificate: String,
    /// The last day of use.
    #[serde(default)]
    pub valid_until: Option<Date>,
    #[serde(default)]
    pub reusable: bool,
    pub exporter: KnownParty,
    pub items: Vec<KnownItem>,
    pub outcome: InspectionOutcome,
    pub status: EventStatus,
}

/// Of a party.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KnownParty {
    #[serde(default)]
    pub credit_code: Option<UnifiedSocialCreditCode>,
}

/// Of an item.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KnownItem {
    pub commodity_code: CommodityCode,
}
