//! Why a pre-inspection does not count for goods, if it does not.
//!
//! What passed the goods must hold in all that it states: it is in force on the day of arrival, was made before it, and its
//! certificate covers the goods. What failed them holds whatever is declared: whoever invokes another version of it, names
//! another exporter or heading, or waits until it has expired does not get rid of it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use seamless_identifiers::ContainerNumber;

use super::{
    coverage::{Compared, Comparison, compare_with, document_keys, share_a_number},
    model::{
        CertificatePart, Claim, Consignment, Coverage, Doubt, Heading, InspectionKey, InspectionOutcome,
        InspectionState, KnownInspection,
    },
};

/// Containers go from one consignment to the next: what failed in one is looked for in it so long after the inspection, in
/// days, whatever else is declared.
const CONTAINER_DAYS: i64 = 120;

/// Why a pre-inspection does not count for the goods as they are known at a time, if it does not, and what its certificate
/// covers of them. What failed covers nothing.
#[must_use]
pub fn doubted(
    inspection: &KnownInspection,
    goods: &Consignment,
    own: &Comparison<'_>,
    now: Timestamp,
) -> (Option<Doubt>, Coverage) {
    let doubt = doubt_of(inspection, goods, now);
    let (doubt, findings, claim) = if inspection.outcome == InspectionOutcome::Fail {
        let claim = Claim { amount: None, from: Vec::new(), per_consignment: None, single: false };
        let holds = doubt != Some(Doubt::Revoked) && is_of_these_goods(inspection, goods, own);
        let doubt = doubt.or_else(|| of_another(inspection, goods)).filter(|_| !holds);
        (doubt, Vec::new(), claim)
    } else {
        let Compared { doubt: other, findings, claim } = compare_with(inspection, own);
        (doubt.or(after_arrival(inspection, goods)).or(other), findings, claim)
    };
    let coverage = Coverage {
        certificate: inspection.certificate.to_string(),
        arrangement: inspection.arrangement.clone(),
        findings,
        claim,
        quantity_withheld: inspection.stated.withheld.contains(&CertificatePart::Quantity),
        seen: None,
        inspected: Some(inspection.inspect_time),
    };
    (doubt, coverage)
}

/// Why it counts for no goods like these, if it does not.
fn doubt_of(inspection: &KnownInspection, goods: &Consignment, now: Timestamp) -> Option<Doubt> {
    if inspection.state == InspectionState::Revoked {
        return Some(Doubt::Revoked);
    }
    // A certificate ends with its last day, in Coordinated Universal Time: of goods that are announced, on that of their arrival.
    let day = now.max(goods.arrival).to_zoned(TimeZone::UTC).date();
    if inspection.valid_until.is_some_and(|last| last < day) {
        return Some(Doubt::Expired);
    }
    let invoked = goods.certificates.iter().find(|one| inspection.is_named_by(one));
    if invoked.and_then(|one| one.version).is_some_and(|version| version != inspection.version) {
        return Some(Doubt::OtherVersion);
    }
    let declared = goods.commodity_code.as_ref().and_then(Heading::of);
    let is_other = declared.is_some_and(|declared| !inspection.stated.covers(declared));
    is_other.then_some(Doubt::OtherGoods)
}

/// What was looked at when the goods were there already was not inspected before export.
fn after_arrival(inspection: &KnownInspection, goods: &Consignment) -> Option<Doubt> {
    (inspection.inspect_time > goods.arrival).then_some(Doubt::AfterArrival)
}

/// Whether a failure is of these very goods: they share a consignment reference, a transport document, a lot, or the container
/// in which it was found.
fn is_of_these_goods(inspection: &KnownInspection, goods: &Consignment, own: &Comparison<'_>) -> bool {
    let stated = &*inspection.stated;
    let reference = InspectionKey::reference(&stated.unique_consignment_reference);
    if reference.is_some() && reference.as_ref() == own.reference() {
        return true;
    }
    if !document_keys(&stated.transport_documents).is_disjoint(own.documents()) {
        return true;
    }
    if stated.items.iter().any(|item| share_a_number(&item.lots, &goods.lots)) {
        return true;
    }
    let containers: BTreeSet<&ContainerNumber> = stated.containers.iter().collect();
    let until = inspection.inspect_time.checked_add(SignedDuration::from_hours(24 * CONTAINER_DAYS));
    until.is_ok_and(|until| goods.arrival <= until) && !containers.is_disjoint(own.containers())
}

/// Whether a failure that nothing but its certificate connects with the goods is that of another exporter.
fn of_another(inspection: &KnownInspection, goods: &Consignment) -> Option<Doubt> {
    let differ = match (&inspection.stated.exporter.party.credit_code, &goods.exporter.credit_code) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    (!inspection.reusable && differ).then_some(Doubt::OtherExporter)
}
