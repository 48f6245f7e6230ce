//! What certificates cover and what was used of them, from the wire and onto it.

use seamless_api::violations::{Violations, excerpt, timestamp_out};
use seamless_proto::seamless::consignments::v1 as wire;

use super::{consignment_in::UNIT_LENGTH, party_in, party_out};
use crate::domain::model::{
    Amount, CertificateBalance, CertificateFinding, Coverage, Doubt, InspectionContent, Misuse, ReuseTerms,
    inspection_name, screening_name,
};

/// Exporters that terms may name.
const EXPORTERS: usize = 50;

/// Parses what a reusable certificate may be used for.
pub(super) fn reuse_in(
    found: &mut Violations,
    at: &str,
    is_reusable: bool,
    terms: Option<wire::ReuseTerms>,
) -> Option<ReuseTerms> {
    let terms = terms?;
    if !is_reusable {
        found.add(at, "wants reusable to be true: other certificates cover one consignment");
    }
    let path = |name: &str| format!("{at}.{name}");
    let exporters = found.bounded(path("exporters"), terms.exporters, EXPORTERS).into_iter().enumerate();
    let exporters = exporters.map(|(index, exporter)| {
        let at = format!("{at}.exporters[{index}]");
        let party = party_in(found, &at, Some(exporter));
        if party.name.is_empty() {
            found.add(format!("{at}.name"), "is required");
        }
        party
    });
    let exporters = exporters.collect();
    let quantity_unit = found.text(path("quantity_unit"), terms.quantity_unit, UNIT_LENGTH);
    // What nobody can compare would be no limit.
    let is_known = Amount::of(1.0, &quantity_unit).is_some();
    let mut above_zero = |name: &str, quantity: Option<f64>| {
        let quantity = found.not_negative(path(name), quantity);
        let is_counted = |quantity| Amount::of(quantity, &quantity_unit).is_some();
        if quantity.is_some_and(|quantity| quantity <= 0.0 || is_known && !is_counted(quantity)) {
            found.add(path(name), "wants more than 0: a thousandth or more of the unit");
        }
        quantity
    };
    let quantity_per_consignment = above_zero("quantity_per_consignment", terms.quantity_per_consignment);
    let total_quantity = above_zero("total_quantity", terms.total_quantity);
    if !is_known {
        let wants = "wants a unit that quantities are compared in, such as H87, NPR, KGM, LTR, MTR or MTK";
        found.add(path("quantity_unit"), format!("{wants}; got {}", excerpt(&quantity_unit)));
    }
    Some(ReuseTerms {
        exporters,
        any_exporter: terms.any_exporter,
        quantity_per_consignment,
        total_quantity,
        quantity_unit,
    })
}

/// What a reusable certificate may be used for.
pub(super) fn reuse_out(terms: &ReuseTerms) -> wire::ReuseTerms {
    wire::ReuseTerms {
        exporters: terms.exporters.iter().filter_map(party_out).collect(),
        any_exporter: terms.any_exporter,
        quantity_per_consignment: terms.quantity_per_consignment,
        total_quantity: terms.total_quantity,
        quantity_unit: terms.quantity_unit.clone(),
    }
}

/// What arrivals have used of a certificate with this content.
pub(super) fn balance_out(
    balance: &CertificateBalance,
    content: &InspectionContent,
) -> wire::CertificateBalance {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let quantities = balance.quantities(content).into_iter().map(|(item, covers, used)| {
        let remaining = covers.thousandths.saturating_sub(used);
        let of = |thousandths| Amount { thousandths, ..covers }.number();
        wire::CountedQuantity {
            item: i32::try_from(item).unwrap_or(i32::MAX),
            covers: covers.number(),
            used: of(used),
            remaining: if balance.whole.is_empty() { of(remaining) } else { 0.0 },
            unit: covers.unit.as_str().to_owned(),
        }
    });
    wire::CertificateBalance {
        times_used: number(balance.uses),
        consignments: number(balance.consignments),
        used_as_a_whole: !balance.whole.is_empty(),
        quantities: quantities.collect(),
    }
}

/// Where goods and a certificate do not agree.
pub(super) fn finding_out(finding: &CertificateFinding) -> wire::CertificateFinding {
    wire::CertificateFinding {
        part: finding.part as i32,
        agreement: finding.agreement as i32,
        wants: finding.wants.clone(),
        got: finding.got.clone(),
    }
}

/// What was left of a certificate when goods were decided; none where that was not asked for, or is not shown to parties.
pub(super) fn seen_out(coverage: &Coverage) -> Option<wire::SeenBalance> {
    let seen = coverage.seen.as_ref().filter(|_| !coverage.quantity_withheld)?;
    let counted = coverage.claim.amount.filter(|_| !coverage.claim.from.is_empty());
    let number = |thousandths: u64| counted.map_or(0.0, |amount| Amount { thousandths, ..amount }.number());
    let left = seen.left.iter().fold(seen.before.unwrap_or_default(), |sum, left| sum.saturating_add(*left));
    Some(wire::SeenBalance {
        counted_by_quantity: counted.is_some(),
        left: number(left),
        used: number(seen.takes.unwrap_or_default()),
        unit: counted.map_or("", |amount| amount.unit.as_str()).to_owned(),
        used_by_another: seen.elsewhere,
    })
}

/// A certificate that was used for goods that it does not cover.
pub(super) fn misuse_out(misuse: &Misuse) -> wire::CertificateMisused {
    let version = |version: Option<u32>| version.map_or(0, |one| i32::try_from(one).unwrap_or(i32::MAX));
    let parts = misuse.findings.iter().map(|finding| wire::MisusedPart {
        part: finding.part as i32,
        agreement: finding.agreement as i32,
        wants: finding.wants.clone(),
        got: finding.got.clone(),
    });
    wire::CertificateMisused {
        inspection: misuse.inspection.map(|(id, _)| inspection_name(id)).unwrap_or_default(),
        inspection_body: misuse.body.to_string(),
        certificate_id: misuse.certificate.clone(),
        version: version(misuse.inspection.map(|(_, version)| version)),
        invoked_version: version(misuse.invoked_version),
        doubt: doubt_out(misuse.doubt) as i32,
        parts: parts.collect(),
        screen_time: Some(timestamp_out(misuse.time)),
        authority: misuse.authority.to_string(),
        screening: screening_name(misuse.screening),
        entry_point: misuse.entry_point.to_string(),
    }
}

fn doubt_out(doubt: Doubt) -> wire::CertificateDoubt {
    match doubt {
        Doubt::Unknown => wire::CertificateDoubt::Unknown,
        Doubt::Revoked => wire::CertificateDoubt::Revoked,
        Doubt::Expired => wire::CertificateDoubt::Expired,
        Doubt::OtherVersion => wire::CertificateDoubt::OtherVersion,
        Doubt::OtherGoods => wire::CertificateDoubt::OtherGoods,
        Doubt::OtherExporter => wire::CertificateDoubt::OtherExporter,
        Doubt::OtherConsignment => wire::CertificateDoubt::OtherConsignment,
        Doubt::OtherQuantity => wire::CertificateDoubt::OtherQuantity,
        Doubt::Overdrawn => wire::CertificateDoubt::Overdrawn,
        Doubt::UsedUp => wire::CertificateDoubt::UsedUp,
        Doubt::AfterArrival => wire::CertificateDoubt::AfterArrival,
    }
}
