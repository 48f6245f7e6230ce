//! Of a pre-inspection, what arriving goods are compared with: little enough that all of them fit into memory.

use jiff::civil::Date;
use seamless_identifiers::UnifiedSocialCreditCode;
use seamless_identity::{ArrangementId, AuthorityId};

use super::{
    CertificateReference, Inspection, InspectionBodyId, InspectionId, InspectionKey,
    vocabulary::{EventStatus, InspectionOutcome, InspectionState},
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
    /// The last day of use.
    pub valid_until: Option<Date>,
    pub reusable: bool,
    pub exporter_credit_code: Option<UnifiedSocialCreditCode>,
    /// Of the inspected goods.
    pub headings: Box<[Heading]>,
    pub outcome: InspectionOutcome,
    pub status: EventStatus,
}

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
}

impl KnownInspection {
    /// Of this pre-inspection.
    #[must_use]
    pub fn of(inspection: &Inspection) -> Self {
        let content = &inspection.content;
        let mut headings: Vec<Heading> =
            content.items.iter().filter_map(|item| Heading::of(&item.commodity_code)).collect();
        headings.sort_unstable();
        headings.dedup();
        Self {
            id: inspection.id,
            originator: inspection.originator.clone(),
            arrangement: content.arrangement.clone(),
            body: content.body.clone(),
            certificate: content.certificate.as_str().into(),
            state: inspection.state,
            version: inspection.version,
            valid_until: content.valid_until,
            reusable: content.reusable,
            exporter_credit_code: content.exporter.credit_code.clone(),
            headings: headings.into(),
            outcome: content.outcome,
            status: content.status,
        }
    }

    /// Whether a reference means its certificate.
    #[must_use]
    pub fn is_named_by(&self, reference: &CertificateReference) -> bool {
        reference.body == self.body
            && InspectionKey::certificate(&reference.body, &reference.certificate)
                == InspectionKey::certificate(&self.body, &self.certificate)
    }
}
