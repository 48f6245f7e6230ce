//! A notification: one authority's alert on one product, grouped as on the Safety Gate notification form.

use jiff::Timestamp;
use seamless_disclosure::Override;
use seamless_identifiers::{CommodityCode, CountryCode, Gtin, LocalizedText, PartialDate};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    EventStatus, Finding, MeasureAction, MeasureObligation, NotificationId, NotificationState,
    NotificationType, OperatorRole, ProductCategory, RemedyKind, RiskLevel, RiskType, UnitKind,
    notification_name,
};

/// A notification as it is stored: its content, and what the service knows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    pub id: NotificationId,
    /// Whose notification it is; only this authority edits it.
    pub originator: AuthorityId,
    pub state: NotificationState,
    /// 1 for the first; each change after transmission makes a new one.
    pub version: u32,
    /// Counts every change; the etag is made of it.
    pub revision: i64,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub status: EventStatus,
    pub content: Content,
    /// What the contact point found when it returned the notification.
    pub findings: Vec<Finding>,
    pub withdraw_reason: Option<String>,
    /// The notification on the same product, for which this draft was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<NotificationId>,
}

/// What the originator writes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    pub general: General,
    pub product: Product,
    pub traceability: Traceability,
    pub online: Online,
    pub risk: Risk,
    pub measures: Vec<Measure>,
    pub disclosures: Vec<Override>,
    pub internal_note: String,
}

/// Reference, type and dates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct General {
    pub reference: String,
    pub kind: Option<NotificationType>,
    pub notifying_country: Option<CountryCode>,
    pub notification_date: Option<PartialDate>,
    pub publication_date: Option<PartialDate>,
    pub source: String,
    pub source_reference: String,
    pub source_url: String,
    pub title: String,
    pub case_handler: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_to: Option<FollowUpTo>,
    #[serde(skip_serializing_if = "is_unset")]
    pub title_texts: LocalizedText,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joint_alerts: Vec<ForeignAlert>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_publication_date: Option<PartialDate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reacting_countries: Vec<CountryCode>,
}

/// The alert that a follow-up follows: here, in another system, or both; never neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpTo {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification: Option<NotificationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_alert: Option<ForeignAlert>,
}

/// An alert in another system; its number or its page is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignAlert {
    pub system: String,
    pub reference: String,
    pub url: String,
}

/// What the product is and how to recognise it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    pub product_name: LocalizedText,
    pub brand: String,
    pub models: Vec<String>,
    pub batch_numbers: Vec<String>,
    pub gtins: Vec<Gtin>,
    pub unparsed_barcodes: Vec<String>,
    pub production_dates: Option<DateRange>,
    pub category: Option<ProductCategory>,
    pub category_note: String,
    pub commodity_code: Option<CommodityCode>,
    pub description: LocalizedText,
    pub packaging_description: LocalizedText,
    pub items_covered: String,
    pub pictures: Vec<Picture>,
    pub counterfeit: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitCount>,
    #[serde(skip_serializing_if = "is_unset")]
    pub items_covered_texts: LocalizedText,
}

/// A number of items, in a country or in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitCount {
    pub kind: UnitKind,
    pub country: Option<CountryCode>,
    pub count: u64,
    pub approximate: bool,
}

/// A range of civil dates, both ends included; an end may be open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DateRange {
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
}

/// A photograph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    pub uri: String,
    pub caption: String,
}

/// Where the product comes from, where it went, and through whose hands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Traceability {
    pub country_of_origin: Option<CountryCode>,
    pub origin_note: String,
    pub destinations: Vec<CountryCode>,
    pub operators: Vec<EconomicOperator>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_countries_of_origin: Vec<CountryCode>,
}

/// A company or person in the chain of supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EconomicOperator {
    pub role: OperatorRole,
    pub operator_name: String,
    pub country: Option<CountryCode>,
    pub address: String,
    pub contact: String,
    pub website: String,
    pub credit_code: Option<seamless_identifiers::UnifiedSocialCreditCode>,
    pub eori: String,
    pub vat_number: String,
}

/// The sale online.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Online {
    pub sold_online: Option<bool>,
    pub listings: Vec<Listing>,
}

/// One offer on the web.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    pub url: String,
    pub marketplace: String,
    pub seller: String,
    pub first_seen: Option<PartialDate>,
    pub live: Option<bool>,
}

/// What the danger is, how large, and how it was found out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Risk {
    pub types: Vec<RiskType>,
    pub type_note: String,
    pub level: Option<RiskLevel>,
    pub description: LocalizedText,
    pub provisions_not_met: Vec<String>,
    pub test_results: Vec<TestResult>,
    pub scenarios: Vec<RiskScenario>,
    pub incidents: String,
    pub injury_count: Option<u32>,
    pub presumed_serious: bool,
    #[serde(skip_serializing_if = "is_unset")]
    pub incidents_texts: LocalizedText,
}

/// The result of one test on one sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    pub standard: String,
    pub laboratory: String,
    pub parameter: String,
    pub result: String,
    pub limit: String,
    pub passed: Option<bool>,
}

/// One scenario of injury.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RiskScenario {
    pub description: String,
    pub severity: super::Severity,
    /// Over the lifetime of the product; above 0, at most 1.
    pub probability: f64,
}

/// A measure against the risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub action: MeasureAction,
    pub obligation: Option<MeasureObligation>,
    pub ordered_by: String,
    pub addressed_to: String,
    pub effective_date: Option<PartialDate>,
    pub end_date: Option<PartialDate>,
    pub scope: String,
    pub description: LocalizedText,
    pub consumer_url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
}

/// What is offered to those who have the product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    pub kind: RemedyKind,
    #[serde(default, skip_serializing_if = "is_unset")]
    pub note: LocalizedText,
}

fn is_unset(text: &LocalizedText) -> bool {
    text.versions().is_empty()
}

impl Content {
    /// The notification here that it says to follow.
    #[must_use]
    pub fn followed(&self) -> Option<NotificationId> {
        self.general.follow_up_to.as_ref().and_then(|followed| followed.notification)
    }
}

impl Traceability {
    /// Every country where the product was made, as far as known.
    pub fn countries_of_origin(&self) -> impl Iterator<Item = CountryCode> {
        self.country_of_origin.iter().chain(&self.additional_countries_of_origin).copied()
    }
}

impl Notification {
    /// `notifications/{id}`.
    #[must_use]
    pub fn name(&self) -> String {
        notification_name(self.id)
    }

    /// True once the notification has left its originator's side.
    #[must_use]
    pub fn is_transmitted(&self) -> bool {
        self.state == NotificationState::Transmitted
    }
}
