//! Why a certificate does not count, in words.

use crate::domain::model::{CertificateAgreement, CertificateFinding, CertificatePart, Doubt};

/// What the certificate is: `revoked`, `for another exporter`.
pub(super) fn doubt_in_words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Unknown => "unknown",
        Doubt::Revoked => "revoked",
        Doubt::Expired => "expired",
        Doubt::OtherVersion => "of another version than the one in force",
        Doubt::OtherGoods => "for other goods",
        Doubt::OtherExporter => "for another exporter",
        Doubt::OtherConsignment => "for another consignment",
        Doubt::OtherQuantity => "for a quantity that this one cannot be compared with",
        Doubt::Overdrawn => "for less than this",
        Doubt::AfterArrival => "of an inspection that was made after the goods had arrived",
        Doubt::UsedUp => "used up by another consignment",
    }
}

/// What disagreed: `: container: wants CSQU3054383, got MSKU0000011`; empty if nothing did.
pub(super) fn parts_in_words(findings: &[CertificateFinding]) -> String {
    let parts = findings.iter().map(in_words).collect::<Vec<_>>().join("; ");
    if parts.is_empty() { parts } else { format!(": {parts}") }
}

fn in_words(finding: &CertificateFinding) -> String {
    let part = match finding.part {
        CertificatePart::Exporter => "exporter",
        CertificatePart::ConsignmentReference => "consignment reference",
        CertificatePart::TransportDocument => "transport document",
        CertificatePart::Container => "container",
        CertificatePart::Product => "product",
        CertificatePart::Quantity => "quantity",
        CertificatePart::Arrival => "consignment",
    };
    let got = match finding.agreement {
        CertificateAgreement::NotStated => "got none stated".to_owned(),
        CertificateAgreement::NotComparable => format!("got {}, which cannot be compared", finding.got),
        CertificateAgreement::Differs | CertificateAgreement::Exceeded => format!("got {}", finding.got),
    };
    format!("{part}: wants {}, {got}", finding.wants)
}
