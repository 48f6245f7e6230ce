//! From a client certificate to the system of the cooperation that holds it.
//!
//! Invariant: the chain was verified in the TLS handshake; here only the leaf counts, and only its SAN URIs. The
//! handshake may be days old on a long connection, so the validity is looked at again, by the injected clock.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use crate::cooperation::{CertificateHolder, Cooperation};

/// Why a client certificate does not count. The texts never hold any part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    /// No leaf, or not X.509.
    #[error("the client certificate is malformed")]
    Malformed,
    /// None of its SAN URIs is a principal of the cooperation.
    #[error("the client certificate names no principal of the cooperation")]
    UnknownPrincipal,
    /// Its SAN URIs are several principals.
    #[error("the client certificate names several principals of the cooperation")]
    SeveralPrincipals,
    /// Its validity is over.
    #[error("the client certificate has expired")]
    Expired,
    /// Its validity is to come.
    #[error("the client certificate is not valid yet")]
    NotYetValid,
}

impl CertificateRefusal {
    /// Whether only the time is wrong.
    pub fn is_about_time(self) -> bool {
        matches!(self, Self::Expired | Self::NotYetValid)
    }
}

/// The holder of the verified chain `chain`, leaf first, at `now`.
///
/// # Errors
/// The certificate is malformed, out of its time, or names no principal or several.
pub fn certificate_holder<'c>(
    chain: &[CertificateDer<'_>],
    cooperation: &'c Cooperation,
    now: Timestamp,
) -> Result<&'c CertificateHolder, CertificateRefusal> {
    let leaf = chain.first().ok_or(CertificateRefusal::Malformed)?;
    let (rest, certificate) = parse_x509_certificate(leaf).map_err(|_| CertificateRefusal::Malformed)?;
    if !rest.is_empty() {
        return Err(CertificateRefusal::Malformed);
    }
    let names = certificate
        .subject_alternative_name()
        .map_err(|_| CertificateRefusal::Malformed)?
        .map(|extension| extension.value.general_names.as_slice())
        .unwrap_or_default();
    let mut holders = names.iter().filter_map(|name| match name {
        GeneralName::URI(uri) => cooperation.certificate_holder(uri),
        _ => None,
    });
    let holder = holders.next().ok_or(CertificateRefusal::UnknownPrincipal)?;
    if holders.any(|other| other != holder) {
        return Err(CertificateRefusal::SeveralPrincipals);
    }
    // Both ends of the validity belong to it [RFC 5280, 4.1.2.5].
    let validity = certificate.validity();
    if now.as_second() > validity.not_after.timestamp() {
        return Err(CertificateRefusal::Expired);
    }
    if now.as_second() < validity.not_before.timestamp() {
        return Err(CertificateRefusal::NotYetValid);
    }
    Ok(holder)
}
