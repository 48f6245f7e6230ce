//! A pre-inspection: what an inspection body found on a consignment before export, in its versions.

use jiff::{Timestamp, civil::Date};
use seamless_disclosure::Override;
use seamless_identifiers::{CommodityCode, ContainerNumber, Gtin, Unlocode, identifies_nothing};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    InspectionBodyId,
    consignment::{CertificateReference, Party, TestResult},
    plain,
    quantity::Amount,
    vocabulary::{EventStatus, InspectionOutcome, InspectionState},
};

/// The key of a pre-inspection.
pub type InspectionId = Uuid;

/// A pre-inspection in one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    pub id: InspectionId,
    pub originator: AuthorityId,
    pub state: InspectionState,
    /// 1, 2, 3, …: each version is a revision.
    pub version: u32,
    pub content: InspectionContent,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revoke_reason: String,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
}

/// What the originator says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectionContent {
    pub arrangement: ArrangementId,
    pub body: InspectionBodyId,
    pub certificate: String,
    /// The last day of use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    #[serde(default)]
    pub reusable: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unique_consignment_reference: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transport_documents: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<SealedContainer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_of_loading: Option<Unlocode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_of_destination: Option<Unlocode>,
    pub exporter: Party,
    #[serde(default, skip_serializing_if = "Party::is_empty")]
    pub manufacturer: Party,
    pub items: Vec<InspectedItem>,
    pub outcome: InspectionOutcome,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub conditions: String,
    pub inspect_time: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub inspector: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<InspectionDocument>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosures: Vec<Override>,
    pub status: EventStatus,
    /// Of a reusable certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<ReuseTerms>,
}

/// A container and its seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedContainer {
    pub number: ContainerNumber,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seals: Vec<String>,
}

/// Goods of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectedItem {
    pub commodity_code: CommodityCode,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<TestResult>,
    /// Of the quantity; pieces where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quantity_unit: String,
}

impl InspectedItem {
    /// How much was inspected; none where that is not said, or in a unit that is not known.
    #[must_use]
    pub fn amount(&self) -> Option<Amount> {
        Amount::of(self.quantity?, &self.quantity_unit)
    }
}

/// A file that belongs to it, known by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionDocument {
    pub title: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// 0 until it was uploaded.
    #[serde(default)]
    pub size_bytes: u64,
    /// Empty until it was uploaded.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_type: String,
}

impl Inspection {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        inspection_name(self.id)
    }

    /// What the version is found by when goods arrive: certificate, consignment reference, transport documents,
    /// containers; and, where the certificate is reusable, GTINs, models and lots with their manufacturer.
    #[must_use]
    pub fn keys(&self) -> Vec<InspectionKey> {
        let content = &self.content;
        let mut keys = vec![InspectionKey::certificate(&content.body, &content.certificate)];
        keys.extend(InspectionKey::reference(&content.unique_consignment_reference));
        keys.extend(
            content.transport_documents.iter().filter_map(|one| InspectionKey::transport_document(one)),
        );
        keys.extend(content.containers.iter().map(|one| InspectionKey::container(&one.number)));
        if content.reusable {
            for item in &content.items {
                keys.extend(item.gtins.iter().map(InspectionKey::gtin));
                keys.extend(
                    item.lots.iter().filter_map(|lot| InspectionKey::lot(&content.manufacturer, lot)),
                );
                keys.extend(
                    item.models.iter().filter_map(|model| InspectionKey::model(&content.manufacturer, model)),
                );
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Of its keys those that goods are compared by: what was revoked is found by nothing any more but its certificate,
    /// so that screening can say so.
    #[must_use]
    pub fn found_by(&self) -> Vec<InspectionKey> {
        let mut keys = self.keys();
        keys.retain(|key| self.state == InspectionState::Active || key.kind() == "certificate");
        keys
    }
}

/// `inspections/{inspection}`.
#[must_use]
pub fn inspection_name(id: InspectionId) -> String {
    format!("inspections/{id}")
}

/// The key in `inspections/{inspection}`.
#[must_use]
pub fn inspection_of(name: &str) -> Option<InspectionId> {
    name.strip_prefix("inspections/")?.parse().ok()
}

/// What a pre-inspection is found by: a kind and a cleaned value, in one text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InspectionKey(String);

impl InspectionKey {
    /// The id of a certificate, within its body.
    #[must_use]
    pub fn certificate(body: &InspectionBodyId, certificate: &str) -> Self {
        Self(format!("certificate:{body}:{}", plain(certificate)))
    }

    /// A unique consignment reference; none where it is empty.
    #[must_use]
    pub fn reference(text: &str) -> Option<Self> {
        Self::of("ucr", text)
    }

    /// A transport document; none where it is empty.
    #[must_use]
    pub fn transport_document(text: &str) -> Option<Self> {
        Self::of("transport", text)
    }

    /// A container.
    #[must_use]
    pub fn container(number: &ContainerNumber) -> Self {
        Self(format!("container:{number}"))
    }

    /// A product by its GTIN.
    #[must_use]
    pub fn gtin(gtin: &Gtin) -> Self {
        Self(format!("gtin:{gtin}"))
    }

    /// A lot of a manufacturer; none where either is empty or the lot is a word for "not known".
    #[must_use]
    pub fn lot(manufacturer: &Party, lot: &str) -> Option<Self> {
        Self::of_maker("lot", manufacturer, lot)
    }

    /// A model of a manufacturer; none where either is empty or the model is a word for "not known".
    #[must_use]
    pub fn model(manufacturer: &Party, model: &str) -> Option<Self> {
        Self::of_maker("model", manufacturer, model)
    }

    /// The key as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its kind: `certificate`, `ucr`, `transport`, `container`, `gtin`, `lot`, `model`.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    fn of(kind: &str, text: &str) -> Option<Self> {
        let value = plain(text);
        (!value.is_empty()).then(|| Self(format!("{kind}:{value}")))
    }

    fn of_maker(kind: &str, manufacturer: &Party, text: &str) -> Option<Self> {
        if identifies_nothing(text) {
            return None;
        }
        let maker = match &manufacturer.credit_code {
            Some(code) => code.to_string(),
            None => plain(&manufacturer.name),
        };
        let value = plain(text);
        (!maker.is_empty() && !value.is_empty()).then(|| Self(format!("{kind}:{maker}:{value}")))
    }
}

/// What a reusable certificate may be used for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReuseTerms {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exporters: Vec<Party>,
    #[serde(default)]
    pub any_exporter: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity_per_consignment: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_quantity: Option<f64>,
    /// Of both; pieces where empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quantity_unit: String,
}

impl CertificateReference {
    /// Whether it means this certificate of this body, however the number is written.
    #[must_use]
    pub fn means(&self, body: &InspectionBodyId, certificate: &str) -> bool {
        self.body == *body
            && InspectionKey::certificate(&self.body, &self.certificate)
                == InspectionKey::certificate(body, certificate)
    }
}
