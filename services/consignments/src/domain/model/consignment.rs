//! Arriving goods as customs knows them, and what is said of goods on both sides of the border.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seamless_identifiers::{
    CommodityCode, ContainerNumber, CountryCode, Eori, Gtin, PartialDate, UnifiedSocialCreditCode, Unlocode,
};
use serde::{Deserialize, Serialize};

use super::{InspectionBodyId, vocabulary::TestVerdict, vocabulary::TransportMode};

/// An arriving goods item. What is missing is empty or none; nothing is guessed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consignment {
    pub entry_point: Unlocode,
    pub arrival: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub movement_reference_number: String,
    /// 0 where there is no declaration.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub goods_item_number: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unique_consignment_reference: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transport_documents: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<ContainerNumber>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<CertificateReference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_of_loading: Option<Unlocode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_dispatch: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity_code: Option<CommodityCode>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gtins: Vec<Gtin>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_mass_kg: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_eur: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_mode: Option<TransportMode>,
    #[serde(default, skip_serializing_if = "Party::is_empty")]
    pub exporter: Party,
    #[serde(default, skip_serializing_if = "Party::is_empty")]
    pub manufacturer: Party,
    #[serde(default, skip_serializing_if = "Party::is_empty")]
    pub importer: Party,
    #[serde(default, skip_serializing_if = "Party::is_empty")]
    pub seller: Party,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub carrier: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub listing_url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub parcel_id: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub features: BTreeMap<String, String>,
    /// Of the quantity; pieces where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quantity_unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_document: Option<PreviousDocument>,
}

/// An item of an earlier declaration of the same goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousDocument {
    pub reference: String,
    /// 0 where it had none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub goods_item_number: u32,
}

/// Somebody in the supply chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Party {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<UnifiedSocialCreditCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eori: Option<Eori>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub external_id: String,
}

impl Party {
    /// True if nothing is said of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A certificate by its id and version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateReference {
    pub body: InspectionBodyId,
    pub certificate: String,
    /// None for the version in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl CertificateReference {
    /// Parses `{body}/{certificate}`, as a doubtful certificate is called.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (body, certificate) = name.split_once('/')?;
        Some(Self { body: body.parse().ok()?, certificate: certificate.to_owned(), version: None })
    }
}

/// One test of goods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    pub standard: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clause: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub laboratory: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub accreditation: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub parameter: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Expanded, k = 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertainty: Option<f64>,
    /// UCUM.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    pub verdict: TestVerdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_date: Option<PartialDate>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
