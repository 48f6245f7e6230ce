//! Of a pre-inspection, what arriving goods are compared with: little enough that all of them fit into memory.

use std::{
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use jiff::{Timestamp, civil::Date};
use seamless_disclosure::Audience;
use seamless_identifiers::{ContainerNumber, Gtin};
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_matching::company_name;

use super::{
    CertificateReference, Inspection, InspectionBodyId, InspectionContent, InspectionId, Party, ReuseTerms,
    vocabulary::{CertificatePart, EventStatus, InspectionOutcome, InspectionState},
};

/// A pre-inspection as far as goods are compared with it, in its present version.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownInspection {
    pub id: InspectionId,
    pub originator: AuthorityId,
    pub arrangement: ArrangementId,
    pub body: InspectionBodyId,
    pub certificate: Box<str>,
    pub state: InspectionState,
    pub version: u32,
    pub inspect_time: Timestamp,
    /// The last day of use.
    pub valid_until: Option<Date>,
    pub reusable: bool,
    pub outcome: InspectionOutcome,
    pub status: EventStatus,
    pub stated: Box<Stated>,
}

/// What a certificate says of the goods that it covers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    pub exporter: Arc<Exporter>,
    pub unique_consignment_reference: Box<str>,
    pub transport_documents: Box<[String]>,
    pub containers: Box<[ContainerNumber]>,
    pub items: Box<[StatedItem]>,
    pub reuse: Option<Box<ReuseTerms>>,
    /// What its originator does not show to parties: it is compared, and not told.
    pub withheld: Box<[CertificatePart]>,
}

/// Who exports under a certificate, without its address. Many certificates name the same one: it is held once.
#[derive(Debug)]
pub struct Exporter {
    pub party: Party,
    compared_as: OnceLock<Box<str>>,
}

/// Of an inspected item, what goods are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct StatedItem {
    pub heading: Option<Heading>,
    pub models: Box<[String]>,
    pub gtins: Box<[Gtin]>,
    pub lots: Box<[String]>,
    pub quantity: Option<f64>,
    pub quantity_unit: Box<str>,
}

/// The fields that the parts of a certificate stand in.
const FIELDS: [(CertificatePart, &str); 8] = [
    (CertificatePart::Exporter, "exporter"),
    (CertificatePart::Exporter, "reuse"),
    (CertificatePart::ConsignmentReference, "unique_consignment_reference"),
    (CertificatePart::TransportDocument, "transport_documents"),
    (CertificatePart::Container, "containers"),
    (CertificatePart::Product, "items"),
    (CertificatePart::Quantity, "items"),
    (CertificatePart::Quantity, "reuse"),
];

/// A heading of the Harmonized System: four digits, which the exporter and the importer declare alike; finer codes differ
/// between their tariffs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heading([u8; 4]);

impl Heading {
    /// The heading of a commodity code.
    #[must_use]
    pub fn of(code: &seamless_identifiers::CommodityCode) -> Option<Self> {
        code.as_str().as_bytes().first_chunk().copied().map(Self)
    }

    /// Its digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl KnownInspection {
    /// Of this pre-inspection.
    #[must_use]
    pub fn of(inspection: &Inspection) -> Self {
        let content = &inspection.content;
        Self {
            id: inspection.id,
            originator: inspection.originator.clone(),
            arrangement: content.arrangement.clone(),
            body: content.body.clone(),
            certificate: content.certificate.as_str().into(),
            state: inspection.state,
            version: inspection.version,
            inspect_time: content.inspect_time,
            valid_until: content.valid_until,
            reusable: content.reusable,
            outcome: content.outcome,
            status: content.status,
            stated: Box::new(Stated::by(content)),
        }
    }

    /// Whether a reference means its certificate.
    #[must_use]
    pub fn is_named_by(&self, reference: &CertificateReference) -> bool {
        reference.means(&self.body, &self.certificate)
    }
}

impl Stated {
    fn by(content: &InspectionContent) -> Self {
        let items = content.items.iter().map(|item| StatedItem {
            heading: Heading::of(&item.commodity_code),
            models: item.models.as_slice().into(),
            gtins: item.gtins.as_slice().into(),
            lots: item.lots.as_slice().into(),
            quantity: item.quantity,
            quantity_unit: item.quantity_unit.as_str().into(),
        });
        let is_withheld = |field: &str| {
            content.disclosures.iter().any(|one| {
                one.audience > Audience::Parties
                    && one
                        .path
                        .strip_prefix(field)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let withheld = FIELDS.iter().filter(|(_, field)| is_withheld(field)).map(|(part, _)| *part);
        Self {
            exporter: Arc::new(Exporter::of(&content.exporter)),
            unique_consignment_reference: content.unique_consignment_reference.as_str().into(),
            transport_documents: content.transport_documents.as_slice().into(),
            containers: content.containers.iter().map(|one| one.number.clone()).collect(),
            items: items.collect(),
            reuse: content.reuse.clone().map(Box::new),
            withheld: withheld.collect(),
        }
    }

    /// Whether it covers goods of a heading.
    #[must_use]
    pub fn covers(&self, heading: Heading) -> bool {
        self.items.iter().any(|item| item.heading == Some(heading))
    }
}

impl Exporter {
    fn of(party: &Party) -> Self {
        let party = Party { address: String::new(), ..party.clone() };
        Self { party, compared_as: OnceLock::new() }
    }

    /// Its name as names of companies are compared.
    #[must_use]
    pub fn compared_as(&self) -> &str {
        self.compared_as.get_or_init(|| company_name(&self.party.name).into())
    }
}

impl PartialEq for Exporter {
    fn eq(&self, other: &Self) -> bool {
        self.party == other.party
    }
}

impl Eq for Exporter {}

impl Hash for Exporter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.party.hash(state);
    }
}
